package dev.spangate.mcp;

import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/// Gives an answer what the client's era asks for; nothing else that a server sent is touched.
final class EraResults {
    /// Results that must say how long they may be kept (2026-07-28).
    private static final Set<String> CACHEABLE =
            Set.of(
                    "server/discover",
                    "tools/list",
                    "prompts/list",
                    "resources/list",
                    "resources/templates/list",
                    "resources/read");

    private EraResults() {}

    /// A server's answer as this client may read it.
    static UpstreamReply forClient(Visit visit, UpstreamReply reply) {
        var method = visit.request().method();
        boolean modern = visit.exchange().modern();
        return switch (reply) {
            case UpstreamReply.Result(var result)
                    when Tasks.is(result)
                            && !(modern && Tasks.isDeclaredBy(visit.exchange().client())) ->
                    Tasks.refused();
            case UpstreamReply.Result(var result) -> {
                if (modern) {
                    complete(method, result);
                } else {
                    withoutValues(result);
                }
                yield reply;
            }
            case UpstreamReply.RpcError error ->
                    modern
                                    && error.code() == JsonRpc.RESOURCE_NOT_FOUND
                                    && method.startsWith("resources/")
                            ? new UpstreamReply.RpcError(
                                    JsonRpc.INVALID_PARAMS, error.message(), error.data())
                            : error;
        };
    }

    /// An answer of the gateway itself: says who answers, where the era has a place for that.
    static UpstreamReply ours(Visit visit, ObjectNode result) {
        if (visit.exchange().modern()) {
            result.withObjectProperty("_meta").set(ModernRules.SERVER_KEY, Version.info());
            complete(visit.request().method(), result);
        } else {
            result.remove("ttlMs");
            result.remove("cacheScope");
        }
        return new UpstreamReply.Result(result);
    }

    /// The HTTP status of an answer that a server gave (2026-07-28 asks for 400 on -32021 alone).
    static int status(Exchange exchange, UpstreamReply reply) {
        return exchange.modern()
                        && reply instanceof UpstreamReply.RpcError error
                        && error.code() == JsonRpc.MISSING_CAPABILITY
                ? 400
                : 200;
    }

    private static void complete(String method, ObjectNode result) {
        if (!result.has("resultType")) {
            result.put("resultType", "complete");
        }
        if (CACHEABLE.contains(method) && !InputRequired.is(result)) {
            if (!result.has("ttlMs")) {
                result.put("ttlMs", 0);
            }
            if (!result.has("cacheScope")) {
                result.put("cacheScope", "private");
            }
        }
    }

    /// Before 2026-07-28 structured content is an object; clients refuse anything else. Only a
    /// stateless server's answer says what kind it is.
    private static void withoutValues(ObjectNode result) {
        var content = result.get("structuredContent");
        if (content != null && !content.isObject() && result.has("resultType")) {
            result.remove("structuredContent");
        }
    }
}
