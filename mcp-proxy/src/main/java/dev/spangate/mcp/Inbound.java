package dev.spangate.mcp;

import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import org.jspecify.annotations.Nullable;

/// Takes what a server sends, in order per stream, on the thread that read it. Must not throw or
/// block for long.
interface Inbound {
    /// @param relatedTo the id of our request on whose response stream the message came, null where
    ///   nothing tells
    void received(JSONRPCMessage message, @Nullable Object relatedTo);

    /// A message came that cannot be read.
    ///
    /// @param relatedTo the id of our request that it would have answered, null where nothing tells
    void unreadable(TransportFailure failure, @Nullable Object relatedTo);

    /// The transport is of no use any more.
    void lost(TransportFailure failure);
}
