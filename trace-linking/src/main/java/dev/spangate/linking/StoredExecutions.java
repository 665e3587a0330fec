package dev.spangate.linking;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Reads an ended execution back from what was stored of it.
final class StoredExecutions {
    private StoredExecutions() {}

    static Execution restored(
            Scope scope, JsonNode json, String spanId, Function<String, @Nullable Call> calls) {
        var origin = Stored.origin(json.path("origin"), scope.name);
        var tool =
                scope.calls.tool(
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
}
