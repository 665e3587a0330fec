package dev.spangate.linking;

import dev.spangate.linking.JournalRecord.SpanLink;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What happens to an inference after its start: calls issued, content answered, the end. Guarded
/// by the scope's lock.
final class Inferences {
    private final Scope scope;

    Inferences(Scope scope) {
        this.scope = scope;
    }

    /// A call may leave us from now on (rules L6, R6).
    ///
    /// @param json its arguments, parsed; null where they are no JSON
    Call issue(Inference by, ToolCall told, @Nullable JsonNode json, SubAgents.Texts texts) {
        var call = call(by, told.id(), told.name());
        scope.calls.add(call, told, json);
        issued(call, texts);
        return call;
    }

    /// The same of a call that some replica read: its entries are name, schema, hash.
    Call issue(Inference by, JsonNode told) {
        var name = Stored.need(told, "name");
        var call = call(by, Stored.text(told, "id"), name);
        scope.calls.restore(call, name, told.path("entries"));
        issued(call, SubAgents.Texts.of(told));
        return call;
    }

    private Call call(Inference by, @Nullable String id, String name) {
        boolean random = id != null && CallIds.looksRandom(id, name);
        var call = new Call(by, id, random, scope.next(), scope.now());
        by.issue(call);
        by.thread.waiting.add(call);
        by.run.openCalls++;
        scope.engine.counters().openCalls(1);
        return call;
    }

    private void issued(Call call, SubAgents.Texts texts) {
        scope.subAgents.issued(call, texts);
        scope.nodes.countCall();
        scope.runs.top(call.run());
        if (call.run().ended) {
            scope.runs.close(call);
        }
    }

    /// Content of the answer has reached the client: what it was asked with counts as carried (R1).
    void answered(Inference node) {
        node.answered = true;
        node.brought.forEach(call -> call.carried = true);
    }

    /// The hashes by which later requests find an answer.
    ///
    /// @param whole of the answer as the next request would carry it; 0 for none
    /// @param text of its text alone, if it has calls beside; else 0
    /// @param responseId of the provider's id; else 0
    record Answer(long whole, long text, long responseId) {}

    /// The answer has ended; `draft` is the inference's span, `context` what its caller sent.
    void end(
            Inference node,
            InferenceEnd end,
            Answer answer,
            JournalRecord.Draft draft,
            List<SpanLink> context) {
        node.inFlight = false;
        node.complete = end.complete() && !end.paused();
        node.paused = end.complete() && end.paused();
        node.endNanos = draft.endNanos();
        scope.nodes.landed(node);
        if (end.complete()) {
            answered(node);
        }
        file(node, answer);
        var run = node.run;
        if (!run.ended) {
            run.covers(draft.startNanos(), draft.endNanos());
            run.lastFailed = !(end.outcome() instanceof Outcome.Completed);
        }
        if (end.complete() && !end.paused()) {
            run.lastAnswerSpanId = node.spanId;
        }
        var links = consumed(node);
        if (!placesRun(node)) {
            links.addAll(context);
        }
        var span = new HeldSpan(node.spanId, null, true, links, Map.of());
        scope.runs.landed(node, draft, span);
        scope.settling.tick(scope.now());
    }

    /// Rule J2: the context of a run's first inference is the run's place, any other is a link.
    private static boolean placesRun(Inference node) {
        var run = node.run;
        return node.spanId.equals(run.firstSpanId) && !run.takesUp && run.parentCall == null;
    }

    private void file(Inference node, Answer answer) {
        var keyed = scope.engine.keyed();
        if (answer.whole() != 0) {
            node.afterWith = keyed.combine(node.inputWith, answer.whole());
            node.afterWithout = keyed.combine(node.inputWithout, answer.whole());
        }
        if (answer.text() != 0) {
            node.textWith = keyed.combine(node.inputWith, answer.text());
            node.textWithout = keyed.combine(node.inputWithout, answer.text());
        }
        node.responseId = answer.responseId();
        scope.nodes.answered(node);
    }

    /// Rule T4: links to the tool spans whose results it consumed, as far as known now.
    private static List<SpanLink> consumed(Inference node) {
        List<SpanLink> links = new ArrayList<>(node.brought.size());
        for (var call : node.brought) {
            if (call.toolSpanId != null && call.linkMethod != null && call.linkConfidence != null) {
                links.add(
                        new SpanLink(
                                call.run().traceId(),
                                call.toolSpanId,
                                Map.of(
                                        "spangate.link.method",
                                        call.linkMethod,
                                        "spangate.link.confidence",
                                        call.linkConfidence)));
            }
        }
        return links;
    }
}
