package dev.spangate.llm;

import java.io.ByteArrayOutputStream;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// Decodes a compressed body beside its relay, so that it can be read. For one thread.
///
/// Bounded: a body that grows beyond the limit is not decoded further.
final class ContentDecoder implements AutoCloseable {
    private static final int FEXTRA = 4;
    private static final int FNAME = 8;
    private static final int FCOMMENT = 16;
    private static final int FHCRC = 2;

    private final Inflater inflater;
    private final long limit;
    private long produced;

    /// A gzip header that is not complete yet; null where none is expected.
    private ByteArrayOutputStream head;

    private boolean headed;

    private ContentDecoder(boolean gzip, long limit) {
        this.inflater = new Inflater(gzip);
        this.limit = limit;
        this.head = new ByteArrayOutputStream();
        this.headed = !gzip;
    }

    /// A decoder for a `Content-Encoding`; empty for those we cannot read.
    static Optional<ContentDecoder> of(String encoding, long limit) {
        return switch (encoding.strip().toLowerCase(Locale.ROOT)) {
            case "gzip", "x-gzip" -> Optional.of(new ContentDecoder(true, limit));
            case "deflate" -> Optional.of(new ContentDecoder(false, limit));
            default -> Optional.empty();
        };
    }

    /// Everything that can be decoded now.
    ///
    /// @throws DataFormatException not compressed as announced, or larger than the limit
    byte[] decode(byte[] bytes, int length) throws DataFormatException {
        if (headed) {
            inflater.setInput(bytes, 0, length);
        } else {
            head.write(bytes, 0, length);
            byte[] seen = head.toByteArray();
            int after = afterHead(seen);
            if (after < 0) {
                return new byte[0];
            }
            headed = true;
            head = new ByteArrayOutputStream();
            inflater.setInput(seen, after, seen.length - after);
        }
        return inflate();
    }

    private byte[] inflate() throws DataFormatException {
        var out = new ByteArrayOutputStream();
        byte[] piece = new byte[8192];
        while (!inflater.finished() && !inflater.needsInput()) {
            int count = inflater.inflate(piece);
            if (count == 0 && inflater.needsDictionary()) {
                throw new DataFormatException("needs a dictionary");
            }
            produced += count;
            if (produced > limit) {
                throw new DataFormatException("larger than " + limit + " bytes");
            }
            out.write(piece, 0, count);
        }
        return out.toByteArray();
    }

    /// Where the data starts behind a gzip header (RFC 1952 §2.3), -1 while it is incomplete.
    private static int afterHead(byte[] seen) throws DataFormatException {
        if (seen.length < 10) {
            return -1;
        }
        if (seen[0] != 0x1f || (seen[1] & 0xff) != 0x8b || seen[2] != 8) {
            throw new DataFormatException("not gzip");
        }
        int flags = seen[3];
        int at = 10;
        if ((flags & FEXTRA) != 0) {
            if (seen.length < at + 2) {
                return -1;
            }
            at += 2 + (seen[at] & 0xff) + ((seen[at + 1] & 0xff) << 8);
        }
        for (int flag : new int[] {FNAME, FCOMMENT}) {
            if ((flags & flag) != 0) {
                while (at < seen.length && seen[at] != 0) {
                    at++;
                }
                at++;
            }
        }
        at += (flags & FHCRC) != 0 ? 2 : 0;
        return at <= seen.length ? at : -1;
    }

    @Override
    public void close() {
        inflater.end();
    }
}
