import org.jspecify.annotations.NullMarked;

/// The truth generator for linking and the cost ladder.
@NullMarked
module dev.spangate.benchmarks {
    requires static transitive org.jspecify;
    requires dev.spangate.linking;
}
