package dev.spangate.benchmarks.ladder;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/// One kind of request that the ladder sends: bytes ready for the socket. Its answer counts as
/// failed unless it holds `mustContain`.
final class Exchange {
    private final byte[] bytes;
    private final String mustContain;

    private Exchange(byte[] bytes, String mustContain) {
        this.bytes = bytes;
        this.mustContain = mustContain;
    }

    byte[] bytes() {
        return bytes;
    }

    String mustContain() {
        return mustContain;
    }

    static Exchange post(
            String host, String path, Map<String, String> headers, String body, String contains) {
        var payload = body.getBytes(StandardCharsets.UTF_8);
        var head = new StringBuilder("POST " + path + " HTTP/1.1\r\nHost: " + host + "\r\n");
        head.append("Content-Type: application/json\r\nContent-Length: ")
                .append(payload.length)
                .append("\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        head.append("\r\n");
        var start = head.toString().getBytes(StandardCharsets.ISO_8859_1);
        var all = new byte[start.length + payload.length];
        System.arraycopy(start, 0, all, 0, start.length);
        System.arraycopy(payload, 0, all, start.length, payload.length);
        return new Exchange(all, contains);
    }
}
