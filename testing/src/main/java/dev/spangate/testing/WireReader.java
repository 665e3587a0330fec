package dev.spangate.testing;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Reads HTTP/1.1 framing from a raw stream, byte by byte where it must.
final class WireReader {
    private final PushbackInputStream in;

    WireReader(InputStream in) {
        this.in = new PushbackInputStream(in, 1);
    }

    /// The next line without its end; throws [EOFException] at the end of the stream.
    String line() throws IOException {
        var line = new ByteArrayOutputStream();
        int read = in.read();
        while (read != '\n') {
            if (read < 0) {
                throw new EOFException("stream ended in a line: " + line);
            }
            if (read != '\r') {
                line.write(read);
            }
            read = in.read();
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    byte[] exactly(int count) throws IOException {
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException("stream ended after " + bytes.length + " of " + count);
        }
        return bytes;
    }

    /// What has arrived, at least one byte; empty at the end of the stream.
    byte[] some() throws IOException {
        byte[] buffer = new byte[16_384];
        int read = in.read(buffer);
        return read < 0 ? new byte[0] : Arrays.copyOf(buffer, read);
    }

    byte[] rest() throws IOException {
        return in.readAllBytes();
    }

    /// One chunk of chunked coding; empty for the last (trailers are read away).
    byte[] chunk() throws IOException {
        String size = line();
        int count = Integer.parseInt(size.split(";", 2)[0].strip(), 16);
        if (count > 0) {
            byte[] bytes = exactly(count);
            line();
            return bytes;
        }
        while (!line().isEmpty()) {
            // trailers
        }
        return new byte[0];
    }

    /// True when the peer has closed; blocks until a byte or the end arrives.
    boolean atEnd() throws IOException {
        int read = in.read();
        if (read >= 0) {
            in.unread(read);
        }
        return read < 0;
    }
}
