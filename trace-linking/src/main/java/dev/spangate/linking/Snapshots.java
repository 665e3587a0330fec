package dev.spangate.linking;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The live state as JSON: what a resumed linker reads (`evidence`, `State`, `Checkpoint`). Hashes,
/// ids and times alone; hashes under the key that the checkpoint holds.
final class Snapshots {
    private Snapshots() {}

    static ObjectNode object() {
        return CanonicalJson.MAPPER.createObjectNode();
    }

    static ArrayNode array() {
        return CanonicalJson.MAPPER.createArrayNode();
    }

    static String ref(Call call) {
        return call.by.spanId + ":" + call.index;
    }

    /// A run, and its first inference.
    static String opened(Scope scope, Run run, Inference node) {
        return head(scope, "run").set("run", run(run)).set("node", node(node)).toString();
    }

    static String began(Scope scope, Inference node) {
        return head(scope, "inference").set("node", node(node)).toString();
    }

    static String ended(Scope scope, Run run, String reason) {
        return head(scope, "ended").put("run", run.topSpanId).put("reason", reason).toString();
    }

    /// Of a span of a run: the inference that it shows, if any, and what is held of it.
    static String span(Scope scope, Run run, @Nullable HeldSpan held, @Nullable Inference node) {
        var json = head(scope, "span").put("run", run.topSpanId);
        if (run.topped) {
            json.put("topped", true);
        }
        if (held != null) {
            json.set("held", held(held));
        }
        if (node != null) {
            json.set("node", node(node));
            put(json, "answer", run.lastAnswerSpanId);
            json.put("from", run.startNanos).put("to", run.endNanos).put("failed", run.lastFailed);
        }
        return json.toString();
    }

    static String top(Scope scope, Run run) {
        return head(scope, "top").put("run", run.topSpanId).toString();
    }

    static String local(Scope scope, Call call, HeldSpan held, Inference by) {
        return head(scope, "local")
                .put("call", ref(call))
                .put("by", by.spanId)
                .set("held", held(held))
                .toString();
    }

    static String pending(Scope scope, Execution execution) {
        return head(scope, "execution").set("execution", execution(execution)).toString();
    }

    static String beside(Scope scope, Execution execution, HeldSpan held) {
        return head(scope, "beside")
                .put("execution", execution.span.spanId())
                .put("trace", execution.span.traceId())
                .set("held", held(held))
                .toString();
    }

    static String link(Scope scope, Call call, String spanId, String method, String confidence) {
        return head(scope, "link")
                .put("span", spanId)
                .put("call", ref(call))
                .put("method", method)
                .put("confidence", confidence)
                .toString();
    }

    /// Of a span of no run: the caller's trace that it went to, if any (rule J1).
    static @Nullable String joined(String scope, Place place, long now) {
        return place.parent() == null
                ? null
                : head("joined", scope, now)
                        .put("trace", place.traceId())
                        .put("name", place.name())
                        .toString();
    }

    private static ObjectNode head(Scope scope, String kind) {
        return head(kind, scope.name, scope.now());
    }

    private static ObjectNode head(String kind, String scope, long now) {
        return object().put("kind", kind).put("scope", scope).put("at", now);
    }

    static ObjectNode run(Run run) {
        var json =
                object().put("key", run.topSpanId)
                        .put("id", run.id)
                        .put("agent", run.agentName)
                        .put("topped", run.topped)
                        .put("ended", run.ended)
                        .put("waits", run.topWaits)
                        .put("failed", run.lastFailed)
                        .put("takesUp", run.takesUp)
                        .put("from", run.startNanos)
                        .put("to", run.endNanos)
                        .put("active", run.lastActivity);
        put(json, "above", run.above);
        put(json, "first", run.firstSpanId);
        put(json, "answer", run.lastAnswerSpanId);
        run.capture.onto(json);
        if (run.parentCall != null) {
            json.put("parent", ref(run.parentCall));
        }
        var conversation = object().put("id", run.conversation.id);
        put(conversation, "session", run.conversation.session);
        put(conversation, "user", run.conversation.user);
        json.set("conversation", conversation);
        json.set("place", place(run.place));
        json.set("attributes", attributes(run.attributes));
        var held = array();
        run.held.forEach(span -> held.add(held(span)));
        return json.set("held", held);
    }

    static ObjectNode place(Place place) {
        var json =
                object().put("trace", place.traceId())
                        .put("root", place.appRoot())
                        .put("level", place.traceLevel())
                        .put("name", place.name());
        put(json, "parent", place.parent());
        return json.set("links", links(place.links()));
    }

    static ObjectNode attributes(JournalRecord.RunAttributes run) {
        var json =
                object().put("id", run.runId())
                        .put("name", run.traceName())
                        .put("caller", run.caller())
                        .put("level", run.traceLevel());
        put(json, "session", run.sessionId());
        put(json, "user", run.userId());
        put(json, "environment", run.environment());
        var tags = array();
        run.tags().forEach(tags::add);
        return json.set("tags", tags);
    }

    static ObjectNode held(HeldSpan span) {
        var json = object().put("span", span.spanId()).put("generation", span.generation());
        put(json, "parent", span.parent());
        json.set("attributes", map(span.attributes()));
        return json.set("links", links(span.links()));
    }

    static ArrayNode links(List<JournalRecord.SpanLink> links) {
        var json = array();
        for (var link : links) {
            json.add(
                    object().put("trace", link.traceId())
                            .put("span", link.spanId())
                            .set("attributes", map(link.attributes())));
        }
        return json;
    }

