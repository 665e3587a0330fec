package dev.spangate.linking;

import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One order of everything that several replicas tell each other, kept by a store that all of them
/// reach (rules S1 to S6). Texts hold ids, keyed hashes and times, never content.
///
/// What a replica appends comes in its order, or not at all once [Reader#begins] is told again. No
/// method blocks but [#kept]. Safe for threads.
public interface SharedLog extends AutoCloseable {
    /// Something that a replica told.
    ///
    /// @param position 1, 2, 3, .. without gaps
    /// @param nanos epoch nanoseconds of the store's clock
    /// @param replica who told it
    /// @param text what it told
    record Entry(long position, long nanos, String replica, String text) {}

    /// Where entries go to: one thread, in order.
    interface Reader {
        /// A log begins, or another one than before: the store was emptied, or we were away for
        /// longer than it remembers. What was read and appended before is void.
        ///
        /// @param key under which all replicas hash, as [TraceLinker] proposed one
        /// @param snapshot what the log began from; null for nothing
        void begins(String key, @Nullable String snapshot);

        /// The next entries.
        void entries(List<Entry> entries);
    }

    /// Who we are: another name after every start.
    String replica();

    /// Begins to read and to write. `keys` makes a key where the store has none yet: a new one for
    /// every log, because ids follow from it.
    void open(Reader reader, Supplier<String> keys);

    /// Tells the others something; false where so much is waiting for the store already that it
    /// would have to be forgotten.
    boolean append(String text);

    /// Keeps the place of a span for its holder, for 24 hours (rule S3).
    void keep(String spanId, String place);

    /// What was kept for a span of ours; null for nothing, or where the store does not answer.
    /// Blocks for at most a second, so not for the request path.
    @Nullable String kept(String spanId);

    /// How the store does.
    Health health();

    /// @param answers it answered the last time that it was asked
    /// @param failures requests to it that failed
    /// @param waiting texts that wait to be appended
    /// @param dropped texts that were given up
    record Health(boolean answers, long failures, long waiting, long dropped) {}

    @Override
    void close();
}
