package dev.spangate.mcp;

/// Gives an answer what the client's era asks for; nothing that a server sent is taken away.
final class EraResults {
    private EraResults() {}

    /// The answer as this client may read it.
    static UpstreamReply forClient(Revision revision, UpstreamReply reply) {
        if (revision.era() == Era.MODERN && reply instanceof UpstreamReply.Result(var result)) {
            if (!result.has("resultType")) {
                result.put("resultType", "complete");
            }
        }
        return reply;
    }

    /// An answer of the gateway itself: says who answers, where the era has a place for that.
    static UpstreamReply ours(Revision revision, UpstreamReply.Result reply) {
        var result = reply.result();
        if (revision.era() == Era.MODERN) {
            var meta = Json.child(result, "_meta");
            var named = meta == null ? result.putObject("_meta") : meta;
            named.set(ModernRules.SERVER_KEY, Version.info());
        } else {
            result.remove("ttlMs");
            result.remove("cacheScope");
        }
        return forClient(revision, reply);
    }

    /// The HTTP status of an answer that a server gave (2026-07-28 asks for 400 on -32021 alone).
    static int status(Exchange exchange, UpstreamReply reply) {
        return exchange.modern()
                        && reply instanceof UpstreamReply.RpcError error
                        && error.code() == JsonRpc.MISSING_CAPABILITY
                ? 400
                : 200;
    }
}
