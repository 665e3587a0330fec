package dev.spangate.demo;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/// A tool of a sample server, or one that the agent runs itself.
///
/// @param name its bare name
/// @param description what the model is told
/// @param parameters names and descriptions of its arguments, all text and required
/// @param body what it does with its arguments
public record SampleTool(
        String name,
        String description,
        Map<String, String> parameters,
        Function<Map<String, Object>, ToolOutcome> body) {
    public SampleTool {
        parameters = Map.copyOf(parameters);
    }

    /// What a tool execution brought.
    ///
    /// @param error the tool says that it failed (`isError`)
    public record ToolOutcome(String text, boolean error) {
        static ToolOutcome ok(String text) {
            return new ToolOutcome(text, false);
        }

        static ToolOutcome failed(String text) {
            return new ToolOutcome(text, true);
        }
    }

    ToolOutcome call(Map<String, Object> arguments) {
        return body.apply(arguments);
    }

    /// Its JSON Schema.
    Map<String, Object> schema() {
        var properties = new TreeMap<String, Object>();
        parameters.forEach((name, description) ->
                properties.put(name, Map.of("type", "string", "description", description)));
        return Map.of(
                "type",
                "object",
                "properties",
                properties,
                "required",
                properties.keySet().stream().toList());
    }

    /// As `tools/list` shows it.
    Object definition() {
        return Json.object("name", name, "description", description, "inputSchema", schema());
    }
}
