package dev.spangate.llm;

import dev.spangate.proxy.Hints;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Finds in a request's body what clients say of session, user and thread.
final class BodyHints {
    /// Claude Code before 2.1: `user_{hash}_account_{uuid}_session_{uuid}`.
    private static final Pattern CLAUDE_CODE_OLD =
            Pattern.compile("user_([0-9a-f]+)_account_([0-9a-f-]*)_session_([0-9a-f-]{8,})");

    /// A cache key that names one conversation, not an application.
    private static final Pattern UUID =
            Pattern.compile("(?i).*[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}.*");

    private BodyHints() {}

    static Hints read(JsonNode body) {
        var metadata = body.path("metadata");
        var client = body.path("client_metadata");
        String userId = Json.text(metadata, "user_id");
        var old = CLAUDE_CODE_OLD.matcher(userId);
        if (old.matches()) {
            String account = old.group(2);
            return new Hints(
                    old.group(3),
                    null,
                    null,
                    account.isEmpty() ? old.group(1) : account,
                    null,
                    null);
        }
        var claude = userId.startsWith("{") ? Json.object(userId).orElse(null) : null;
        return new Hints(
                session(body, metadata, client, claude),
                Json.textOrNull(client, "thread_id"),
                Json.textOrNull(client, "turn_id"),
                user(body, metadata, claude, userId),
                first(Json.text(metadata, "agent_name"), Json.text(metadata, "generation_name")),
                fallbackSession(body));
    }

    private static @Nullable String session(
            JsonNode body, JsonNode metadata, JsonNode client, @Nullable JsonNode claude) {
        return first(
                claude == null ? "" : Json.text(claude, "session_id"),
                Json.text(client, "session_id"),
                Json.text(metadata, "session_id"),
                Json.text(metadata, "sessionId"),
                Json.text(metadata, "conversation_id"),
                Json.text(body, "litellm_session_id"),
                Json.text(body, "session_id"),
                Json.text(body, "conversation_id"),
                body.path("conversation").isObject()
                        ? Json.text(body.path("conversation"), "id")
                        : Json.text(body, "conversation"));
    }

    private static @Nullable String user(
            JsonNode body, JsonNode metadata, @Nullable JsonNode claude, String userId) {
        if (claude != null) {
            return first(Json.text(claude, "account_uuid"), Json.text(claude, "device_id"));
        }
        return first(
                userId,
                Json.text(metadata, "userId"),
                Json.text(metadata, "trace_user_id"),
                Json.text(body, "user"),
                Json.text(body, "safety_identifier"));
    }

    private static @Nullable String fallbackSession(JsonNode body) {
        String key = Json.text(body, "prompt_cache_key");
        return UUID.matcher(key).matches() ? key : null;
    }

    private static @Nullable String first(String... texts) {
        for (String text : texts) {
            if (!text.isBlank()) {
                return text;
            }
        }
        return null;
    }
}
