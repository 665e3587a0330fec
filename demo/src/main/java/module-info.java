import org.jspecify.annotations.NullMarked;

/// Scripted model, sample MCP servers and the agent of the demo.
@NullMarked
module dev.spangate.demo {
    requires static transitive org.jspecify;
    requires dev.spangate.gateway;
    requires transitive tools.jackson.databind;
    requires io.helidon.webserver;
    requires io.modelcontextprotocol.sdk.mcp.core;
    requires java.net.http;

    exports dev.spangate.demo;
}
