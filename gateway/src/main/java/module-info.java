import org.jspecify.annotations.NullMarked;

/// The process: command line, configuration, server assembly, admin listener.
@NullMarked
module dev.spangate.gateway {
    requires static transitive org.jspecify;
    requires transitive dev.spangate.llm;
    requires transitive dev.spangate.linking;
    requires transitive dev.spangate.mcp;
    requires transitive dev.spangate.proxy;
    requires transitive dev.spangate.redis;
    requires transitive dev.spangate.telemetry;
    requires info.picocli;
    requires transitive tools.jackson.databind;
    requires tools.jackson.dataformat.yaml;
    requires tools.jackson.dataformat.toml;
    requires java.logging;
    requires java.net.http;
    requires io.helidon.webserver;

    exports dev.spangate.gateway;

    opens dev.spangate.gateway to
            info.picocli;
}
