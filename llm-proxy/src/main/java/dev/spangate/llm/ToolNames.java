package dev.spangate.llm;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Tools of a Responses request under the names that Chat Completions can carry, and back.
final class ToolNames {
    private final Map<String, Tool> tools = new HashMap<>();

    /// @param space the namespace, empty for none
    /// @param custom its input is free text
    record Tool(String space, String name, boolean custom) {}

    /// The flat name of a tool.
    String flat(String space, String name, boolean custom) {
        String flat = space.isEmpty() ? name : joined(space, name);
        tools.put(flat, new Tool(space, name, custom));
        return flat;
    }

    private static String joined(String space, String name) {
        return space.endsWith("__") ? space + name : space + "__" + name;
    }

    /// The tool behind a flat name; null where the model made it up.
    @Nullable Tool of(String flat) {
        return tools.get(flat);
    }
}
