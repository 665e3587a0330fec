package dev.spangate.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The command line and the verdict, without starting anything.
class DemoOptionsTest {
    private static final long START = 1_700_000_000_000_000_000L;

    @Test
    void helpNamesEveryOptionWithExamples() {
        var out = new StringWriter();
        int code = Main.commandLine().setOut(new PrintWriter(out, true)).execute("--help");

        assertThat(code).isZero();
        assertThat(out.toString())
                .contains("--json", "--otlp=URL", "--keep", "--serve", "--langfuse")
                .contains("./spangate demo --otlp http://localhost:4318");
    }

    @Test
    void anUnknownOptionIsAUsageError() {
        assertThat(Main.commandLine().execute("--jason")).isEqualTo(64);
    }

    @Test
    void aWholeRunIsGood() {
        var chains =
                chains(
                        span("a1", null, "agent"),
                        span("b1", "a1", "generation"),
                        tool("c1", "b1"),
                        span("b2", "a1", "generation"));

        assertThat(Verdict.of(chains, new Verdict.Expected(1, 2, 1)).problems()).isEmpty();
    }

    @Test
    void whatIsMissingIsNamed() {
        var chains = chains(span("b1", null, "generation"), tool("c1", "zz"));

        assertThat(Verdict.of(chains, new Verdict.Expected(2, 2, 2)).problems())
                .anySatisfy(problem ->
                        assertThat(problem).contains("tools/call t").contains("is not linked"))
                .contains("1 user turns as traces were exported, 2 happened")
                .contains("1 answers of the model were exported, 2 happened")
                .contains("1 tool executions were exported, 2 happened")
                .anySatisfy(problem -> assertThat(problem).contains("no agent span on top"));
    }

    @Test
    void aToolLinkedToSomethingElseThanAnAnswerIsNotLinked() {
        var chains = chains(span("a1", null, "agent"), tool("c1", "a1"));

        assertThat(Verdict.of(chains).good()).isFalse();
    }

    @Test
    void discoveryAloneIsNoUserTurn() {
        var chains = chains(span("d1", null, "span"));

        assertThat(Verdict.of(chains, new Verdict.Expected(0, 0, 0)).good()).isTrue();
    }

    @Test
    void nextStepsNameEveryClientAndBothKeys() {
        assertThat(NextSteps.text())
                .contains("claude mcp add", "model_provider", "base_url", "LANGFUSE_SECRET_KEY");
    }

    private static List<Chain> chains(ExportedSpan... spans) {
        return Chain.of(List.of(spans));
    }

    private static ExportedSpan tool(String id, String asker) {
        var link = new ExportedSpan.Link(asker, Map.of("spangate.link.method", "arguments"));
        return new ExportedSpan(
                "t1",
                id,
                "a1",
                "tools/call t",
                START,
                START + 5,
                "unset",
                "",
                Map.of("langfuse.observation.type", "tool", "spangate.link.method", "arguments"),
                List.of(link));
    }

    private static ExportedSpan span(String id, String parent, String type) {
        return new ExportedSpan(
                "t1",
                id,
                parent,
                type,
                START,
                START + 5,
                "unset",
                "",
                Map.of("langfuse.observation.type", type),
                List.of());
    }
}
