package dev.spangate.telemetry;

import dev.spangate.linking.JournalRecord.Draft;
import dev.spangate.telemetry.TelemetryConfig.Capture;

/// How much of a span its caller lets be recorded (`callers[].capture`), as the span itself says.
final class CallerCapture {
    private static final String KEY = "spangate.capture";

    private CallerCapture() {}

    static Capture of(Draft draft) {
        return switch (String.valueOf(draft.attributes().get(KEY))) {
            case "metadata" -> Capture.METADATA;
            case "none" -> Capture.NONE;
            default -> Capture.FULL;
        };
    }
}
