package dev.spangate.testing;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Input and output of one observation by Langfuse's extraction order, and the tools in them.
///
/// Of that order only the steps are here whose keys Spangate or its tests write; the first hit ends
/// the search for both sides, as in Langfuse.
record LangfuseContent(@Nullable String input, @Nullable String output) {
    private static final List<List<String>> ORDER =
            List.of(
                    List.of("langfuse.observation.input", "langfuse.observation.output"),
                    List.of("prompt", "all_messages_events"),
                    List.of("events", "events"),
                    List.of("traceloop.entity.input", "traceloop.entity.output"),
                    List.of("input.value", "output.value"),
                    List.of("input", "output"),
                    List.of("tool_arguments", "tool_response"),
                    List.of("gen_ai.prompt", "gen_ai.completion"),
                    List.of("gen_ai.input.messages", "gen_ai.output.messages"),
                    List.of("gen_ai.tool.call.arguments", "gen_ai.tool.call.result"));

    static LangfuseContent of(SinkSpan span) {
        for (List<String> keys : ORDER) {
            String input = orNull(span, keys.getFirst());
            String output = orNull(span, keys.getLast());
            if (input != null || output != null) {
                return new LangfuseContent(input, output);
            }
        }
        return new LangfuseContent(null, null);
    }

    List<String> toolDefinitions() {
        var names = new ArrayList<String>();
        for (JsonNode tool : json(input).path("tools")) {
            JsonNode function = tool.path("function");
            names.add(function.isMissingNode() ? name(tool) : name(function));
        }
        return names;
    }

    /// Calls in the output message: nested or flat OpenAI shape, `choices`, `tool_use` blocks.
    List<String> toolCalls() {
        var names = new ArrayList<String>();
        JsonNode root = json(output);
        collect(root, names);
        if (root.isArray()) {
            root.forEach(message -> collect(message, names));
        }
        root.path("choices").forEach(choice -> collect(choice.path("message"), names));
        return names;
    }

    private static void collect(JsonNode message, List<String> names) {
        for (JsonNode call : message.path("tool_calls")) {
            JsonNode function = call.path("function");
            names.add(function.isMissingNode() ? name(call) : name(function));
        }
        for (JsonNode block : message.path("content")) {
            if (block.path("type").asString("").equals("tool_use")) {
                names.add(name(block));
            }
        }
    }

    private static String name(JsonNode node) {
        return node.path("name").asString("");
    }

    private static JsonNode json(@Nullable String text) {
        return LangfuseAttributes.json(text == null ? "" : text);
    }

    private static @Nullable String orNull(SinkSpan span, String key) {
        Object value = span.attribute(key);
        return value == null ? null : value.toString();
    }
}
