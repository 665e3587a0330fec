package dev.spangate.benchmarks.ladder;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/// Measures a stream: the upstream stamps each event with its clock (`System.nanoTime`, which all
/// processes of one machine share on Linux), the probe compares on arrival.
final class StreamProbe {
    private static final Pattern STAMP = Pattern.compile("\"stamp\":(\\d+)");

    private final Latencies first = new Latencies();
    private final Latencies later = new Latencies();

    /// Reads `streams` streams one after the other.
    void run(URI target, Exchange exchange, int streams) throws IOException {
        try (var connection = new Connection(target)) {
            for (int i = 0; i < streams; i++) {
                var seen = new boolean[1];
                connection.send(
                        exchange,
                        (bytes, length, now) -> {
                            var text = new String(bytes, 0, length, StandardCharsets.UTF_8);
                            var stamps = STAMP.matcher(text);
                            while (stamps.find()) {
                                long delay = now - Long.parseLong(stamps.group(1));
                                (seen[0] ? later : first).add(delay);
                                seen[0] = true;
                            }
                        });
            }
        }
    }

    Latencies first() {
        return first;
    }

    Latencies later() {
        return later;
    }
}
