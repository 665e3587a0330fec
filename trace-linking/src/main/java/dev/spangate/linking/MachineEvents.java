package dev.spangate.linking;

import dev.spangate.linking.JournalRecord.Draft;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What the entries of a shared log do to the state: the same steps that a lone linker takes at
/// once, with facts in the place of content.
final class MachineEvents {
    private final Machine machine;

    MachineEvents(Machine machine) {
        this.machine = machine;
    }

    /// An inference gets its place (rules R1 to R4).
    void infer(JsonNode json, Unplaced waiting, @Nullable SharedInference mine) {
        String span = Stored.need(json, "x");
        var scope = machine.scope(waiting.scope);
        var origin = Stored.origin(json.path("origin"), scope.name);
        var start =
                new InferenceStart(
                        origin,
                        "",
                        "",
                        "",
                        List.of(),
                        Stored.text(json, "previous"),
                        Stored.flag(json, "retry"),
                        Stored.need(json, "body"),
                        null,
                        Map.of());
        var read = mine == null ? null : mine.view();
        var found = Findings.of(json.path("found"));
        var view =
                read != null
                        ? read
                        : RequestView.told(json.path("view"), scope.engine.keyed(), found);
        Ids.place(span, UnaryOperator.identity());
        scope.step(() -> {
            missing(scope, json, waiting);
            var node = scope.runs.start(start, view);
            if (node.run.inferences == 1) {
                node.run.openedBy = waiting.replica;
            }
            machine.inferences.put(
                    span, new Machine.OpenInference(node, scope, waiting.replica, origin));
        });
    }

    /// An execution gets its candidates (rule L1).
    void execute(JsonNode json, Unplaced waiting, @Nullable SharedTool mine) {
        String span = Stored.need(json, "x");
        var scope = machine.scope(waiting.scope);
        var origin = Stored.origin(json.path("origin"), scope.name);
        var start =
                new ToolStart(
                        origin,
                        Stored.need(json, "endpoint"),
                        Stored.need(json, "server"),
                        Stored.need(json, "tool"),
                        "",
                        Map.of(),
                        Stored.text(json, "session"),
                        Map.of());
        var facts = Stored.facts(json, origin).at(waiting.nanos, Stored.flag(json, "late"));
        Ids.place(span, mine == null ? UnaryOperator.identity() : mine::decided);
        scope.step(() -> {
            missing(scope, json, waiting);
            var execution = scope.executions.start(start, facts);
            machine.executions.put(
                    span, new Machine.OpenExecution(execution, scope, waiting.replica));
        });
    }

    /// Rule L5: not every replica has told what came before.
    private void missing(Scope scope, JsonNode json, Unplaced waiting) {
        if (Stored.flag(json, "incomplete") || Stored.flag(json, "late")) {
            scope.missing.addAll(waiting.nanos, machine.nanos() + Machine.LATE);
        }
    }

    void about(Machine.OpenInference open, JsonNode json, @Nullable SharedRecording mine) {
        var scope = open.scope();
        var node = open.node();
        switch (Stored.need(json, "k")) {
            case "call" -> scope.step(() -> scope.inferences.issue(node, json));
            case "said" -> scope.step(() -> scope.inferences.answered(node));
            case "unread" ->
                    scope.step(() -> {
                        scope.engine.counters().unread();
                        scope.missing.add(node.readNanos, scope.now());
                    });
            case "guard" -> {
                var draft = draft(json.path("span"), ObservationType.GUARDRAIL, mine);
                scope.step(
                        () -> scope.runs.beside(node.run, draft, HeldSpan.sibling(draft.spanId())));
            }
            case "end" -> {
                machine.inferences.remove(node.spanId);
                end(open, json, mine);
                finished(mine);
            }
            default -> {
                // of a later version
            }
        }
    }

    private void end(Machine.OpenInference open, JsonNode json, @Nullable SharedRecording mine) {
        var scope = open.scope();
        var node = open.node();
        boolean completed = Stored.flag(json, "completed");
        var end =
                new InferenceEnd(
                        completed ? new Outcome.Completed() : new Outcome.Cancelled(),
                        Stored.flag(json, "complete"),
                        Stored.flag(json, "paused"),
                        null,
                        null,
                        List.of(),
                        null,
                        Map.of(),
                        null,
                        null,
                        Map.of());
        var answer =
                new Inferences.Answer(
                        Stored.number(json, "whole"),
                        Stored.number(json, "text"),
                        Stored.number(json, "response"));
        var draft = draft(json.path("span"), ObservationType.GENERATION, mine);
        scope.step(() -> {
            for (var tool : json.path("provided")) {
                scope.runs.provided(node, draft(tool, ObservationType.TOOL, mine));
            }
            scope.inferences.end(node, end, answer, draft, JoinedTraces.linkTo(open.origin()));
            for (var attempt : json.path("attempts")) {
                var told = draft(attempt, ObservationType.ATTEMPT, mine);
                scope.runs.place(node.run, told, HeldSpan.below(node.spanId, told.spanId()));
            }
        });
    }

    void about(Machine.OpenExecution open, JsonNode json, @Nullable SharedRecording mine) {
        var scope = open.scope();
        var execution = open.execution();
        switch (Stored.need(json, "k")) {
            case "result" ->
                    scope.step(() -> {
                        var result = Stored.result(json);
                        if (result != null) {
                            scope.executions.result(execution, result);
                        }
                    });
            case "guard" -> {
                var draft = draft(json.path("span"), ObservationType.GUARDRAIL, mine);
                scope.step(() -> scope.executions.guardrail(execution, draft));
            }
            case "done" -> {
                machine.executions.remove(execution.span.spanId());
                boolean completed = Stored.flag(json, "completed");
                var end =
                        new ToolEnd(
                                completed ? new Outcome.Completed() : new Outcome.Cancelled(),
                                null,
                                Stored.flag(json, "delivered"),
                                Map.of());
                var draft = draft(json.path("span"), ObservationType.TOOL, mine);
                scope.step(() -> {
                    execution.sentNanos = draft.startNanos();
                    execution.endNanos = draft.endNanos();
                    scope.executions.end(execution, end, draft);
                });
                finished(mine);
            }
            default -> {
                // of a later version
            }
        }
    }

    private static void finished(@Nullable SharedRecording mine) {
        if (mine != null) {
            mine.replica.forget(mine);
        }
    }

    /// Nothing more of it will be told: like an answer that broke off.
    void broken(Machine.OpenInference open) {
        open.scope().step(() -> open.scope().runs.lost(open.node()));
    }

    void broken(Machine.OpenExecution open) {
        open.scope().step(() -> open.scope().executions.lost(open.execution()));
    }

    /// With content where it is ours, else as much of it as places it.
    private static Draft draft(
            JsonNode told, ObservationType type, @Nullable SharedRecording mine) {
        String span = told.path(0).asString();
        var draft = mine == null ? null : mine.take(span);
        return draft != null
                ? draft
                : new Draft(
                        span,
                        type,
                        "",
                        true,
                        told.path(1).asLong(),
                        told.path(2).asLong(),
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
    }
}
