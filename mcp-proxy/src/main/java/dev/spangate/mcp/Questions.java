package dev.spangate.mcp;

import dev.spangate.linking.Level;
import dev.spangate.linking.OperationRecording;
import dev.spangate.linking.OperationStart;
import java.util.function.Function;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/// Records what a server wants to know from the client while it serves one request: each question
/// is a child of that request's span (linking.md T).
///
/// @param below makes a child of that span
record Questions(
        Exchange exchange,
        ClientMessage.Request request,
        UpstreamServer server,
        Function<OperationStart, OperationRecording> below) {
    /// The same listener; what it is asked is recorded, and a client that does not answer has
    /// cancelled.
    MessageListener over(MessageListener listener) {
        return new MessageListener() {
            @Override
            public void notification(ObjectNode message) {
                listener.notification(message);
            }

            @Override
            public UpstreamReply request(String method, ObjectNode params) {
                return recorded(method, params, () -> listener.request(method, params));
            }

            @Override
            public UpstreamReply requestNamed(String id, String method, ObjectNode params) {
                return recorded(method, params, () -> listener.requestNamed(id, method, params));
            }
        };
    }

    private UpstreamReply recorded(
            String method, ObjectNode params, Supplier<UpstreamReply> question) {
        try (var span = begin(method, params)) {
            var reply = question.get();
            end(span, reply);
            return reply;
        }
    }

    /// A question whose answer comes with another request of the client.
    OperationRecording begin(String method, ObjectNode params) {
        var attributes = exchange.attributes(request);
        attributes.putAll(ServerAttributes.of(server));
        attributes.put("mcp.method.name", method);
        attributes.remove("jsonrpc.request.id"); // that is the client's request, not this one
        var input = params.isEmpty() ? null : Json.text(params);
        return below.apply(
                new OperationStart(
                        exchange.origin(request.meta()),
                        method,
                        true,
                        Level.DEFAULT,
                        input,
                        attributes));
    }

    static void end(OperationRecording span, UpstreamReply reply) {
        var output = reply instanceof UpstreamReply.Result(var result) ? Json.text(result) : null;
        span.end(Outcomes.of(reply), output, Outcomes.attributes(reply));
    }
}
