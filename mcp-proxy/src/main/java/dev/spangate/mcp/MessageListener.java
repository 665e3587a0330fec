package dev.spangate.mcp;

import tools.jackson.databind.node.ObjectNode;

/// Takes what a server sends beside the answer of a call.
///
/// Messages of one call come in order, one at a time, before its answer is returned; an upstream
/// may call it on any virtual thread.
interface MessageListener {
    /// A notification of this call: progress (with OUR caller's token restored), log, anything
    /// else.
    ///
    /// @param message the whole JSON-RPC notification as sent
    void notification(ObjectNode message);

    /// A request of the server (`elicitation/create`, `sampling/createMessage`, `roots/list`).
    /// Blocks until the client has answered; the reply goes back to the server.
    UpstreamReply request(String method, ObjectNode params);

    /// The same for a request whose id is a word: it names the question where a client is asked
    /// several things in one answer (2026-07-28).
    default UpstreamReply requestNamed(String id, String method, ObjectNode params) {
        return request(method, params);
    }

    /// Refuses requests and drops notifications.
    static MessageListener deaf() {
        return new MessageListener() {
            @Override
            public void notification(ObjectNode message) {}

            @Override
            public UpstreamReply request(String method, ObjectNode params) {
                return new UpstreamReply.RpcError(
                        JsonRpc.METHOD_NOT_FOUND, "Method not found: " + method, null);
            }
        };
    }
}
