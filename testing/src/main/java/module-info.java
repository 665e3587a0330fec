import org.jspecify.annotations.NullMarked;

/// Faulty servers, an OTLP sink, span assertions and the report of suites; never shipped.
@NullMarked
module dev.spangate.testing {
    requires static transitive org.jspecify;
    requires tools.jackson.databind;
    requires java.net.http;
    requires java.xml;

    exports dev.spangate.testing;
}
