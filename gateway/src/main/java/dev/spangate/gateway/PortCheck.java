package dev.spangate.gateway;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/// Whether a listener's port is free, a gateway's already, or somebody else's.
final class PortCheck {
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private PortCheck() {}

    /// @param key of the configuration
    /// @param path what a gateway answers there
    static Finding of(String key, String host, int port, String path) {
        if (port == 0) {
            return Finding.good(key, "any free port");
        }
        var reached = AdminCall.host(host);
        if (!taken(reached, port)) {
            return Finding.good(key, "%s:%d is free".formatted(host, port));
        }
        return isGateway(reached, port, path)
                ? Finding.good(key, "%s:%d, a gateway runs there".formatted(host, port))
                : Finding.bad(
                        key,
                        "%s:%d is another program's".formatted(host, port),
                        key + ".port: take another, or end that program");
    }

    private static boolean taken(String host, int port) {
        try (var socket = new Socket()) {
            var bare = host.replaceAll("[\\[\\]]", "");
            socket.connect(new InetSocketAddress(bare, port), (int) PATIENCE.toMillis());
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    private static boolean isGateway(String host, int port, String path) {
        var request =
                HttpRequest.newBuilder(URI.create("http://%s:%d%s".formatted(host, port, path)))
                        .timeout(PATIENCE)
                        .build();
        try (var client = HttpClient.newHttpClient()) {
            var answer = client.send(request, BodyHandlers.ofString());
            return answer.statusCode() == 200
                    && (answer.body().contains("\"spangate\"") || path.startsWith("/health"));
        } catch (IOException _) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
