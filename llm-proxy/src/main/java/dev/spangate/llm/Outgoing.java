package dev.spangate.llm;

import dev.spangate.llm.Models.Destination;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The body as the upstream gets it, and what of the answer is then ours alone.
///
/// Edits are made in the text: nothing else of it changes.
final class Outgoing {
    private final byte[] body;
    private final Relay.FrameFilter filter;

    private Outgoing(byte[] body, Relay.FrameFilter filter) {
        this.body = body;
        this.filter = filter;
    }

    static Outgoing of(
            Exchange exchange, Destination destination, @Nullable JsonNode json, byte[] body) {
        if (json == null) {
            return new Outgoing(body, Relay.FrameFilter.NONE);
        }
        byte[] named = body;
        if (!destination.model().equals(Json.text(json, "model"))) {
            String model = Json.write(Json.nodes().stringNode(destination.model()));
            named = JsonMembers.of(body).with("model", model);
        }
        if (exchange.endpoint() == Endpoint.CHAT && destination.provider().streamUsage()) {
            var asking = UsageFrames.asking(json, named);
            if (asking.isPresent()) {
                return new Outgoing(asking.get(), new UsageFrames());
            }
        }
        return new Outgoing(named, Relay.FrameFilter.NONE);
    }

    byte[] body() {
        return body;
    }

    Relay.FrameFilter filter() {
        return filter;
    }
}
