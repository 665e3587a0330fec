package dev.spangate.llm;

import dev.spangate.llm.Models.Destination;
import dev.spangate.proxy.UpstreamException;
import dev.spangate.proxy.UpstreamResponse;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The body as the upstream gets it, and what of the answer is then ours alone.
///
/// Edits are made in the text: nothing else of it changes.
final class Outgoing {
    private final byte[] body;
    private final boolean asks;
    private final boolean hides;
    private final @Nullable Translation translation;

    private Outgoing(byte[] body, boolean asks, boolean hides, @Nullable Translation translation) {
        this.body = body;
        this.asks = asks;
        this.hides = hides;
        this.translation = translation;
    }

    /// The body as it came.
    static Outgoing plain(byte[] body) {
        return new Outgoing(body, false, false, null);
    }

    /// @param mayAsk the provider has not refused the question for usage
    static Outgoing of(InferenceRequest request, Destination destination, boolean mayAsk) {
        var json = request.json();
        if (json == null) {
            return plain(request.body());
        }
        var translation =
                request.exchange().unified()
                        ? Translation.of(
                                request.exchange().endpoint(), destination.provider().type())
                        : Optional.<Translation>empty();
        if (translation.isPresent()) {
            return translated(request, destination.model(), translation.get());
        }
        byte[] named = named(request, destination.model());
        boolean chat = request.exchange().endpoint() == Endpoint.CHAT;
        if (chat && mayAsk && destination.provider().streamUsage()) {
            var asking = UsageFrames.asking(json, named);
            if (asking.isPresent()) {
                return new Outgoing(asking.get(), true, true, null);
            }
        }
        return new Outgoing(named, false, false, null);
    }

    /// Usage is always made; a chat client that did not ask does not get it.
    private static Outgoing translated(
            InferenceRequest request, String model, Translation translation) {
        var json = Objects.requireNonNull(request.json());
        byte[] body = Json.writeBytes(translation.request().translate(json, model));
        boolean hides =
                request.exchange().endpoint() == Endpoint.CHAT
                        && !json.path("stream_options").path("include_usage").asBoolean(false);
        return new Outgoing(body, false, hides, translation);
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
        return hides ? new UsageFrames() : Relay.FrameFilter.NONE;
    }

    byte[] body() {
        return body;
    }

    /// Where it goes below the provider, which a translation decides.
    Place place(Exchange exchange) {
        return translation == null
                ? new Place(exchange.endpoint(), exchange.path(), exchange.query())
                : new Place(translation.endpoint(), translation.path(), "");
    }

    /// The answer in the client's dialect.
    UpstreamResponse answer(UpstreamResponse upstream) throws UpstreamException {
        return translation == null ? upstream : translation.answer(upstream);
    }

    /// @param path raw path below the provider
    /// @param query raw query, empty if there is none
    record Place(Endpoint endpoint, String path, String query) {}
}
