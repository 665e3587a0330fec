package dev.spangate.gateway;

import dev.spangate.proxy.Secret;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// How a command reaches the admin listener of a running gateway; mixed into commands.
final class AdminCall {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Path USUAL_FILE = Path.of("spangate.yaml");

    @Option(
            names = "--admin",
            paramLabel = "URL",
            description = "The admin listener; else from the configuration.")
    private @Nullable URI admin;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description =
                    "The gateway's configuration, for address and token of its admin listener.")
    private @Nullable Path file;

    @Option(
            names = "--token",
            paramLabel = "TOKEN",
            defaultValue = "${env:SPANGATE_ADMIN_TOKEN}",
            description = "Its admin.token; else SPANGATE_ADMIN_TOKEN, else the configuration's.")
    private @Nullable String token;

    private @Nullable GatewayConfig config;

    JsonNode get(String path) {
        return call("GET", path, null, Duration.ofSeconds(30));
    }

    /// @param patience how long the answer may take
    JsonNode post(String path, JsonNode body, Duration patience) {
        return call("POST", path, JSON.writeValueAsString(body), patience);
    }

    private JsonNode call(String method, String path, @Nullable String body, Duration patience) {
        var config = config();
        var base = address(config);
        var request =
                HttpRequest.newBuilder(base.resolve(path))
                        .timeout(patience)
                        .header("Content-Type", "application/json")
                        .method(
                                method,
                                body == null
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofString(body));
        bearer(config).ifPresent(each -> request.header("Authorization", "Bearer " + each));
        try (var client = HttpClient.newHttpClient()) {
            var response = client.send(request.build(), BodyHandlers.ofString());
            return read(response.statusCode(), response.body(), base);
        } catch (IOException e) {
            throw new CommandException(
                    "no gateway answers at %s: start it with ./spangate run, or name its admin listener with --admin"
                            .formatted(base));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandException("interrupted");
        }
    }

    private Optional<String> bearer(@Nullable GatewayConfig config) {
        if (token != null && !token.isBlank()) {
            return Optional.of(token);
        }
        return config == null ? Optional.empty() : config.admin().token().map(Secret::reveal);
    }

    private static JsonNode read(int status, String body, URI base) {
        JsonNode tree;
        try {
            tree = JSON.readTree(body);
        } catch (JacksonException _) {
            throw new CommandException(
                    "%s answers %d and no JSON: is that the admin listener?"
                            .formatted(base, status));
        }
        if (status == 401) {
            throw new CommandException(
                    "401 from %s: the admin listener wants its admin.token: --token, SPANGATE_ADMIN_TOKEN or --config"
                            .formatted(base));
        }
        if (status / 100 != 2) {
            throw new CommandException(
                    "%s answers %d: %s"
                            .formatted(base, status, tree.at("/error/message").asString(body)));
        }
        return tree;
    }

    /// The configuration that was named, or lies here; null for neither. Read once.
    @Nullable GatewayConfig config() {
        if (config == null) {
            var source = file != null ? file : admin == null ? USUAL_FILE : null;
            if (source != null && (file != null || Files.exists(source))) {
                config = GatewayConfig.load(source);
            }
        }
        return config;
    }

    private URI address(@Nullable GatewayConfig config) {
        if (admin != null) {
            return admin;
        }
        return URI.create(
                config == null
                        ? "http://127.0.0.1:9090"
                        : "http://%s:%d"
                                .formatted(host(config.admin().host()), config.admin().port()));
    }

    /// How this machine reaches what is bound there.
    static String host(String bound) {
        return switch (bound) {
            case "0.0.0.0", "::", "" -> "127.0.0.1";
            default -> bound.contains(":") ? "[" + bound + "]" : bound;
        };
    }
}
