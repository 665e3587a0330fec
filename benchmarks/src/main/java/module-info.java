import org.jspecify.annotations.NullMarked;

/// The truth generator for linking and the cost ladder.
@NullMarked
module dev.spangate.benchmarks {
    requires static transitive org.jspecify;
    requires dev.spangate.gateway;
    requires dev.spangate.linking;
    requires dev.spangate.llm;
    requires dev.spangate.mcp;
    requires dev.spangate.proxy;
    requires dev.spangate.testing;
    requires info.picocli;
    requires io.helidon.http;
    requires io.helidon.webserver;
    requires java.management;
    requires java.net.http;
    requires jdk.jfr;

    opens dev.spangate.benchmarks.ladder to
            info.picocli;
}
