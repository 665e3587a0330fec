package dev.spangate.mcp;

import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/// A client's request as it goes to its owner.
///
/// @param server the owner
/// @param params with the owner's own names and our trace context; never changed after this
/// @param headers for this request alone
record Outgoing(UpstreamServer server, ObjectNode params, Map<String, String> headers) {
    Outgoing {
        headers = Map.copyOf(headers);
    }

    Outgoing with(ObjectNode other) {
        return new Outgoing(server, other, headers);
    }
}
