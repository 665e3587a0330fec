package dev.spangate.benchmarks.linking;

/// How a client re-tells a tool's exposed name to its model.
enum NameStyle {
    EXACT("", "", false),
    MCP("mcp__spangate__", "", true),
    PREFIXED("spangate_", "", true),
    DASHED("spangate-", "", true),
    DOTTED("spangate.", "", false),
    NAMESPACED("mcp__spangate.", "", true),
    SPRING("spring_ai_mcp_client_", "", true),
    SANITISED("", "", true),
    /// Every call goes to one generic tool with `{name, arguments}`.
    WRAPPER("", "call_tool", false);

    private final String before;
    private final String wrapper;
    private final boolean sanitised;

    NameStyle(String before, String wrapper, boolean sanitised) {
        this.before = before;
        this.wrapper = wrapper;
        this.sanitised = sanitised;
    }

    String modelName(String exposed) {
        if (!wrapper.isEmpty()) {
            return wrapper;
        }
        return before + (sanitised ? exposed.replaceAll("[^A-Za-z0-9_-]", "_") : exposed);
    }

    String modelArguments(String exposed, String arguments) {
        return wrapper.isEmpty()
                ? arguments
                : "{\"name\":\"" + exposed + "\",\"arguments\":" + arguments + "}";
    }
}
