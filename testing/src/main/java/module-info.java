import org.jspecify.annotations.NullMarked;

/// Faulty servers, an OTLP sink and span assertions and the report of suites; never shipped,
/// depends on nothing of ours.
@NullMarked
module dev.spangate.testing {
    requires static transitive org.jspecify;
    requires transitive tools.jackson.databind;
    requires java.net.http; // its own tests
    requires java.xml;
    requires jdk.httpserver;
    requires io.opentelemetry.proto;
    requires com.google.protobuf;

    exports dev.spangate.testing;
}
