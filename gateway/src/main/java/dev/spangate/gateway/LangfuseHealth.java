package dev.spangate.gateway;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// What `GET /api/public/health` of Langfuse says; needs no key.
///
/// @param finding its version, which must be 4 for what verify reads
/// @param clock its `Date`
record LangfuseHealth(Finding finding, Optional<Instant> clock) {
    private static final String SUBJECT = "Langfuse's version";

    /// @param base its base URL
    static LangfuseHealth of(URI base) {
        var request =
                HttpRequest.newBuilder(URI.create(base + "/api/public/health"))
                        .timeout(Duration.ofSeconds(10))
                        .build();
        try (var client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build()) {
            var response = client.send(request, BodyHandlers.ofString());
            return new LangfuseHealth(read(base, response), clock(response));
        } catch (IOException e) {
            return new LangfuseHealth(
                    Finding.bad(
                            SUBJECT,
                            base + ": " + Failures.said(e),
                            "telemetry.langfuse.host: host, port, DNS, proxy"),
                    Optional.empty());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandException("interrupted");
        }
    }

    private static Finding read(URI base, HttpResponse<String> response) {
        try {
            var version =
                    JsonMapper.shared().readTree(response.body()).path("version").asString("");
            if (version.matches("[0-9]+\\..*")) {
                int major = Integer.parseInt(version.substring(0, version.indexOf('.')));
                return major >= 4
                        ? Finding.good(SUBJECT, version)
                        : Finding.bad(
                                SUBJECT,
                                version,
                                "spans are shown right by Langfuse 4; ./spangate verify reads its API");
            }
        } catch (JacksonException | NumberFormatException _) {
            // Told below.
        }
        return Finding.open(
                SUBJECT, "%d from %s, no version".formatted(response.statusCode(), base));
    }

    private static Optional<Instant> clock(HttpResponse<String> response) {
        try {
            return response.headers()
                    .firstValue("date")
                    .map(text ->
                            ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                                    .toInstant());
        } catch (DateTimeException _) {
            return Optional.empty();
        }
    }
}
