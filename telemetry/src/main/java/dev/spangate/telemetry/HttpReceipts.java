package dev.spangate.telemetry;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// Reads HTTP answers of OTLP endpoints, Langfuse's ones above all.
final class HttpReceipts {
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);
    private static final int SHOWN = 300;

    private HttpReceipts() {}

    /// @param url for hints, without credentials
    static Receipt of(int status, String contentType, String retryAfter, String body, String url) {
        if (contentType.toLowerCase(Locale.ROOT).contains("text/html")) {
            return new Receipt.Misdirected(
                    "%s answers HTML (%d): that is no OTLP endpoint; Langfuse's is {host}/api/public/otel, a Collector's http://host:4318"
                            .formatted(url, status));
        }
        if (status >= 200 && status < 300) {
            return new Receipt.Accepted();
        }
        return switch (status) {
            case 401 ->
                    new Receipt.Misdirected(
                            "401 from %s: wrong or missing credentials; check the key pair (or headers) and that it belongs to this host and project"
                                    .formatted(url));
            case 403 ->
                    new Receipt.Misdirected(
                            "403 from %s: these credentials may not ingest: %s"
                                    .formatted(url, shown(body)));
            case 404, 405 ->
                    new Receipt.Misdirected(
                            "%d from %s: wrong path; Langfuse's is {host}/api/public/otel/v1/traces, a Collector's http://host:4318/v1/traces"
                                    .formatted(status, url));
            case 408, 429 -> later(status, retryAfter, body, url);
            default ->
                    status >= 500
                            ? later(status, retryAfter, body, url)
                            : status < 400
                                    ? new Receipt.Misdirected(
                                            "%d from %s: redirects are not followed; configure the address it leads to"
                                                    .formatted(status, url))
                                    : new Receipt.Refused(
                                            "%d from %s: %s".formatted(status, url, shown(body)));
        };
    }

    private static Receipt later(int status, String retryAfter, String body, String url) {
        return new Receipt.Later(
                "%d from %s: %s".formatted(status, url, shown(body)), waiting(retryAfter));
    }

    /// `Retry-After` (RFC 9110 §10.2.3): seconds or a date.
    static Duration waiting(String retryAfter) {
        String value = retryAfter.strip();
        if (value.matches("[0-9]{1,9}")) {
            return shorter(Duration.ofSeconds(Long.parseLong(value)));
        }
        try {
            var at = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME);
            return shorter(Duration.between(ZonedDateTime.now(at.getZone()), at));
        } catch (DateTimeException _) {
            return Duration.ZERO;
        }
    }

    private static Duration shorter(Duration wait) {
        return wait.isNegative()
                ? Duration.ZERO
                : wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait;
    }

    private static String shown(String body) {
        String line = body.replaceAll("\\s+", " ").strip();
        return line.length() > SHOWN ? line.substring(0, SHOWN) + "…" : line;
    }
}
