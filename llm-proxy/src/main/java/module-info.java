import org.jspecify.annotations.NullMarked;

/// Provider dialects, routing by path and by model, the relay.
@NullMarked
module dev.spangate.llm {
    requires static transitive org.jspecify;
    requires transitive dev.spangate.linking;
    requires transitive dev.spangate.proxy;
    requires transitive tools.jackson.databind;
    requires transitive io.helidon.webserver;
    requires software.amazon.awssdk.http;
    requires software.amazon.awssdk.http.auth.aws;
    requires software.amazon.awssdk.http.auth.spi;
    requires software.amazon.awssdk.identity.spi;

    exports dev.spangate.llm;
}
