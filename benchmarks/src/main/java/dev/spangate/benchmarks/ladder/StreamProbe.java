package dev.spangate.benchmarks.ladder;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/// Measures streams: the upstream stamps each event with its clock (`System.nanoTime`, which all
/// processes of one machine share on Linux), the probe compares on arrival. Thread-safe.
final class StreamProbe {
    private static final Pattern STAMP = Pattern.compile("\"stamp\":(\\d+)");
    private static final AtomicLong NUMBERS = new AtomicLong();

    private final Latencies first = new Latencies();
    private final Latencies later = new Latencies();
    private final AtomicLong broken = new AtomicLong();

    /// Reads `streams` streams one after the other.
    void run(URI target, Exchange exchange, int streams) throws IOException {
        try (var connection = new Connection(target)) {
            for (int i = 0; i < streams; i++) {
                var seen = new boolean[1];
                var answer =
                        connection.send(
                                exchange,
                                NUMBERS.incrementAndGet(),
                                (bytes, from, length, now) ->
                                        piece(
                                                new String(
                                                        bytes,
                                                        from,
                                                        length,
                                                        StandardCharsets.ISO_8859_1),
                                                now,
                                                seen));
                if (!answer.asExpected()) {
                    broken.incrementAndGet();
                }
            }
        }
    }

    private void piece(String text, long now, boolean[] seen) {
        var stamps = STAMP.matcher(text);
        while (stamps.find()) {
            (seen[0] ? later : first).add(now - Long.parseLong(stamps.group(1)));
            seen[0] = true;
        }
    }

    Latencies first() {
        return first;
    }

    Latencies later() {
        return later;
    }

    /// Streams that did not end as they should.
    long broken() {
        return broken.get();
    }
}
