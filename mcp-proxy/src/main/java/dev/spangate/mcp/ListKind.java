package dev.spangate.mcp;

/// The lists that a server may have.
enum ListKind {
    TOOLS("tools/list", "tools", "tools"),
    PROMPTS("prompts/list", "prompts", "prompts"),
    RESOURCES("resources/list", "resources", "resources"),
    TEMPLATES("resources/templates/list", "resourceTemplates", "resources");

    private final String method;
    private final String field;
    private final String capability;

    ListKind(String method, String field, String capability) {
        this.method = method;
        this.field = field;
        this.capability = capability;
    }

    /// The method that asks for it.
    String method() {
        return method;
    }

    /// The member of the result that holds the entries.
    String field() {
        return field;
    }

    /// The capability that a server with this list declares; also the kind that a `list_changed`
    /// notification names.
    String capability() {
        return capability;
    }
}
