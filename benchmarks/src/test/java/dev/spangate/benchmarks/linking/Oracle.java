package dev.spangate.benchmarks.linking;

import dev.spangate.linking.JournalRecord;
import dev.spangate.linking.JournalRecord.Draft;
import dev.spangate.linking.JournalRecord.Release;
import dev.spangate.linking.JournalRecord.RunAttributes;
import dev.spangate.linking.JournalRecord.SpanLink;
import dev.spangate.linking.Level;
import dev.spangate.linking.ObservationType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Writes the records of a linker that knows everything, straight from the truth.
final class Oracle {
    private final List<JournalRecord> records = new ArrayList<>();
    private int ids;

    static List<JournalRecord> records(Truth truth) {
        var oracle = new Oracle();
        truth.runs.forEach(oracle::run);
        return oracle.records;
    }

    static Records written(List<JournalRecord> list) {
        var records = new Records(new SimClock());
        list.forEach(records::write);
        return records;
    }

    private void run(Truth.Run run) {
        boolean topped =
                run.inferences.size() > 1
                        || run.inferences.stream().anyMatch(i -> !i.calls.isEmpty());
        String trace = "%032x".formatted(++ids);
        String top = "%016x".formatted(0xA000_0000L + ids);
        if (topped) {
            release(top, trace, null, ObservationType.AGENT, "invoke_agent a", List.of(), Map.of());
        }
        for (Truth.Inference inference : run.inferences) {
            if (inference.recorded()) {
                release(
                        inference.spanId,
                        trace,
                        topped ? top : null,
                        ObservationType.GENERATION,
                        "chat model-1",
                        List.of(),
                        Map.of());
            }
            for (Truth.Call call : inference.calls) {
                call.executions.stream()
                        .filter(Truth.Execution::recorded)
                        .forEach(execution -> execution(execution, call, trace, top));
            }
        }
    }

    private void execution(Truth.Execution execution, Truth.Call call, String trace, String top) {
        Map<String, Object> link = Map.of(Spans.METHOD, "call-id", Spans.CONFIDENCE, "certain");
        var attributes = new HashMap<>(link);
        if (call.told.id() != null) {
            attributes.put(Spans.CALL_ID, call.told.id());
        }
        release(
                execution.spanId,
                trace,
                top,
                ObservationType.TOOL,
                "tools/call t",
                List.of(new SpanLink(trace, call.inference.spanId, link)),
                attributes);
    }

    private void release(
            String span,
            String trace,
            String parent,
            ObservationType type,
            String name,
            List<SpanLink> links,
            Map<String, Object> attributes) {
        var draft =
                new Draft(
                        span,
                        type,
                        name,
                        true,
                        1,
                        2,
                        Level.DEFAULT,
                        null,
                        false,
                        0,
                        null,
                        null,
                        null,
                        null,
                        null,
                        Map.of(),
                        Map.of(),
                        null);
        var run = new RunAttributes(trace, "a", null, null, List.of(), null, "team", true);
        records.add(draft);
        records.add(
                new Release(
                        span,
                        trace,
                        parent,
                        false,
                        false,
                        run,
                        links,
                        attributes,
                        null,
                        null,
                        null));
    }
}
