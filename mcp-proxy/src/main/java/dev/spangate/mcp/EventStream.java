package dev.spangate.mcp;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Reads server-sent events from a response body, one blocking call per event.
///
/// A half event at the end of the stream is dropped, as the HTML standard says. Not safe for two
/// threads.
final class EventStream {
    /// One event. `id` is the last event id in force, `data` the data lines joined with line feeds.
    static final class Event {
        private final String name;
        private final @Nullable String id;
        private final byte[] data;

        Event(String name, @Nullable String id, byte[] data) {
            this.name = name;
            this.id = id;
            this.data = data;
        }

        String name() {
            return name;
        }

        @Nullable String id() {
            return id;
        }

        byte[] data() {
            return data;
        }

        boolean isMessage() {
            return name.equals("message") && data.length > 0;
        }

        String text() {
            return new String(data, StandardCharsets.UTF_8);
        }
    }

    private static final byte[] NO_DATA = {};

    private final InputStream in;
    private final UpstreamLimits limits;
    private final Runnable onBytes;
    private final byte[] buffer = new byte[8192];
    private int position;
    private int limit;
    private boolean afterCarriageReturn;
    private @Nullable String lastId;
    private long retryMillis = -1;

    /// @param onBytes called after each read that brought bytes, comments included
    EventStream(InputStream in, UpstreamLimits limits, Runnable onBytes) {
        this.in = in;
        this.limits = limits;
        this.onBytes = onBytes;
    }

    /// The next event, or null at the end of the stream.
    @Nullable Event next() throws IOException {
        var name = "message";
        var data = new ByteArrayOutputStream(256);
        var seen = false;
        for (byte[] line; (line = line()) != null; ) {
            if (line.length == 0) {
                if (seen) {
                    return new Event(name, lastId, data.size() == 0 ? NO_DATA : data.toByteArray());
                }
                continue;
            }
            var colon = indexOfColon(line);
            var field = new String(line, 0, colon, StandardCharsets.UTF_8);
            var start = Math.min(line.length, colon + 1);
            start += start < line.length && line[start] == ' ' ? 1 : 0;
            switch (field) {
                case "data" -> {
                    if (data.size() > 0) {
                        data.write('\n');
                    }
                    data.write(line, start, line.length - start);
                    checkSize(data.size());
                    seen = true;
                }
                case "event" -> name = text(line, start);
                case "id" -> {
                    lastId = text(line, start);
                    seen = true;
                }
                case "retry" -> retryMillis = millis(text(line, start));
                default -> {}
            }
        }
        return null;
    }

    /// The last event id seen, null before the first.
    @Nullable String lastId() {
        return lastId;
    }

    /// The delay the server asked for before a reconnect in milliseconds, -1 where it did not.
    long retryMillis() {
        return retryMillis;
    }

    private byte @Nullable [] line() throws IOException {
        var line = new ByteArrayOutputStream(128);
        while (true) {
            if (position == limit && !fill()) {
                return null;
            }
            if (afterCarriageReturn) {
                afterCarriageReturn = false;
                if (buffer[position] == '\n') {
                    position++;
                    continue;
                }
            }
            var end = position;
            while (end < limit && buffer[end] != '\n' && buffer[end] != '\r') {
                end++;
            }
            line.write(buffer, position, end - position);
            checkSize(line.size());
            position = end;
            if (end < limit) {
                afterCarriageReturn = buffer[end] == '\r';
                position++;
                return line.toByteArray();
            }
        }
    }

    private boolean fill() throws IOException {
        var read = in.read(buffer, 0, buffer.length);
        if (read < 0) {
            return false;
        }
        position = 0;
        limit = read;
        onBytes.run();
        return true;
    }

    private void checkSize(int bytes) {
        if (bytes > limits.maxBytes()) {
            throw limits.tooLarge();
        }
    }

    private static int indexOfColon(byte[] line) {
        for (var i = 0; i < line.length; i++) {
            if (line[i] == ':') {
                return i;
            }
        }
        return line.length;
    }

    private static String text(byte[] line, int start) {
        return new String(line, start, line.length - start, StandardCharsets.UTF_8);
    }

    private static long millis(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException notMillis) {
            return -1;
        }
    }
}
