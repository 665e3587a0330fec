package dev.spangate.telemetry;

import dev.spangate.linking.JournalRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/// Walks what an earlier process stored, lazily; what cannot be read any more is stepped over.
final class StoredRecords implements Iterator<JournalRecord> {
    private final SegmentReader reader;
    private final long limit;
    private long position;
    private @Nullable JournalRecord ahead;

    StoredRecords(SegmentReader reader, long from, long limit) {
        this.reader = reader;
        this.position = from;
        this.limit = limit;
        this.ahead = following();
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
                var decoded = decoded(entry);
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
