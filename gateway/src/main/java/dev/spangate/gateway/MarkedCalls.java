package dev.spangate.gateway;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What an agent sends to a gateway, as plainly as an agent does: chat completions and MCP of the
/// 2025-11-25 revision. For one thread.
final class MarkedCalls implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String REVISION = "2025-11-25";

    private final URI gateway;
    private final Optional<String> key;
    private final String marker;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private @Nullable String session;
    private int id;

    /// @param gateway the traffic listener
    /// @param key a caller's key
    /// @param marker names the run: the session of its model calls
    MarkedCalls(URI gateway, Optional<String> key, String marker) {
        this.gateway = gateway;
        this.key = key;
        this.marker = marker;
    }

    /// An answer that is no stream.
    ///
    /// @param status of HTTP
    /// @param body as JSON; missing where it is none
    /// @param text as it came
    record Answer(int status, JsonNode body, String text) {
        boolean good() {
            return status / 100 == 2 && !body.isMissingNode();
        }

        /// What the other side says of a failure, in one line.
        String reason() {
            var message = body.at("/error/message").asString(text.strip());
            var line = message.lines().findFirst().orElse("");
            return line.length() > 300 ? line.substring(0, 300) + "…" : line;
        }
    }

    Answer chat(ObjectNode request) {
        var builder = post(gateway.resolve("/v1/chat/completions"), request);
        builder.header("x-session-id", marker);
        return read("model", send("model", builder.build()));
    }

    /// Shakes hands at an MCP endpoint.
    Answer connect(String path) {
        var params = JsonNodeFactory.instance.objectNode().put("protocolVersion", REVISION);
        params.putObject("capabilities");
        params.putObject("clientInfo")
                .put("name", "spangate-verify")
                .put("version", Version.number());
        var response = send("MCP", rpc(path, "initialize", params, true));
        session = response.headers().firstValue("mcp-session-id").orElse(null);
        var answer = read("MCP", response);
        if (answer.good()) {
            var done = JsonNodeFactory.instance.objectNode();
            send("MCP", rpc(path, "notifications/initialized", done, false));
        }
        return answer;
    }

    Answer call(String path, String method, ObjectNode params) {
        return read("MCP", send("MCP", rpc(path, method, params, true)));
    }

    @Override
    public void close() {
        client.close();
    }

    private HttpRequest rpc(String path, String method, ObjectNode params, boolean asks) {
        var message = JsonNodeFactory.instance.objectNode();
        message.put("jsonrpc", "2.0").put("method", method);
        if (asks) {
            message.put("id", ++id);
        }
        message.set("params", params);
        var builder = post(gateway.resolve(path), message);
        builder.header("Accept", "application/json, text/event-stream");
        if (session != null) {
            builder.header("Mcp-Session-Id", session);
            builder.header("MCP-Protocol-Version", REVISION);
        }
        return builder.build();
    }

    private HttpRequest.Builder post(URI url, JsonNode body) {
        var builder =
                HttpRequest.newBuilder(url)
                        .timeout(PATIENCE)
                        .header("Content-Type", "application/json")
                        .header("User-Agent", "spangate-verify/" + Version.number())
                        .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)));
        key.ifPresent(each -> builder.header("x-spangate-key", each));
        return builder;
    }

    private HttpResponse<String> send(String hop, HttpRequest request) {
        try {
            return client.send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            throw new HopException(
                    hop,
                    "no answer from %s: %s".formatted(request.uri(), Failures.said(e)),
                    "is that the traffic listener? Name it with --url; a gateway starts with ./spangate run");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandException("interrupted");
        }
    }

    private static Answer read(String hop, HttpResponse<String> response) {
        var text = response.body();
        var type = response.headers().firstValue("content-type").orElse("");
        if (type.startsWith("text/event-stream")) {
            text = lastData(text);
        }
        try {
            var body = JSON.readTree(text);
            return new Answer(response.statusCode(), body, response.body());
        } catch (JacksonException _) {
            if (response.statusCode() / 100 == 2 && !text.isBlank()) {
                throw new HopException(
                        hop,
                        response.uri() + " answers no JSON",
                        "is that the traffic listener of a gateway? Name it with --url");
            }
            return new Answer(response.statusCode(), JsonNodeFactory.instance.missingNode(), text);
        }
    }

    /// The answer to a request is the last message of its stream.
    private static String lastData(String stream) {
        String last = "";
        for (var line : stream.lines().toList()) {
            if (line.startsWith("data:") && line.contains("\"id\"")) {
                last = line.substring("data:".length());
            }
        }
        return last;
    }
}
