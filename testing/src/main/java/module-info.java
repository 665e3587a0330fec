import org.jspecify.annotations.NullMarked;

/// Faulty servers, an OTLP sink and span assertions; never shipped.
@NullMarked
module dev.spangate.testing {
    requires static transitive org.jspecify;
    requires tools.jackson.databind;
    requires java.net.http;
}
