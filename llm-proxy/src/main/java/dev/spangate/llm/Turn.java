package dev.spangate.llm;

import dev.spangate.linking.Message;
import dev.spangate.linking.Message.Role;
import dev.spangate.linking.ToolResult;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/// One turn of a conversation while it is read: for linking, and for people.
///
/// Cache marks, signatures and reasoning are no part of a turn's identity: clients move or drop
/// them from one request to the next.
///
/// @param texts what is said
/// @param thinking reasoning as far as it is shown; for people alone
/// @param calls tools that the model asks for
/// @param results what tools gave
/// @param parts texts, images and the like in their order, in the chat shape; for people alone
/// @param other text that stands for everything else in the turn's identity
record Turn(
        Role role,
        List<String> texts,
        List<String> thinking,
        List<CallText> calls,
        List<ToolResult> results,
        List<JsonNode> parts,
        StringBuilder other) {
    static Turn of(Role role) {
        return new Turn(
                role,
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>(),
                new StringBuilder());
    }

    static Turn of(Role role, String text) {
        var turn = of(role);
        turn.text(text);
        return turn;
    }

    void text(String text) {
        if (!text.isEmpty()) {
            texts.add(text);
            parts.add(ChatJson.textPart(text));
        }
    }

    /// Something that is no text.
    ///
    /// @param part as people see it
    /// @param identity as linking compares it
    void media(JsonNode part, String identity) {
        parts.add(part);
        other.append(identity);
    }

    void result(@Nullable ToolResult result) {
        if (result != null) {
            results.add(result);
        }
    }

    Message message() {
        return new Message(
                role,
                texts,
                calls.stream().map(CallText::toolCall).toList(),
                results,
                other.isEmpty() ? "" : ChatJson.digest(other.toString()));
    }

    /// The same for people: results become messages of their own, as OpenAI has it.
    void addTo(ArrayNode messages) {
        if (role != Role.ASSISTANT) {
            results.forEach(result -> messages.add(ChatJson.toolResult(result)));
        }
        switch (role) {
            case ASSISTANT -> messages.add(ChatJson.assistant(texts, thinking, calls));
            case SYSTEM -> messages.add(ChatJson.message("system", String.join("\n", texts)));
            case USER, TOOL -> {
                if (parts.size() > texts.size()) {
                    var content = Json.nodes().arrayNode();
                    messages.add(ChatJson.message("user", content.addAll(parts)));
                } else if (!texts.isEmpty()) {
                    messages.add(ChatJson.message("user", String.join("\n", texts)));
                }
            }
        }
    }

    /// A conversation for linking.
    static List<Message> messages(List<Turn> turns) {
        return turns.stream().map(Turn::message).toList();
    }

    /// The same for people.
    ///
    /// @param tools in the chat shape
    static String input(List<Turn> turns, @Nullable ArrayNode tools) {
        var messages = Json.nodes().arrayNode();
        turns.forEach(turn -> turn.addTo(messages));
        return ChatJson.input(messages, tools);
    }
}
