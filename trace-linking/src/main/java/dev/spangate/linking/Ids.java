package dev.spangate.linking;

import java.util.concurrent.ThreadLocalRandom;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Where new ids come from: drawn at random, or, while an entry of a shared log is applied,
/// computed from that entry, so that every replica gives the same thing the same id (rule S4).
final class Ids {
    private static final ThreadLocal<@Nullable Ids> CURRENT = new ThreadLocal<>();
    private static final long FIRST = 0x9e3779b97f4a7c15L;
    private static final long SECOND = 0xc2b2ae3d27d4eb4fL;

    private final long first;
    private final long second;
    private long drawn;
    private @Nullable String recording;
    private UnaryOperator<String> propagated = UnaryOperator.identity();

    /// @param keyed makes the ids of one log different from those of any other
    /// @param position of the entry
    private Ids(Keyed keyed, long position) {
        this.first = Keyed.mix(keyed.base() + position * FIRST);
        this.second = Keyed.mix(keyed.combine(position, SECOND));
    }

    /// Runs a step whose ids follow from the entry at `position`.
    static void during(Keyed keyed, long position, Runnable step) {
        var before = CURRENT.get();
        CURRENT.set(new Ids(keyed, position));
        try {
            step.run();
        } finally {
            CURRENT.set(before);
        }
    }

    /// The next recording that is placed has this span id; `trace` decides which trace id its
    /// context carried upstream (rule L7), given the one that the rules say.
    static void place(String span, UnaryOperator<String> trace) {
        var current = CURRENT.get();
        if (current != null) {
            current.recording = span;
            current.propagated = trace;
        }
    }

    /// Half a trace id or a span id, as a number.
    static long next() {
        var current = CURRENT.get();
        return current == null ? ThreadLocalRandom.current().nextLong() : current.draw();
    }

    private long draw() {
        drawn++;
        return Keyed.mix(first + drawn * SECOND) ^ Keyed.mix(second + drawn * FIRST);
    }

    /// The span id of an inference or an execution that is placed now.
    static String recording() {
        var current = CURRENT.get();
        return current == null || current.recording == null
                ? JoinedTraces.spanId()
                : current.recording;
    }

    /// The trace id that went upstream with an execution that is placed now.
    static String propagated(String decided) {
        var current = CURRENT.get();
        return current == null ? decided : current.propagated.apply(decided);
    }
}
