package dev.spangate.linking;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Reads executions, inferences and runs back from what was stored of them.
final class Restored {
    private Restored() {}

    static Execution restored(
            Scope scope, JsonNode json, String spanId, Function<String, @Nullable Call> calls) {
        var origin = Stored.origin(json.path("origin"), scope.name);
        var tool =
                scope.calls
                        .names()
                        .tool(
                                Stored.need(json, "endpoint"),
                                Stored.need(json, "tool"),
                                Stored.need(json, "server"));
        var execution =
                new Execution(
                        Stored.number(json, "seq"),
                        new SpanRef(Stored.need(json, "trace"), spanId),
                        tool,
                        Stored.facts(json, origin),
                        origin,
                        Stored.text(json, "session"));
        execution.narrowed = narrowed(json.path("narrowed"), calls);
        execution.place = json.has("place") ? Stored.place(json.path("place")) : null;
        execution.candidates = Stored.number(json, "candidates");
        execution.sentNanos = Stored.number(json, "sent");
        execution.endNanos = Stored.number(json, "end");
        execution.failed = Stored.flag(json, "failed");
        execution.delivered = Stored.flag(json, "delivered");
        execution.result = Stored.result(json);
        execution.endSeq = execution.seq;
        execution.ended = true;
        return execution;
    }

    private static Matcher.Narrowed narrowed(
            JsonNode json, Function<String, @Nullable Call> calls) {
        List<Call> fitting = new ArrayList<>();
        boolean lost = false;
        for (var ref : Stored.texts(json, "fitting")) {
            var call = calls.apply(ref);
            lost |= call == null;
            if (call != null) {
                fitting.add(call);
            }
        }
        return new Matcher.Narrowed(
                fitting,
                Stored.flag(json, "hit") && !lost,
                false,
                Stored.flag(json, "resultOnly") || lost,
                Method.of(Stored.need(json, "method")));
    }

    static void hashes(Inference node, JsonNode json) {
        var hashes = json.path("hashes");
        node.inputWith = hashes.path(0).asLong();
        node.inputWithout = hashes.path(1).asLong();
        node.afterWith = hashes.path(2).asLong();
        node.afterWithout = hashes.path(3).asLong();
        node.textWith = hashes.path(4).asLong();
        node.textWithout = hashes.path(5).asLong();
        node.responseId = hashes.path(6).asLong();
        node.body = hashes.path(7).asLong();
    }

    static Run run(JsonNode json, String key, Conversation conversation) {
        var run =
                new Run(
                        Stored.need(json, "id"),
                        conversation,
                        Stored.place(json.path("place")),
                        key,
                        Stored.need(json, "agent"),
                        Stored.attributes(json.path("attributes")));
        run.topped = Stored.flag(json, "topped");
        run.ended = Stored.flag(json, "ended");
        run.topWaits = Stored.flag(json, "waits");
        run.lastFailed = Stored.flag(json, "failed");
        run.takesUp = Stored.flag(json, "takesUp");
        run.capture = Capture.stored(Stored.text(json, "capture"));
        run.above = Stored.text(json, "above");
        run.firstSpanId = Stored.text(json, "first");
        run.lastAnswerSpanId = Stored.text(json, "answer");
        run.startNanos = Stored.number(json, "from");
        run.endNanos = Stored.number(json, "to");
        run.lastActivity = Stored.number(json, "active");
        return run;
    }
}
