package dev.spangate.mcp;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;

/// Reads an SSE stream byte by byte, so that nothing beyond a message is taken.
final class SseLines {
    private SseLines() {}

    /// The next message; comments and events without data are passed over.
    static JsonNode nextMessage(InputStream in) throws IOException {
        while (true) {
            var line = line(in);
            if (line.startsWith("data: ") && line.length() > 6) {
                return Json.parse(line.substring(6));
            }
        }
    }

    private static String line(InputStream in) throws IOException {
        var bytes = new ByteArrayOutputStream();
        int b = in.read();
        while (b >= 0 && b != '\n') {
            bytes.write(b);
            b = in.read();
        }
        if (b < 0 && bytes.size() == 0) {
            throw new IOException("the stream has ended");
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
