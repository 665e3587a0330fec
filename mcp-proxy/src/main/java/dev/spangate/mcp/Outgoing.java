package dev.spangate.mcp;

import dev.spangate.linking.OperationRecording;
import dev.spangate.linking.OperationStart;
import java.util.Map;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/// A client's request as it goes to its owner.
///
/// @param server the owner
/// @param params with the owner's own names and our trace context; never changed after this
/// @param headers for this request alone
/// @param below records what the request causes, below its own span
record Outgoing(
        UpstreamServer server,
        ObjectNode params,
        Map<String, String> headers,
        Function<OperationStart, OperationRecording> below) {
    Outgoing {
        headers = Map.copyOf(headers);
    }

    Outgoing with(ObjectNode other) {
        return new Outgoing(server, other, headers, below);
    }

    /// Records what the owner asks the client meanwhile.
    Questions questions(Visit visit) {
        return new Questions(visit.exchange(), visit.request(), server, below);
    }
}
