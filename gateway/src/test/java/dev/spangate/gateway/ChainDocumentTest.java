package dev.spangate.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.linking.JournalRecord.SpanLink;
import dev.spangate.telemetry.ExportedSpan;
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
                        10);

        assertThat(ChainTree.of(document.at("/traces/0")))
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
        var document = ChainDocument.of(List.of(chat), 0, 10);

        assertThat(ChainTree.of(document.at("/traces/0"))).contains("└─ chat m");
    }

    private JsonNode document(long since, int limit) {
        return ChainDocument.of(List.of(tool, chat, run, stray), since, limit);
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
