package dev.spangate.proxy;

/// The cases of every adapter, over `java.net.http`.
class JavaHttpUpstreamTest extends UpstreamCases {
    @Override
    Upstream create() {
        return new JavaHttpUpstream();
    }
}
