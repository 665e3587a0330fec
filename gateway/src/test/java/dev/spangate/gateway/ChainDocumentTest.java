package dev.spangate.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.linking.Explanation;
import dev.spangate.linking.JournalRecord.SpanLink;
import dev.spangate.telemetry.ExportedSpan;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class ChainDocumentTest {
    private final ExportedSpan run =
            span(
                    "t1",
                    "aa",
                    null,
                    "invoke_agent a",
                    1,
                    9,
                    Map.of("langfuse.observation.type", "agent"));
    private final ExportedSpan chat =
            span(
                    "t1",
                    "bb",
                    "aa",
                    "chat m",
                    1,
                    3,
                    Map.of(
                            "langfuse.observation.type",
                            "generation",
                            "gen_ai.usage.input_tokens",
                            12L,
                            "gen_ai.usage.output_tokens",
                            3L));
    private final ExportedSpan tool =
            linked(
                    span(
                            "t1",
                            "cc",
                            "aa",
                            "tools/call x",
                            4,
                            6,
                            Map.of(
                                    "langfuse.observation.type",
                                    "tool",
                                    "spangate.link.method",
                                    "arguments",
                                    "spangate.link.confidence",
                                    "certain")),
                    "bb");
    private final ExportedSpan stray =
            span(
                    "t2",
                    "dd",
                    null,
                    "tools/call y",
                    20,
                    21,
                    Map.of("langfuse.observation.type", "tool"));

    @Test
    void tracesComeNewestFirstAndTheirSpansInOrderOfTheirStart() {
        var traces = document(0, 10).get("traces");

        assertThat(traces).hasSize(2);
        assertThat(traces.get(0).get("traceId").asString()).isEqualTo("t2");
        assertThat(traces.get(1).get("spans"))
                .extracting(span -> span.get("spanId").asString())
                .containsExactly("aa", "bb", "cc");
    }

    @Test
    void aToolTellsWhoAskedForItAndHowThatIsKnown() {
        var link = document(0, 10).at("/traces/1/spans/2/link");

        assertThat(link.get("method").asString()).isEqualTo("arguments");
        assertThat(link.get("confidence").asString()).isEqualTo("certain");
        assertThat(link.get("requestedBy").asString()).isEqualTo("bb");
        assertThat(document(0, 10).at("/traces/0/spans/0/link/requestedBy").isNull()).isTrue();
        assertThat(document(0, 10).at("/traces/0/spans/0/link/method").asString())
                .isEqualTo("none");
    }

    @Test
    void limitAndTimeBoundIt() {
        assertThat(document(0, 1).get("traces")).hasSize(1);
        assertThat(document(10, 10).get("traces"))
                .extracting(trace -> trace.get("traceId").asString())
                .containsExactly("t2");
    }

    @Test
    void theTreeShowsTokensLinksAndFailures() {
        var failed = new HashMap<>(stray.attributes());
        var document =
                ChainDocument.of(
                        List.of(
                                run,
                                chat,
                                tool,
                                new ExportedSpan(
                                        "t1",
                                        "ee",
                                        "aa",
                                        false,
                                        "tools/call z",
                                        "CLIENT",
                                        7,
                                        8,
                                        "ERROR",
                                        "the server is gone",
                                        failed,
                                        List.of())),
                        0,
                        10,
                        _ -> List.of());

        assertThat(ChainTree.of(document.at("/traces/0"), Terminal.PLAIN))
                .contains("trace t1")
                .containsSubsequence(
                        "└─ invoke_agent a",
                        "   ├─ chat m",
                        "12 → 3 tokens",
                        "   ├─ tools/call x",
                        "asked for by answer 1 (arguments, certain)",
                        "   └─ tools/call z",
                        "not linked",
                        "failed: the server is gone");
    }

    @Test
    void aSpanWhoseParentIsMissingIsDrawnAtTheTop() {
        var document = ChainDocument.of(List.of(chat), 0, 10, _ -> List.of());

        assertThat(ChainTree.of(document.at("/traces/0"), Terminal.PLAIN)).contains("└─ chat m");
    }

    @Test
    void anUnlinkedToolShowsItsCandidatesAndTheCommandThatTellsMore() {
        var candidates = List.of(candidate("call_1", "bb"), candidate(null, "zz"));
        var attributes =
                Map.<String, Object>of(
                        "langfuse.observation.type", "tool", "spangate.link.candidates", 2L);
        var unlinked = span("t1", "ff", "aa", "tools/call y", 20, 21, attributes);
        var document =
                ChainDocument.of(
                        List.of(run, chat, tool, unlinked),
                        0,
                        10,
                        id -> id.equals("ff") ? List.of(explained(candidates)) : List.of());

        assertThat(document.at("/traces/0/spans/3/link/reason").asString()).isEqualTo("because");
        assertThat(document.at("/traces/0/spans/2/link").has("mayBe")).isFalse();
        assertThat(ChainTree.of(document.at("/traces/0"), Terminal.PLAIN))
                .containsSubsequence(
                        "tools/call y",
                        "not linked: because (2 candidates)",
                        "looked at: call_1 of answer 1, search",
                        "why: ./spangate why ff");
    }

    @Test
    void manyCandidatesAreCutInTheTree() {
        var many = Collections.nCopies(9, candidate("call_1", "bb"));
        var document = ChainDocument.of(List.of(chat, stray), 0, 10, _ -> List.of(explained(many)));

        assertThat(document.at("/traces/0/spans/0/link/mayBe")).hasSize(9);
        assertThat(ChainTree.of(document.at("/traces/0"), Terminal.PLAIN))
                .contains("call_1, call_1, call_1, call_1, …");
    }

    @Test
    void coloursTellHowSureALinkIs() {
        var document = document(0, 10);
        var colours = new Terminal(true);

        assertThat(ChainTree.of(document.at("/traces/1"), colours))
                .contains("\u001b[32masked for by answer 1 (arguments, certain)\u001b[0m");
        assertThat(ChainTree.of(document.at("/traces/0"), colours))
                .contains("\u001b[31mnot linked\u001b[0m");
        assertThat(ChainTree.of(document.at("/traces/1"), Terminal.PLAIN)).doesNotContain("\u001b");
    }

    @Test
    void namesThatClientsChooseCannotSteerTheTerminal() {
        var evil =
                span(
                        "t9",
                        "ee",
                        null,
                        "tools/call \u001b[2Jx",
                        1,
                        2,
                        Map.of(
                                "langfuse.session.id",
                                "s\u001b]0;title\u0007",
                                "langfuse.trace.name",
                                "a\nb"));
        var drawn =
                ChainTree.of(
                        ChainDocument.of(List.of(evil), 0, 10, _ -> List.of()).at("/traces/0"),
                        Terminal.PLAIN);

        assertThat(drawn).doesNotContain("\u001b", "\u0007").contains("a?b").hasLineCount(3);
    }

    private static Explanation.Candidate candidate(String id, String answer) {
        return new Explanation.Candidate(
                id, "search", answer, "t1", 1, false, null, List.of(), List.of());
    }

    private static Explanation explained(List<Explanation.Candidate> candidates) {
        return new Explanation(
                "s",
                "c",
                "ff",
                "t1",
                "y",
                1,
                "unlinked",
                "none",
                null,
                null,
                "because",
                Map.of(),
                candidates.size(),
                candidates,
                List.of(),
                List.of());
    }

    private JsonNode document(long since, int limit) {
        return ChainDocument.of(List.of(tool, chat, run, stray), since, limit, _ -> List.of());
    }

    private static ExportedSpan span(
            String trace,
            String id,
            String parent,
            String name,
            long start,
            long end,
            Map<String, Object> attributes) {
        return new ExportedSpan(
                trace,
                id,
                parent,
                false,
                name,
                "CLIENT",
                start,
                end,
                "UNSET",
                "",
                attributes,
                List.of());
    }

    private static ExportedSpan linked(ExportedSpan span, String generation) {
        return new ExportedSpan(
                span.traceId(),
                span.spanId(),
                span.parentSpanId(),
                false,
                span.name(),
                span.kind(),
                span.startNanos(),
                span.endNanos(),
                span.status(),
                span.statusMessage(),
                span.attributes(),
                List.of(
                        new SpanLink(
                                span.traceId(),
                                generation,
                                Map.of("spangate.link.method", "arguments"))));
    }
}