    static ObjectNode map(Map<String, ?> values) {
        var json = object();
        values.forEach((key, value) -> json.putPOJO(key, value));
        return json;
    }

    static ObjectNode node(Inference node) {
        var json =
                object().put("span", node.spanId)
                        .put("seq", node.seq)
                        .put("run", node.run.topSpanId)
                        .put("thread", node.thread.key)
                        .put("read", node.readNanos)
                        .put("end", node.endNanos)
                        .put("flight", node.inFlight)
                        .put("answered", node.answered)
                        .put("complete", node.complete)
                        .put("paused", node.paused)
                        .put("first", node.first);
        put(json, "before", node.before == null ? null : node.before.spanId);
        put(json, "trace", node.traceId);
        node.capture.onto(json);
        var hashes = array();
        for (long hash :
                new long[] {
                    node.inputWith, node.inputWithout, node.afterWith, node.afterWithout,
                    node.textWith, node.textWithout, node.responseId, node.body
                }) {
            hashes.add(hash);
        }
        json.set("hashes", hashes);
        if (!node.ids.isEmpty()) {
            json.set("ids", map(node.ids));
        }
        var calls = array();
        node.calls.forEach(call -> calls.add(call(call)));
        var brought = array();
        node.brought.forEach(call -> brought.add(ref(call)));
        return json.set("calls", calls).set("brought", brought);
    }

    private static ObjectNode call(Call call) {
        var json =
                object().put("name", call.name())
                        .put("random", call.random)
                        .put("seq", call.seq)
                        .put("at", call.issuedNanos)
                        .put("open", call.open)
                        .put("carried", call.carried)
                        .put("echoed", call.echoed);
        put(json, "id", call.id());
        put(json, "by", call.echoedBy == null ? null : call.echoedBy.spanId);
        put(json, "tool", call.toolSpanId);
        put(json, "method", call.linkMethod);
        put(json, "confidence", call.linkConfidence);
        var entries = array();
        for (var entry : call.entries()) {
            entries.add(array().add(entry.group.name).add(entry.schema).add(entry.arguments));
        }
        json.set("entries", entries);
        if (!call.texts.isEmpty()) {
            var texts = array();
            for (var text : call.texts) {
                texts.add(print(text.print).add(text.known));
            }
            json.set("texts", texts);
        }
        return json;
    }

    static ArrayNode print(Fingerprint print) {
        return array().add(print.length()).add(print.hash()).add(print.head());
    }

    static ObjectNode execution(Execution execution) {
        var facts = execution.facts;
        var callIds = array();
        facts.callIds().forEach(callIds::add);
        var json =
                object().put("span", execution.span.spanId())
                        .put("trace", execution.span.traceId())
                        .put("seq", execution.seq)
                        .put("endpoint", execution.tool.endpoint)
                        .put("tool", execution.tool.tool.name())
                        .put("server", execution.tool.tool.server())
                        .put("start", facts.startNanos())
                        .put("arguments", facts.arguments())
                        .put("plain", facts.plain())
                        .put("exchange", facts.exchange())
                        .put("candidates", execution.candidates)
                        .put("sent", execution.sentNanos)
                        .put("end", execution.endNanos)
                        .put("failed", execution.failed)
                        .put("delivered", execution.delivered);
        put(json, "context", facts.traceId());
        put(json, "session", execution.mcpSession);
        json.set("callIds", callIds);
        json.set("narrowed", narrowed(execution.narrowed));
        json.set("origin", origin(execution.origin));
        if (execution.place != null) {
            json.set("place", place(execution.place));
        }
        var names = array();
        execution.groups.forEach(group -> names.add(group.name));
        json.set("names", names);
        var beside = array();
        execution.beside.forEach(span -> beside.add(held(span)));
        json.set("beside", beside);
        if (execution.result != null) {
            result(execution.result, json);
        }
        return json;
    }

    /// As [Stored#result] reads it.
    static void result(ResultTexts result, ObjectNode onto) {
        var tellings = array();
        result.tellings().forEach(telling -> tellings.add(print(telling)));
        onto.put("text", result.text()).put("whole", result.whole()).set("tellings", tellings);
    }

    private static ObjectNode narrowed(Matcher.Narrowed narrowed) {
        var fitting = array();
        narrowed.fitting().forEach(call -> fitting.add(ref(call)));
        return object().put("hit", narrowed.hit())
                .put("resultOnly", narrowed.resultOnly())
                .put("method", narrowed.method().key())
                .set("fitting", fitting);
    }

    static ObjectNode origin(Origin origin) {
        var json =
                object().put("caller", origin.caller())
                        .put("mode", origin.mode().name())
                        .put("connection", origin.connection());
        put(json, "agent", origin.agent());
        put(json, "product", origin.product());
        put(json, "session", origin.session());
        put(json, "user", origin.user());
        put(json, "environment", origin.environment());
        origin.capture().onto(json);
        if (origin.context() != null) {
            json.put("traceId", origin.context().traceId())
                    .put("spanId", origin.context().spanId());
        }
        var tags = array();
        origin.tags().forEach(tags::add);
        return json.set("tags", tags).set("ids", map(origin.ids()));
    }

    static void put(ObjectNode json, String key, @Nullable String value) {
        if (value != null) {
            json.put(key, value);
        }
    }
}
