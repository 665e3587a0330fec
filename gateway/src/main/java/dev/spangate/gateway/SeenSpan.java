package dev.spangate.gateway;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A span of the marked run as one reader shows it.
///
/// @param parentId null for a root
/// @param type `agent`, `generation`, `tool` or another
/// @param input null for none, and so [#output]
/// @param inputTokens -1 for unknown, and so [#outputTokens]
/// @param callId the tool call that it executes; null for none
/// @param linkMethod null or `none` where it is not linked
/// @param confidence of the link
record SeenSpan(
        String spanId,
        @Nullable String parentId,
        String type,
        String name,
        @Nullable String input,
        @Nullable String output,
        long inputTokens,
        long outputTokens,
        @Nullable String callId,
        @Nullable String linkMethod,
        @Nullable String confidence) {
    boolean isA(String wanted) {
        return type.equals(wanted);
    }

    boolean isLinked() {
        return linkMethod != null && !linkMethod.equals("none");
    }

    /// Of OTLP attributes: what Langfuse reads, else the conventions.
    static SeenSpan of(
            String spanId,
            @Nullable String parentId,
            String name,
            Function<String, @Nullable String> attribute) {
        return new SeenSpan(
                spanId,
                parentId == null || parentId.isEmpty() ? null : parentId,
                type(attribute),
                name,
                first(
                        attribute,
                        "langfuse.observation.input",
                        "gen_ai.input.messages",
                        "gen_ai.tool.call.arguments"),
                first(
                        attribute,
                        "langfuse.observation.output",
                        "gen_ai.output.messages",
                        "gen_ai.tool.call.result"),
                number(first(attribute, "gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens")),
                number(
                        first(
                                attribute,
                                "gen_ai.usage.output_tokens",
                                "gen_ai.usage.completion_tokens")),
                attribute.apply("gen_ai.tool.call.id"),
                attribute.apply("spangate.link.method"),
                attribute.apply("spangate.link.confidence"));
    }

    private static String type(Function<String, @Nullable String> attribute) {
        var type = attribute.apply("langfuse.observation.type");
        if (type != null) {
            return type;
        }
        var operation = attribute.apply("gen_ai.operation.name");
        return switch (operation == null ? "" : operation) {
            case "invoke_agent" -> "agent";
            case "execute_tool" -> "tool";
            case "chat" -> "generation";
            default -> "span";
        };
    }

    private static @Nullable String first(
            Function<String, @Nullable String> attribute, String... keys) {
        for (String key : keys) {
            var value = attribute.apply(key);
            if (value != null && !value.isEmpty()) {
                return value;
            }
        }
        return null;
    }

    private static long number(@Nullable String text) {
        return text != null && text.matches("[0-9]{1,18}") ? Long.parseLong(text) : -1;
    }
}
