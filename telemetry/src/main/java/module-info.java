import org.jspecify.annotations.NullMarked;

/// The journal, the encoders, the destinations and the metrics.
///
/// Guarantees: what is recorded survives a kill and is sent until acknowledged; no method of the
/// facade throws into or blocks a request; memory and disk are bounded and every drop is counted.
@NullMarked
module dev.spangate.telemetry {
    requires static transitive org.jspecify;
    requires transitive dev.spangate.linking;
    requires transitive tools.jackson.databind;
    requires com.fasterxml.jackson.annotation;
    requires re2j;
    requires java.management;
    requires jdk.management; // open files
    requires java.net.http;
    requires io.opentelemetry.api;
    requires io.opentelemetry.common;
    requires io.opentelemetry.sdk;
    requires io.opentelemetry.sdk.common;
    requires io.opentelemetry.sdk.metrics;
    requires io.opentelemetry.sdk.trace;
    requires io.opentelemetry.exporter.otlp;

    exports dev.spangate.telemetry;
}
