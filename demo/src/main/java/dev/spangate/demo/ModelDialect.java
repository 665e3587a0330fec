package dev.spangate.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// How one provider API is spoken by the model's side.
sealed interface ModelDialect permits ChatDialect, MessagesDialect, ResponsesDialect {
    Conversation read(JsonNode request);

    /// What the provider's tool-call ids begin with.
    String callIdPrefix();

    /// The unstreamed answer.
    Object whole(Completion completion);

    /// The streamed answer, one SSE frame each, blank line included.
    List<String> frames(Completion completion, JsonNode request);

    /// The body of an error.
    Object error(String type, String message);

    /// The name of the header in which the provider names the request.
    String requestIdHeader();

    /// The dialect spoken at a path, if any.
    static Optional<ModelDialect> at(String path) {
        if (path.endsWith("/chat/completions")) {
            return Optional.of(new ChatDialect());
        }
        if (path.endsWith("/messages")) {
            return Optional.of(new MessagesDialect());
        }
        return path.endsWith("/responses") ? Optional.of(new ResponsesDialect()) : Optional.empty();
    }

    /// Text of a `content` that is a string or a list of parts with text.
    static String textOf(JsonNode content) {
        if (content.isString()) {
            return content.asString();
        }
        return String.join(
                "\n",
                Json.items(content).stream()
                        .map(part -> Json.text(part, "text"))
                        .filter(text -> !text.isEmpty())
                        .toList());
    }

    /// Cuts text into pieces, as a model writes it.
    static List<String> pieces(String text, int length) {
        var pieces = new ArrayList<String>();
        for (int at = 0; at < text.length(); at += length) {
            pieces.add(text.substring(at, Math.min(text.length(), at + length)));
        }
        return pieces;
    }
}
