package dev.spangate.mcp;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import tools.jackson.databind.JsonNode;

/// A JSON-RPC batch: 2025-03-26 alone has them. Its requests run beside each other.
final class Batch {
    private static final int MAX = 100;

    private final McpEdge edge;
    private final Arrival arrival;
    private final Session session;
    private final List<ClientMessage.Request> requests = new ArrayList<>();
    private final List<ClientMessage> others = new ArrayList<>();

    /// @throws RpcFault the revision has no batches, it is empty or too long, or not all messages
    Batch(McpEdge edge, Arrival arrival, Session session, JsonNode body) {
        this.edge = edge;
        this.arrival = arrival;
        this.session = session;
        if (session.client().revision() != Revision.V2025_03_26) {
            throw RpcFault.invalidRequest("This revision has no JSON-RPC batches");
        }
        if (body.isEmpty() || body.size() > MAX) {
            throw RpcFault.invalidRequest("A batch holds 1 to " + MAX + " messages");
        }
        for (var element : body) {
            switch (ClientMessage.read(element)) {
                case ClientMessage.Request request -> requests.add(request);
                case ClientMessage other -> others.add(other);
            }
        }
    }

    void serve() {
        for (var other : others) {
            switch (other) {
                case ClientMessage.Notification notification -> edge.take(arrival, notification);
                case ClientMessage.Response response -> session.answer(response);
                case ClientMessage.Request _ -> {}
            }
        }
        if (requests.isEmpty()) {
            McpEdge.accepted(arrival.response());
            return;
        }
        var answer = edge.answer(arrival, requests.size());
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var request : requests) {
                threads.execute(() -> edge.serve(arrival, request, answer));
            }
        }
        McpEdge.checkGone(answer);
    }
}
