import org.jspecify.annotations.NullMarked;

/// The journal, the encoders, the destinations and the metrics.
@NullMarked
module dev.spangate.telemetry {
    requires static transitive org.jspecify;
    requires transitive dev.spangate.linking;
    requires tools.jackson.databind;
    requires io.opentelemetry.sdk;
}
