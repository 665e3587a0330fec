package dev.spangate.telemetry;

import dev.spangate.linking.JournalRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/// Walks what an earlier process stored, lazily: the last checkpoint, then all that counts in
/// addition to it. What cannot be read any more is stepped over.
final class StoredRecords implements Iterator<JournalRecord> {
    private final SegmentReader reader;
    private final long checkpoint;
    private final long limit;
    private long position;
    private @Nullable JournalRecord ahead;

    /// @param checkpoint where it lies; negative for none
    /// @param from where the other records begin, before or behind it
    StoredRecords(SegmentReader reader, long checkpoint, long from, long limit) {
        this.reader = reader;
        this.checkpoint = checkpoint;
        this.position = from;
        this.limit = limit;
        var first = checkpoint < 0 ? null : checkpoint();
        this.ahead = first == null ? following() : first;
    }

    private @Nullable JournalRecord checkpoint() {
        try {
            var entry = reader.at(checkpoint);
            return entry == null ? null : decoded(entry);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public boolean hasNext() {
        return ahead != null;
    }

    @Override
    public JournalRecord next() {
        var result = ahead;
        if (result == null) {
            throw new NoSuchElementException();
        }
        ahead = following();
        return result;
    }

    private @Nullable JournalRecord following() {
        try {
            for (var entry = reader.next(position, limit);
                    entry != null;
                    entry = reader.next(position, limit)) {
                position = entry.end();
                var decoded = entry.at() == checkpoint ? null : decoded(entry);
                if (decoded != null) {
                    return decoded;
                }
            }
            reader.close();
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static @Nullable JournalRecord decoded(SegmentReader.Entry entry) {
        try {
            // A sampling decision is none of the linker's business.
            return entry.frame().kind() == Frame.Kind.DISCARDED
                    ? null
                    : RecordCodec.read(entry.frame().kind(), entry.payload());
        } catch (RuntimeException _) {
            return null;
        }
    }
}
