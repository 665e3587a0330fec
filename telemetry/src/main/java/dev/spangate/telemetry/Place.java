package dev.spangate.telemetry;

import java.nio.ByteBuffer;

/// The fixed head of a span record's payload: all that the journal's own index needs, readable
/// without the rest.
///
/// @param spanId the span, as a number
/// @param parent its parent in our own trace; 0 for none
/// @param draftAt where the draft lies; [#INLINE] for in this record, [#MISSING] for nowhere
/// @param inputAt where the draft that holds the input lies, or [#INLINE]
/// @param outputAt likewise for the output
/// @param role what the index needs to know of the span
record Place(long spanId, long parent, long draftAt, long inputAt, long outputAt, Role role) {
    static final int BYTES = 41;
    static final long INLINE = -1;
    static final long MISSING = -2;

    /// What the index needs to know of a span.
    enum Role {
        OTHER(0),
        /// Holds content that its top span may refer to.
        CONTENT(1),
        /// The top span of a run.
        TOP(2);

        private static final Role[] ALL = values();
        private final int code;

        Role(int code) {
            this.code = code;
        }
    }

    void write(ByteSink out) {
        out.putLong(spanId);
        out.putLong(parent);
        out.putLong(draftAt);
        out.putLong(inputAt);
        out.putLong(outputAt);
        out.putByte(role.code);
    }

    static Place read(ByteBuffer in) {
        return new Place(
                in.getLong(),
                in.getLong(),
                in.getLong(),
                in.getLong(),
                in.getLong(),
                Role.ALL[Math.floorMod(in.get(), Role.ALL.length)]);
    }

    /// The earliest position this record refers to; [Long#MAX_VALUE] for none.
    long earliestReference() {
        long earliest = Long.MAX_VALUE;
        for (long at : new long[] {draftAt, inputAt, outputAt}) {
            earliest = at >= 0 ? Math.min(earliest, at) : earliest;
        }
        return earliest;
    }

    static long number(String hex) {
        return Long.parseUnsignedLong(hex, 16);
    }
}
