package dev.spangate.telemetry;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// The fixed head of a span record's payload: all that the journal's own index needs, readable
/// without the rest.
///
/// @param spanId the span, as a number
/// @param keptFor the top span that may refer to this draft's content later; 0 for none
/// @param draftAt where the draft lies; [#INLINE] for in this record, [#MISSING] for nowhere
/// @param inputAt where the draft that holds the input lies, or [#INLINE]
/// @param outputAt likewise for the output
/// @param top the top span of a run
record Place(long spanId, long keptFor, long draftAt, long inputAt, long outputAt, boolean top) {
    static final int BYTES = 41;
    static final long INLINE = -1;
    static final long MISSING = -2;

    /// The place of a record that says something of a span without holding it.
    static Place of(String spanId) {
        return new Place(number(spanId), 0, MISSING, INLINE, INLINE, false);
    }

    void write(ByteSink out) {
        out.putLong(spanId);
        out.putLong(keptFor);
        out.putLong(draftAt);
        out.putLong(inputAt);
        out.putLong(outputAt);
        out.putByte(top ? 1 : 0);
    }

    static Place read(ByteBuffer in) {
        return new Place(
                in.getLong(),
                in.getLong(),
                in.getLong(),
                in.getLong(),
                in.getLong(),
                in.get() == 1);
    }

    /// The earliest position this record refers to; [Long#MAX_VALUE] for none.
    long earliestReference() {
        long earliest = draftAt >= 0 ? draftAt : Long.MAX_VALUE;
        earliest = inputAt >= 0 ? Math.min(earliest, inputAt) : earliest;
        return outputAt >= 0 ? Math.min(earliest, outputAt) : earliest;
    }

    static long number(@Nullable String hex) {
        return hex == null ? 0 : Long.parseUnsignedLong(hex, 16);
    }

    static String hex(long number) {
        return "%016x".formatted(number);
    }
}
