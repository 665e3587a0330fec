package dev.spangate.telemetry;

import dev.spangate.linking.JournalRecord.Checkpoint;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The linker's state while it is asked for and encoded, on a thread of its own: that takes seconds
/// where the linker remembers much, and records must not wait so long for the disk.
final class CheckpointTaking {
    private final long from;
    private volatile @Nullable ByteSink payload;
    private volatile @Nullable RuntimeException failure;

    private CheckpointTaking(long from) {
        this.from = from;
    }

    /// @param from the position behind everything that was written before the linker is asked: what
    ///   lies from there on counts in addition to the checkpoint
    /// @param done told when [#isDone]
    static CheckpointTaking start(Supplier<Checkpoint> linker, long from, Runnable done) {
        var taking = new CheckpointTaking(from);
        Thread.ofPlatform()
                .daemon()
                .name("spangate-checkpoint")
                .start(() -> taking.take(linker, done));
        return taking;
    }

    private void take(Supplier<Checkpoint> linker, Runnable done) {
        try {
            var bytes = new ByteSink(64 << 10);
            RecordCodec.writeCheckpoint(bytes, linker.get(), from);
            payload = bytes;
        } catch (RuntimeException e) {
            failure = e;
        }
        done.run();
    }

    boolean isDone() {
        return payload != null || failure != null;
    }

    long from() {
        return from;
    }

    /// Null where there is none.
    @Nullable ByteSink payload() {
        return payload;
    }

    /// Why there is none.
    @Nullable RuntimeException failure() {
        return failure;
    }
}
