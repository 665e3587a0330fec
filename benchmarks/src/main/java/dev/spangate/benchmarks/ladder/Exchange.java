package dev.spangate.benchmarks.ladder;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.IntStream;

/// One kind of request that the ladder sends. Its answer counts as failed unless it holds
/// `mustContain`.
///
/// Every copy bears a number of its own, so that no two requests are equal: equal ones would
/// measure how the gateway tells copies apart.
final class Exchange {
    /// Where the number goes in a body, as a placeholder of its width.
    static final String NUMBER = "#number####";

    private static final byte[] PLACEHOLDER = NUMBER.getBytes(StandardCharsets.US_ASCII);

    private final byte[] template;
    private final int[] numbersAt;
    private final byte[] mustContain;

    private Exchange(byte[] template, byte[] mustContain) {
        this.template = template;
        this.numbersAt = all(template, PLACEHOLDER);
        this.mustContain = mustContain;
    }

    /// Bytes for the socket; the number begins with 1, so that it may stand in JSON as it is.
    byte[] bytes(long number) {
        var bytes = template.clone();
        for (int at : numbersAt) {
            bytes[at] = '1';
            long rest = number;
            for (int i = PLACEHOLDER.length - 1; i > 0; i--) {
                bytes[at + i] = (byte) ('0' + rest % 10);
                rest /= 10;
            }
        }
        return bytes;
    }

    int length() {
        return template.length;
    }

    boolean isAnsweredBy(byte[] body, int length) {
        return indexOf(body, length, mustContain) >= 0;
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
        return new Exchange(all, contains.getBytes(StandardCharsets.UTF_8));
    }

    /// Where `wanted` begins, looking from the end (what marks an answer stands there); -1 for
    /// nowhere.
    private static int indexOf(byte[] bytes, int length, byte[] wanted) {
        for (int at = length - wanted.length; at >= 0; at--) {
            int i = 0;
            while (i < wanted.length && bytes[at + i] == wanted[i]) {
                i++;
            }
            if (i == wanted.length) {
                return at;
            }
        }
        return -1;
    }

    private static int[] all(byte[] bytes, byte[] wanted) {
        var found = IntStream.builder();
        for (int at = indexOf(bytes, bytes.length, wanted);
                at >= 0;
                at = indexOf(bytes, at, wanted)) {
            found.add(at);
        }
        return found.build().toArray();
    }
}
