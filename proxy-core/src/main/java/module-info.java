import org.jspecify.annotations.NullMarked;

/// What both proxies need: caller, policy, upstream, byte-exact SSE.
@NullMarked
module dev.spangate.proxy {
    requires static transitive org.jspecify;
    requires transitive dev.spangate.linking;
    requires transitive io.helidon.webserver;
    requires transitive tools.jackson.databind;
    requires java.net.http;

    exports dev.spangate.proxy;
}
