package dev.spangate.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// The HTTP side of a model's client: posts JSON, reads JSON or server-sent events, tries again
/// when the connection fails or the server says 5xx.
///
/// @param uri the full address, without query
/// @param headers sent with every request
/// @param stream ask for a stream
/// @param tries how often a request is tried at most, a quarter of a second apart
record HttpModel(URI uri, Map<String, String> headers, boolean stream, int tries) {
    private static final HttpClient CLIENT =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(5))
                    .build();

    HttpModel {
        headers = Map.copyOf(headers);
    }

    /// The unstreamed answer.
    JsonNode post(Object body) {
        try (var lines = send(body).body()) {
            return Json.read(String.join("\n", lines.toList()));
        }
    }

    /// Hands on the data of every event of a streamed answer.
    void stream(Object body, Consumer<JsonNode> event) {
        try (var lines = send(body).body()) {
            lines.filter(line -> line.startsWith("data:"))
                    .map(line -> line.substring("data:".length()).strip())
                    .filter(data -> !data.equals("[DONE]"))
                    .forEach(data -> event.accept(Json.read(data)));
        }
    }

    private HttpResponse<Stream<String>> send(Object body) {
        var request = request(Json.write(body));
        for (int attempt = 1; ; attempt++) {
            try {
                var response = CLIENT.send(request, HttpResponse.BodyHandlers.ofLines());
                if (response.statusCode() == 200) {
                    return response;
                }
                String error = String.join("\n", errorBody(response));
                if (response.statusCode() < 500 || attempt >= tries) {
                    throw new IllegalStateException(response.statusCode() + ": " + error);
                }
            } catch (IOException e) {
                if (attempt >= tries) {
                    throw new UncheckedIOException(uri + " is not reachable", e);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
            Backoff.pause();
        }
    }

    private HttpRequest request(String body) {
        var builder =
                HttpRequest.newBuilder(uri)
                        .timeout(Duration.ofMinutes(2))
                        .header("Content-Type", "application/json");
        headers.forEach(builder::setHeader);
        return builder.POST(HttpRequest.BodyPublishers.ofString(body, StandardCharsets.UTF_8))
                .build();
    }

    private static List<String> errorBody(HttpResponse<Stream<String>> response) {
        try (var lines = response.body()) {
            return lines.toList();
        }
    }
}
