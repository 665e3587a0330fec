package dev.spangate.testing;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One HTTP request as a [ScriptedUpstream] read it.
///
/// @param method the method
/// @param target path and query as sent
/// @param headers lower-case names; several values are joined by `, `
/// @param rawHead the head as sent, lines ended by `\n`
/// @param body the body without its transfer coding, as UTF-8
public record WireRequest(
        String method, String target, Map<String, String> headers, String rawHead, String body) {
    public WireRequest {
        headers = Map.copyOf(headers);
    }

    /// A header; empty when absent.
    public String header(String name) {
        return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    }

    static @Nullable WireRequest read(WireReader in) throws IOException {
        String first;
        try {
            first = in.line();
        } catch (EOFException done) {
            return null;
        }
        var raw = new StringBuilder(first).append('\n');
        var headers = new LinkedHashMap<String, String>();
        for (String line = in.line(); !line.isEmpty(); line = in.line()) {
            raw.append(line).append('\n');
            int colon = line.indexOf(':');
            if (colon > 0) {
                headers.merge(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip(),
                        (a, b) -> a + ", " + b);
            }
        }
        String[] parts = first.split(" ", 3);
        return new WireRequest(
                parts[0],
                parts.length > 1 ? parts[1] : "",
                headers,
                raw.toString(),
                new String(body(in, headers), StandardCharsets.UTF_8));
    }

    private static byte[] body(WireReader in, Map<String, String> headers) throws IOException {
        if (headers.getOrDefault("transfer-encoding", "").contains("chunked")) {
            var body = new ByteArrayOutputStream();
            for (byte[] chunk = in.chunk(); chunk.length > 0; chunk = in.chunk()) {
                body.writeBytes(chunk);
            }
            return body.toByteArray();
        }
        return in.exactly(Integer.parseInt(headers.getOrDefault("content-length", "0")));
    }
}
