package dev.spangate.gateway;

import dev.spangate.telemetry.TelemetryConfig.JournalSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Whether the journal's folder can be used; leaves nothing behind.
final class JournalCheck {
    private static final String SUBJECT = "journal";

    private JournalCheck() {}

    static Finding of(JournalSettings settings) {
        var dir = settings.dir().toAbsolutePath();
        var existing = existing(dir);
        if (existing == null || !Files.isDirectory(existing)) {
            return bad(existing + " is no folder");
        }
        try {
            Files.delete(Files.createTempFile(existing, ".spangate-doctor", null));
            long free = Files.getFileStore(existing).getUsableSpace();
            if (free < 2 * settings.segmentBytes()) {
                return Finding.bad(
                        SUBJECT,
                        "%s: only %s are free".formatted(dir, size(free)),
                        "make room, or set telemetry.journal.dir to another disk");
            }
            return Finding.good(
                    SUBJECT,
                    "%s is writable, %s free%s"
                            .formatted(
                                    dir,
                                    size(free),
                                    free < settings.maxBytes()
                                            ? " (less than max-bytes, %s)"
                                                    .formatted(size(settings.maxBytes()))
                                            : ""));
        } catch (IOException e) {
            return bad("%s is not writable: %s".formatted(existing, e.getMessage()));
        }
    }

    private static Finding bad(String detail) {
        return Finding.bad(
                SUBJECT,
                detail,
                "telemetry.journal.dir must be, or be made, a folder that this user may write");
    }

    /// The folder itself, or the nearest one above it that is there.
    private static @Nullable Path existing(Path dir) {
        Path at = dir;
        while (at != null && !Files.exists(at)) {
            at = at.getParent();
        }
        return at;
    }

    private static String size(long bytes) {
        return bytes >= 1L << 30
                ? String.format(Locale.ROOT, "%.1f GB", bytes / (double) (1L << 30))
                : String.format(Locale.ROOT, "%.1f MB", bytes / (double) (1L << 20));
    }
}
