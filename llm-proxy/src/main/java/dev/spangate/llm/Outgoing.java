package dev.spangate.llm;

import dev.spangate.llm.Models.Destination;

/// The body as the upstream gets it, and what of the answer is then ours alone.
///
/// Edits are made in the text: nothing else of it changes.
final class Outgoing {
    private final byte[] body;
    private final boolean asks;

    private Outgoing(byte[] body, boolean asks) {
        this.body = body;
        this.asks = asks;
    }

    /// @param mayAsk the provider has not refused the question for usage
    static Outgoing of(InferenceRequest request, Destination destination, boolean mayAsk) {
        var json = request.json();
        if (json == null) {
            return new Outgoing(request.body(), false);
        }
        byte[] named = named(request, destination.model());
        boolean chat = request.exchange().endpoint() == Endpoint.CHAT;
        if (chat && mayAsk && destination.provider().streamUsage()) {
            var asking = UsageFrames.asking(json, named);
            if (asking.isPresent()) {
                return new Outgoing(asking.get(), true);
            }
        }
        return new Outgoing(named, false);
    }

    private static byte[] named(InferenceRequest request, String model) {
        return model.equals(request.facts().model())
                ? request.body()
                : JsonMembers.of(request.body())
                        .with("model", Json.write(Json.nodes().stringNode(model)));
    }

    /// It asks for usage where the client did not.
    boolean asks() {
        return asks;
    }

    Relay.FrameFilter filter() {
        return asks ? new UsageFrames() : Relay.FrameFilter.NONE;
    }

    byte[] body() {
        return body;
    }
}
