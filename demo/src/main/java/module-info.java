import org.jspecify.annotations.NullMarked;

/// Scripted model, sample MCP servers and the agent of the demo.
@NullMarked
module dev.spangate.demo {
    requires static transitive org.jspecify;
    requires dev.spangate.gateway;
    requires transitive tools.jackson.databind;
    requires info.picocli;
    requires io.helidon.webserver;
    requires io.modelcontextprotocol.sdk.mcp.core;
    requires java.logging;
    requires jdk.httpserver;
    requires java.net.http;

    exports dev.spangate.demo;

    opens dev.spangate.demo to
            info.picocli;
}
