import org.jspecify.annotations.NullMarked;

/// The process: command line, configuration, server assembly, admin listener.
@NullMarked
module dev.spangate.gateway {
    requires static transitive org.jspecify;
    requires dev.spangate.llm;
    requires dev.spangate.mcp;
    requires dev.spangate.telemetry;
    requires info.picocli;
    requires tools.jackson.databind;
    requires tools.jackson.dataformat.yaml;
    requires io.helidon.webserver;
}
