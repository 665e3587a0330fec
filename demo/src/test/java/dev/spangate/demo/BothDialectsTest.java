package dev.spangate.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.testing.LangfuseObservation;
import dev.spangate.testing.LangfuseView;
import dev.spangate.testing.SinkSpan;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The same conversation in both dialects, streamed and not: the same chains.
@Tag("e2e")
class BothDialectsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @ParameterizedTest
    @CsvSource({"false,true", "false,false", "true,true", "true,false"})
    void theConversationIsTwoLinkedRunsOfOneSession(boolean anthropic, boolean stream)
            throws Exception {
        try (var assembly = Assembly.travel()) {
            int port = assembly.start().port();
            try (var agent = agent(port, anthropic, stream)) {
                agent.ask(TravelScript.FIRST_TURN);
                agent.ask(TravelScript.SECOND_TURN);
            }
            var runs = runs(assembly, 2);

            assertThat(runs).hasSize(2);
            assertThat(runs.getFirst().sessionId()).isEqualTo(runs.getLast().sessionId());
            assertThat(runs).allSatisfy(run -> assertThat(run.faults()).as(run.chain()).isEmpty());
            assertThat(runs.getFirst().typed("TOOL")).hasSize(5);
            assertThat(runs.getLast().typed("TOOL")).hasSize(1);
            runs.forEach(BothDialectsTest::assertLinked);
            for (LangfuseObservation generation : runs.getFirst().typed("GENERATION")) {
                assertThat(generation.model())
                        .isEqualTo(anthropic ? "claude-haiku-4-5" : "gpt-4.1-mini");
                assertThat(generation.usage().get("input")).isPositive();
                assertThat(generation.output()).startsWith("{\"role\":\"assistant\"");
                assertThat(generation.completionStart().isEmpty()).isEqualTo(!stream);
            }
        }
    }

    @Test
    void cachedTokensAreCountedOnceInBothDialects() throws Exception {
        for (boolean anthropic : List.of(false, true)) {
            try (var assembly = Assembly.travel()) {
                int port = assembly.start().port();
                try (var agent = agent(port, anthropic, true)) {
                    agent.ask(TravelScript.FIRST_TURN);
                }
                var last = runs(assembly, 1).getFirst().typed("GENERATION").getLast();
                var usage = last.usage();

                assertThat(usage.get("input_cached_tokens")).as(usage.toString()).isPositive();
                assertThat(usage.get("total"))
                        .isEqualTo(
                                usage.get("input")
                                        + usage.get("input_cached_tokens")
                                        + usage.get("output"));
            }
        }
    }

    @Test
    void twoCallersNeverShareATrace() throws Exception {
        try (var assembly = Assembly.travel()) {
            String left = "sgk_left_0123456789abcdef";
            String right = "sgk_right_0123456789abcdef";
            assembly.set(
                    List.of(
                            Map.of("name", "left", "key", left),
                            Map.of("name", "right", "key", right)),
                    "callers");
            int port = assembly.start().port();
            try (var one = agent(port, Map.of("x-spangate-key", left));
                    var other = agent(port, Map.of("x-spangate-key", right))) {
                one.ask(TravelScript.SECOND_TURN);
                other.ask(TravelScript.SECOND_TURN);
            }
            var runs = runs(assembly, 2);

            assertThat(runs)
                    .extracting(LangfuseView.Trace::name)
                    .containsExactlyInAnyOrder("left", "right");
            assertThat(runs.getFirst().sessionId()).isNotEqualTo(runs.getLast().sessionId());
            runs.forEach(BothDialectsTest::assertLinked);
        }
    }

    private static void assertLinked(LangfuseView.Trace run) {
        var askers = new HashSet<String>();
        run.typed("GENERATION").forEach(generation -> askers.add(generation.spanId()));
        for (LangfuseObservation tool : run.typed("TOOL")) {
            assertThat(tool.span().links())
                    .as(run.chain())
                    .extracting(SinkSpan.Link::spanId)
                    .anyMatch(askers::contains);
            assertThat(tool.span().text("spangate.link.confidence"))
                    .as(run.chain())
                    .isEqualTo("certain");
            assertThat(tool.metadata().get("tool_call_id")).isNotEmpty();
        }
    }

    private static List<LangfuseView.Trace> runs(Assembly assembly, int count) {
        assembly.sink.awaitSpans(
                spans ->
                        spans.stream().filter(s -> s.name().startsWith("invoke_agent")).count()
                                >= count,
                PATIENCE);
        return assembly.sink.langfuse().traces().stream()
                .filter(trace -> !trace.typed("AGENT").isEmpty())
                .toList();
    }

    private static Agent agent(int port, Map<String, String> headers) {
        var chat = URI.create("http://127.0.0.1:" + port + "/openai/v1/chat/completions");
        return new Agent(
                new OpenAiClient(
                        new HttpModel(chat, headers, true, 1), "gpt-4.1-mini", "Be brief."),
                new ToolBelt(
                        URI.create("http://127.0.0.1:" + port + "/mcp"),
                        headers,
                        SampleTools.local(),
                        1));
    }

    private static Agent agent(int port, boolean anthropic, boolean stream) {
        var headers = Map.of("User-Agent", "travel-agent/1.0");
        var gateway = "http://127.0.0.1:" + port;
        LlmClient llm =
                anthropic
                        ? new AnthropicClient(
                                new HttpModel(
                                        URI.create(gateway + "/anthropic/v1/messages"),
                                        headers,
                                        stream,
                                        1),
                                "claude-haiku-4-5",
                                "Be brief.")
                        : new OpenAiClient(
                                new HttpModel(
                                        URI.create(gateway + "/openai/v1/chat/completions"),
                                        headers,
                                        stream,
                                        1),
                                "gpt-4.1-mini",
                                "Be brief.");
        return new Agent(
                llm, new ToolBelt(URI.create(gateway + "/mcp"), headers, SampleTools.local(), 1));
    }
}
