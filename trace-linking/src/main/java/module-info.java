import org.jspecify.annotations.NullMarked;

/// Which model response asked for which tool execution, and the spans that say so.
///
/// Guarantees: no I/O and no Helidon here; no method of the facade throws into or blocks a request;
/// memory is bounded. The rules, with their numbers, stand in `docs/linking.md`.
@NullMarked
module dev.spangate.linking {
    requires static transitive org.jspecify;
    requires tools.jackson.databind;
    requires com.github.benmanes.caffeine;

    exports dev.spangate.linking;
}
