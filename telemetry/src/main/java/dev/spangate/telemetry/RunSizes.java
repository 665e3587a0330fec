package dev.spangate.telemetry;

import dev.spangate.linking.JournalRecord.Draft;
import dev.spangate.linking.JournalRecord.Release;
import dev.spangate.linking.ObservationType;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.LongHistogram;
import io.opentelemetry.api.metrics.Meter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How many inferences and tool executions each run had, told when its own span is placed. For the
/// journal's thread; bounded, the oldest are forgotten.
final class RunSizes {
    private static final int MOST = 50_000;
    private static final List<Long> STEPS =
            List.of(1L, 2L, 3L, 4L, 6L, 8L, 12L, 16L, 32L, 64L, 128L, 256L);
    private static final AttributeKey<String> AGENT = AttributeKey.stringKey("gen_ai.agent.name");

    private final LongHistogram inferences;
    private final LongHistogram tools;

    /// Spans whose place is not final yet, by span id.
    private final Map<String, Held> held = bounded();

    private final Map<String, Size> runs = bounded();

    private record Held(ObservationType type, @Nullable Object agent) {
        static Held of(Draft draft) {
            return new Held(draft.type(), draft.attributes().get(AGENT.getKey()));
        }
    }

    private static final class Size {
        long inferences;
        long tools;
    }

    RunSizes(Meter meter) {
        this.inferences =
                histogram(
                        meter,
                        "gen_ai.invoke_agent.inference_calls",
                        "{inference_call}",
                        "Inferences of one run");
        this.tools =
                histogram(
                        meter,
                        "gen_ai.invoke_agent.tool_calls",
                        "{tool_call}",
                        "Tool executions of one run");
    }

    void held(Draft draft) {
        switch (draft.type()) {
            case GENERATION, TOOL, AGENT -> held.put(draft.spanId(), Held.of(draft));
            case EMBEDDING, SPAN, GUARDRAIL, ATTEMPT -> {
                // No step of a run.
            }
        }
    }

    void placed(Release release) {
        var known = held.remove(release.spanId());
        var span = release.draft() == null ? known : Held.of(release.draft());
        if (span == null) {
            return;
        }
        var runId = release.run().runId();
        switch (span.type()) {
            case GENERATION -> runs.computeIfAbsent(runId, _ -> new Size()).inferences++;
            case TOOL -> runs.computeIfAbsent(runId, _ -> new Size()).tools++;
            case AGENT -> ended(runs.remove(runId), span.agent());
            case EMBEDDING, SPAN, GUARDRAIL, ATTEMPT -> {
                // No step of a run.
            }
        }
    }

    private void ended(@Nullable Size size, @Nullable Object agent) {
        if (size != null) {
            var labels =
                    agent == null ? Attributes.empty() : Attributes.of(AGENT, agent.toString());
            inferences.record(size.inferences, labels);
            tools.record(size.tools, labels);
        }
    }

    private static LongHistogram histogram(
            Meter meter, String name, String unit, String description) {
        return meter.histogramBuilder(name)
                .ofLongs()
                .setUnit(unit)
                .setDescription(description)
                .setExplicitBucketBoundariesAdvice(STEPS)
                .build();
    }

    private static <V> Map<String, V> bounded() {
        return new LinkedHashMap<>() {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
                return size() > MOST;
            }
        };
    }
}
