package dev.spangate.llm;

import dev.spangate.proxy.UpstreamResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.regex.Pattern;

/// How long an upstream asks to wait (RFC 9110 §10.2.3, and `retry-after-ms`).
final class RetryAfter {
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}(\\.[0-9]{1,9})?");
    private static final Duration MOST = Duration.ofHours(24);

    private RetryAfter() {}

    /// Zero where nothing is asked, or nothing that makes sense.
    static Duration of(UpstreamResponse response) {
        String millis = response.first("retry-after-ms").orElse("").strip();
        if (NUMBER.matcher(millis).matches()) {
            return bounded(Double.parseDouble(millis));
        }
        String value = response.first("retry-after").orElse("").strip();
        return NUMBER.matcher(value).matches()
                ? bounded(Double.parseDouble(value) * 1000)
                : date(value);
    }

    private static Duration bounded(double millis) {
        return Duration.ofMillis((long) Math.min(millis, (double) MOST.toMillis()));
    }

    private static Duration date(String value) {
        try {
            var until = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME);
            var wait = Duration.between(Instant.now(), until.toInstant());
            return wait.isNegative() ? Duration.ZERO : bounded((double) wait.toMillis());
        } catch (DateTimeParseException e) {
            return Duration.ZERO;
        }
    }
}
