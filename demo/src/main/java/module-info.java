import org.jspecify.annotations.NullMarked;

/// Scripted model, sample MCP servers and the agent of the demo.
@NullMarked
module dev.spangate.demo {
    requires static transitive org.jspecify;
    requires dev.spangate.gateway;
    requires tools.jackson.databind;
    requires io.modelcontextprotocol.sdk.mcp.core;
    requires java.net.http;
}
