package dev.spangate.mcp;

import tools.jackson.databind.node.ObjectNode;

/// The version that we tell peers.
final class Version {
    static final String NUMBER = "0.1.0";

    private Version() {}

    /// `serverInfo` and `clientInfo`.
    static ObjectNode info() {
        return Json.object()
                .put("name", "spangate")
                .put("title", "Spangate")
                .put("version", NUMBER);
    }
}
