import org.jspecify.annotations.NullMarked;

/// Provider dialects, routing by path and by model, the relay.
@NullMarked
module dev.spangate.llm {
    requires static transitive org.jspecify;
    requires transitive dev.spangate.linking;
    requires transitive dev.spangate.proxy;
    requires transitive tools.jackson.databind;
    requires transitive io.helidon.webserver;

    exports dev.spangate.llm;
}
