import org.jspecify.annotations.NullMarked;

/// Both MCP eras, multiplexing, upstream transports.
@NullMarked
module dev.spangate.mcp {
    requires static java.logging; // a test listens to the log
    requires static transitive org.jspecify;
    requires transitive dev.spangate.linking;
    requires transitive dev.spangate.proxy;
    requires transitive tools.jackson.databind;
    requires transitive io.helidon.webserver;
    requires com.github.benmanes.caffeine;
    requires io.modelcontextprotocol.sdk.mcp.core;
    requires java.net.http;
    requires reactor.core;
    requires org.reactivestreams;

    exports dev.spangate.mcp;
}
