package dev.spangate.proxy;

import java.io.IOException;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The head of a response (RFC 9112 §4, §5), read strictly where the body's length depends on it.
///
/// @param fields names in lower case, in the upstream's order
/// @param length of the body where it is announced, [#CHUNKED], or [#UNTIL_CLOSE]
/// @param reusable another request may follow on the connection if its body ends before it does
record ResponseHead(int status, List<HttpField> fields, long length, boolean reusable) {
    static final long UNTIL_CLOSE = -1;
    static final long CHUNKED = -2;

    private static final int MOST_BYTES = 384 << 10;
    private static final int SWITCHING = 101;

    ResponseHead {
        fields = List.copyOf(fields);
    }

    /// The same of a connection that is of no further use.
    ResponseHead notReusable() {
        return new ResponseHead(status, fields, length, false);
    }

    /// Reads the final head; interim ones (1xx) are stepped over.
    static ResponseHead read(PlainConnection in) throws IOException {
        var lines = new Lines(in);
        while (true) {
            var head = readOne(lines);
            if (head.status >= 200) {
                return head;
            }
            if (head.status == SWITCHING) {
                throw new ProtocolException("another protocol that nobody asked for");
            }
        }
    }

    private static ResponseHead readOne(Lines lines) throws IOException {
        var start = lines.next();
        boolean http =
                start.length() >= 12 && start.startsWith("HTTP/1.") && start.charAt(8) == ' ';
        if (!http || !isNumber(start.substring(9, 12))) {
            throw new ProtocolException("no status line");
        }
        int status = Integer.parseInt(start.substring(9, 12));
        var fields = new ArrayList<HttpField>();
        for (var line = lines.next(); !line.isEmpty(); line = lines.next()) {
            add(fields, line);
        }
        boolean old = start.charAt(7) == '0';
        boolean coded = !values(fields, "transfer-encoding").isEmpty();
        long length = length(fields);
        boolean doubtful = coded && !values(fields, "content-length").isEmpty();
        boolean kept = !doubtful && isKept(fields, old);
        return new ResponseHead(status, fields, length, kept);
    }

    private static void add(List<HttpField> fields, String line) throws ProtocolException {
        boolean continued = line.charAt(0) == ' ' || line.charAt(0) == '\t';
        if (continued && !fields.isEmpty()) { // obsolete folding, RFC 9112 §5.2
            var last = fields.removeLast();
            fields.add(new HttpField(last.name(), (last.value() + ' ' + line.strip()).strip()));
            return;
        }
        int colon = line.indexOf(':');
        if (colon <= 0 || line.charAt(colon - 1) <= ' ') {
            throw new ProtocolException("a header line without a name");
        }
        fields.add(
                new HttpField(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip()));
    }

    /// RFC 9112 §6.3; lengths that differ could smuggle an answer.
    private static long length(List<HttpField> fields) throws ProtocolException {
        var codings = values(fields, "transfer-encoding");
        if (!codings.isEmpty()) {
            boolean chunked = codings.getLast().toLowerCase(Locale.ROOT).endsWith("chunked");
            return chunked ? CHUNKED : UNTIL_CLOSE;
        }
        long length = UNTIL_CLOSE;
        for (var value : values(fields, "content-length")) {
            for (var each : value.split(",", -1)) {
                String digits = each.strip();
                if (digits.length() > 18 || !isNumber(digits)) {
                    throw new ProtocolException("a length that is no number");
                }
                long found = Long.parseLong(digits);
                if (length != UNTIL_CLOSE && length != found) {
                    throw new ProtocolException("two lengths");
                }
                length = found;
            }
        }
        return length;
    }

    private static boolean isKept(List<HttpField> fields, boolean old) {
        boolean kept = !old;
        for (var value : values(fields, "connection")) {
            var lower = value.toLowerCase(Locale.ROOT);
            kept = (kept || lower.contains("keep-alive")) && !lower.contains("close");
        }
        return kept;
    }

    private static List<String> values(List<HttpField> fields, String name) {
        var values = new ArrayList<String>(1);
        for (var field : fields) {
            if (field.name().equals(name)) {
                values.add(field.value());
            }
        }
        return values;
    }

    private static boolean isNumber(String digits) {
        return !digits.isEmpty() && digits.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /// Lines of a head or of trailers, bounded as a whole.
    static final class Lines {
        private final PlainConnection in;
        private byte[] line = new byte[256];
        private int read;

        Lines(PlainConnection in) {
            this.in = in;
        }

        /// Without its end; a bare line feed ends one, too.
        String next() throws IOException {
            int size = 0;
            for (int c = in.read(); c != '\n'; c = in.read()) {
                if (++read > MOST_BYTES) {
                    throw new ProtocolException("a head without end");
                }
                if (size == line.length) {
                    line = java.util.Arrays.copyOf(line, size * 2);
                }
                line[size++] = (byte) c;
            }
            int end = size > 0 && line[size - 1] == '\r' ? size - 1 : size;
            return new String(line, 0, end, StandardCharsets.ISO_8859_1);
        }
    }
}
