package dev.spangate.telemetry;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What a run's top span shows of its first inference (linking.md T: the user's message).
final class TopContent {
    private static final JsonMapper JSON = JsonMapper.shared();

    private TopContent() {}

    /// The messages behind the last answer in the history, without system text: what the user said
    /// to start this run. Where that leaves nothing, all messages; where it is no such JSON, all of
    /// it.
    static @Nullable String userMessages(@Nullable String input) {
        if (input == null) {
            return null;
        }
        try {
            var messages = JSON.readTree(input).path("messages");
            if (!messages.isArray()) {
                return input;
            }
            var user = JSON.createArrayNode();
            for (JsonNode message : messages) {
                switch (message.path("role").asString("")) {
                    case "assistant", "model" -> user.removeAll();
                    case "system", "developer" -> {
                        // The agent's own text, not the user's.
                    }
                    default -> user.add(message);
                }
            }
            return JSON.writeValueAsString(user.isEmpty() ? messages : user);
        } catch (JacksonException _) {
            return input;
        }
    }
}
