package dev.spangate.llm;

import dev.spangate.linking.Message;
import dev.spangate.proxy.Hints;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a dialect read from a request's body.
///
/// @param model as the client names it; empty when unknown
/// @param stream the client asks for a stream
/// @param messages the conversation for linking
/// @param previousResponseId Responses API only
/// @param hints session, user and so on
/// @param input OpenAI-shaped JSON text for people; null where content is not captured
/// @param attributes `gen_ai.request.*` and the like
record RequestFacts(
        String model,
        boolean stream,
        List<Message> messages,
        @Nullable String previousResponseId,
        Hints hints,
        @Nullable String input,
        Map<String, Object> attributes) {
    /// Of a body that nobody could read.
    static final RequestFacts UNREADABLE =
            new RequestFacts(
                    "",
                    false,
                    List.of(),
                    null,
                    Hints.NONE,
                    null,
                    Map.of("spangate.request.unread", true));
}
