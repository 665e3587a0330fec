package dev.spangate.telemetry;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;

/// What was handed to the journal and when, written beside it by other means, so that a suite knows
/// the truth after a kill.
final class Ledger implements AutoCloseable {
    private final FileChannel file;

    private Ledger(FileChannel file) {
        this.file = file;
    }

    static Ledger append(Path path) throws IOException {
        return new Ledger(
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
    }

    /// One system call, so that a kill leaves whole lines.
    void add(String spanId) throws IOException {
        String line = spanId + " " + System.currentTimeMillis() + "\n";
        file.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.US_ASCII)));
    }

    /// Span id to epoch milliseconds.
    static Map<String, Long> read(Path path) throws IOException {
        var entries = new LinkedHashMap<String, Long>();
        if (Files.exists(path)) {
            for (String line : Files.readAllLines(path)) {
                var parts = line.split(" ", 2);
                entries.put(parts[0], Long.parseLong(parts[1]));
            }
        }
        return entries;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
