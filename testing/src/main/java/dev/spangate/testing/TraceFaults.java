package dev.spangate.testing;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What is wrong with one trace by the rules of Langfuse v4, where no trace object exists.
final class TraceFaults {
    private TraceFaults() {}

    static List<String> of(LangfuseView.Trace trace) {
        var faults = new ArrayList<String>();
        same(trace, "trace name", LangfuseObservation::traceName, faults);
        same(trace, "session", LangfuseObservation::sessionId, faults);
        same(trace, "user", LangfuseObservation::userId, faults);
        same(trace, "tags", LangfuseObservation::tags, faults);
        same(trace, "environment", LangfuseObservation::environment, faults);
        roots(trace, faults);
        times(trace, faults);
        var ids = new HashSet<String>();
        for (LangfuseObservation o : trace.observations()) {
            if (!ids.add(o.spanId())) {
                faults.add("span " + o.spanId() + " (" + o.name() + ") arrived twice");
            }
            if (o.type().equals("AGENT") && !(o.usage().isEmpty() && o.model().isEmpty())) {
                faults.add(o.name() + ": an agent span counts usage or names a model");
            }
        }
        return faults;
    }

    private static void same(
            LangfuseView.Trace trace,
            String what,
            Function<LangfuseObservation, @Nullable Object> value,
            List<String> faults) {
        var values =
                trace.observations().stream()
                        .map(value)
                        .map(Objects::toString)
                        .collect(Collectors.toSet());
        if (values.size() > 1) {
            faults.add("spans of one trace disagree on " + what + ": " + values);
        }
    }

    private static void roots(LangfuseView.Trace trace, List<String> faults) {
        if (trace.roots().size() > 1) {
            faults.add(trace.roots().size() + " spans without a parent");
        }
        boolean appRoot = trace.observations().stream().anyMatch(LangfuseObservation::appRoot);
        if (trace.roots().isEmpty() && !appRoot) {
            faults.add("no root and no app root: the trace is missing from the root-only list");
        }
        if (trace.name().isEmpty()) {
            faults.add("the trace has no name");
        }
        for (LangfuseObservation orphan : trace.orphans()) {
            if (!orphan.appRoot()) {
                faults.add(orphan.name() + ": its parent never arrived");
            }
        }
    }

    private static void times(LangfuseView.Trace trace, List<String> faults) {
        for (LangfuseObservation o : trace.observations()) {
            if (o.endNanos() < o.startNanos()) {
                faults.add(o.name() + ": ends before it starts");
            }
            trace.observation(o.parentSpanId())
                    .filter(parent -> parent.startNanos() > o.startNanos())
                    .ifPresent(parent -> faults.add(o.name() + " starts before " + parent.name()));
        }
    }
}
