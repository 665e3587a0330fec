package dev.spangate.linking;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A chain of inferences, each continuing the messages of the one before (rules R1, R6).
final class RunThread {
    final Run run;

    /// Span id of its first inference.
    final String key;

    /// The newest inference.
    @Nullable Inference tail;

    /// Calls of this thread that may still be open: each is looked at once more, when the next
    /// inference of the thread arrives.
    final List<Call> waiting = new ArrayList<>(2);

    RunThread(Run run, String key) {
        this.run = run;
        this.key = key;
    }
}
