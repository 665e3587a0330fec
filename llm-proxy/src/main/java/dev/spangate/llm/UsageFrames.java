package dev.spangate.llm;

import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// Asks a Chat Completions stream for its usage where the client did not, and keeps the extra frame
/// from the client: the only change of a body that a native path makes.
final class UsageFrames implements Relay.FrameFilter {
    /// The request with the question, or empty where the client asked itself or wants no stream.
    static Optional<byte[]> asking(JsonNode request, byte[] body) {
        boolean asks = request.path("stream_options").path("include_usage").asBoolean(false);
        if (asks || !request.path("stream").asBoolean(false)) {
            return Optional.empty();
        }
        var members = JsonMembers.of(body);
        var options = members.object("stream_options");
        byte[] edited =
                options == null
                        ? members.with("stream_options", "{\"include_usage\":true}")
                        : options.with("include_usage", "true");
        return Optional.of(edited);
    }

    /// The frame that carries nothing but usage.
    @Override
    public boolean hides(Frame frame) {
        return Json.answer(frame.data())
                .filter(chunk -> chunk.path("usage").isObject())
                .filter(chunk -> chunk.path("choices").isArray() && chunk.path("choices").isEmpty())
                .isPresent();
    }
}
