import org.jspecify.annotations.NullMarked;

/// The truth generator for linking and the cost ladder.
@NullMarked
module dev.spangate.benchmarks {
    requires static transitive org.jspecify;
    requires dev.spangate.linking;
    requires dev.spangate.testing;
    requires info.picocli;
    requires java.management;
    requires jdk.jfr;

    opens dev.spangate.benchmarks.ladder to
            info.picocli;
}
