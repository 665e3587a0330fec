package dev.spangate.mcp;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/// The `Mcp-Param-…` headers of stateless clients (2026-07-28, Streamable HTTP): checked against
/// the body, whatever the server speaks. What a server with an invalid declaration means is not
/// checked.
final class ParamHeaders {
    /// By the definition itself: tables share it and never change it.
    private final LoadingCache<ObjectNode, MirroredArguments> byDefinition =
            Caffeine.newBuilder().weakKeys().build(ParamHeaders::read);

    /// Checks a call of a tool.
    ///
    /// @return headers that its definition does not explain, for the server
    /// @throws RpcFault header and body differ
    Map<String, String> check(Visit visit, ObjectNode definition) {
        if (!visit.exchange().modern()) {
            return Map.of();
        }
        var mirrored = byDefinition.get(definition);
        var headers = visit.exchange().headers();
        mirrored.check(headers, visit.request().params().path("arguments"));
        return mirrored.unknown(headers);
    }

    private static MirroredArguments read(ObjectNode definition) {
        var mirrored = MirroredArguments.of(definition.path("inputSchema"));
        return mirrored.fault() == null ? mirrored : MirroredArguments.NONE;
    }
}
