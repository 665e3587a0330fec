package dev.spangate.telemetry;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// Spans that a destination refuses, each with the reason: one JSON line per span in a file beside
/// the journal, bounded; what no longer fits is counted only. For one thread; figures for any.
final class Quarantine {
    private static final System.Logger LOG = System.getLogger(Quarantine.class.getName());
    private static final long MAX_BYTES = 64L << 20;

    private final String destination;
    private final Path dir;
    private final Path file;
    private final AtomicLong spans = new AtomicLong();

    Quarantine(String destination, Path dir) {
        this.destination = destination;
        this.dir = dir;
        this.file = dir.resolve("quarantine-" + destination + ".jsonl");
    }

    /// Spans refused since the start.
    long spans() {
        return spans.get();
    }

    void add(Placed placed, String reason) {
        if (spans.getAndIncrement() == 0) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "telemetry: {0} refuses a span; it is kept in {1}: {2}",
                    destination,
                    file,
                    reason);
        }
        try {
            if (!Files.exists(file)) {
                Files.createFile(file, Segments.ownerOnly(dir));
            }
            if (Files.size(file) < MAX_BYTES) {
                String line = JsonMapper.shared().writeValueAsString(entry(placed, reason)) + "\n";
                Files.write(file, line.getBytes(StandardCharsets.UTF_8), StandardOpenOption.APPEND);
            }
        } catch (IOException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "telemetry: quarantine file not written: {0}",
                    e.toString());
        }
    }

    private static Map<String, @Nullable Object> entry(Placed placed, String reason) {
        var entry = new LinkedHashMap<String, @Nullable Object>();
        entry.put("at", Instant.now().toString());
        entry.put("reason", reason);
        entry.put("traceId", placed.release().traceId());
        entry.put("spanId", placed.release().spanId());
        entry.put("position", placed.at());
        entry.put("release", placed.release());
        entry.put("draft", placed.draft());
        return entry;
    }
}
