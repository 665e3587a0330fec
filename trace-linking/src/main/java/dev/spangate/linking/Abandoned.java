package dev.spangate.linking;

import java.util.ArrayList;
import java.util.List;

/// What becomes of the state when the log it came from is no more (the store was emptied): nothing
/// can be known any longer, so what is held here stands for itself, and whoever opened a run shows
/// what there was of it (rule S5).
final class Abandoned {
    private final Machine machine;
    private final ReplicaSink sink;

    Abandoned(Machine machine, ReplicaSink sink) {
        this.machine = machine;
        this.sink = sink;
    }

    void write() {
        for (var scope : machine.scopes.values()) {
            scope.step(() -> {
                unlink(scope);
                end(scope);
            });
        }
        sink.held().forEach(span -> sink.direct(Places.alone(span)));
        sink.origin(false, false);
    }

    private void unlink(Scope scope) {
        List<Execution> pending = new ArrayList<>();
        scope.executions.pending().forEach(pending::add);
        pending.stream()
                .filter(execution -> sink.holds(execution.span.spanId()))
                .forEach(scope.settling::giveUp);
    }

    private void end(Scope scope) {
        List<Run> live = new ArrayList<>();
        scope.runs.live().forEach(live::add);
        for (var run : live) {
            if (machine.me.equals(run.openedBy)) {
                sink.origin(true, true);
                scope.runs.end(run, "lost");
            }
        }
    }
}
