package dev.spangate.mcp;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Speaks raw MCP over HTTP, in either era, and shows everything that comes back.
final class McpTestClient {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final String url;
    private final Map<String, String> headers = new LinkedHashMap<>();
    private int lastId;

    McpTestClient(String url) {
        this.url = url;
        headers.put("Content-Type", "application/json");
        headers.put("Accept", "application/json, text/event-stream");
    }

    /// An answer: its status and headers, the messages before the last, and the last.
    record Answer(int status, HttpResponse<?> http, List<JsonNode> before, JsonNode last) {
        JsonNode result() {
            return last.get("result");
        }

        int errorCode() {
            return last.at("/error/code").intValue();
        }

        String errorMessage() {
            return last.at("/error/message").stringValue("");
        }

        boolean streamed() {
            return http.headers()
                    .firstValue("Content-Type")
                    .filter(type -> type.startsWith("text/event-stream"))
                    .isPresent();
        }
    }

    McpTestClient header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    /// Initializes a legacy session and stays in it.
    McpTestClient initialize(String version) {
        var answer =
                legacy(
                        "initialize",
                        "{'protocolVersion': '"
                                + version
                                + "', 'capabilities': {'elicitation': {}, 'sampling': {},"
                                + " 'roots': {}}, 'clientInfo': {'name': 't', 'version': '1'}}");
        header(
                "Mcp-Session-Id",
                answer.http().headers().firstValue("Mcp-Session-Id").orElseThrow());
        header("MCP-Protocol-Version", answer.result().get("protocolVersion").stringValue());
        post("{'jsonrpc': '2.0', 'method': 'notifications/initialized'}");
        return this;
    }

    String sessionId() {
        return headers.get("Mcp-Session-Id");
    }

    Answer legacy(String method, String params) {
        return legacy(++lastId, method, params);
    }

    Answer legacy(Object id, String method, String params) {
        return post(
                "{'jsonrpc': '2.0', 'id': "
                        + id
                        + ", 'method': '"
                        + method
                        + "', 'params': "
                        + params
                        + "}");
    }

    /// A 2026-07-28 request with all that it needs.
    Answer modern(String method, String params) {
        var message = modernMessage(method, params);
        return send(message, modernHeaders(message));
    }

    ObjectNode modernMessage(String method, String params) {
        return message(method, (ObjectNode) FakeServer.json(params), true);
    }

    /// A request with these params as they are, and what 2026-07-28 wants where it is `modern`.
    ObjectNode message(String method, ObjectNode params, boolean modern) {
        var message = Json.object();
        message.put("jsonrpc", "2.0").put("id", ++lastId).put("method", method);
        message.set("params", params);
        if (modern) {
            var meta = params.withObjectProperty("_meta");
            meta.put(ModernRules.VERSION_KEY, "2026-07-28");
            if (!meta.has(ModernRules.CAPABILITIES_KEY)) {
                meta.putObject(ModernRules.CAPABILITIES_KEY);
            }
        }
        return message;
    }

    static Map<String, String> modernHeaders(ObjectNode message) {
        var extra = new LinkedHashMap<String, String>();
        extra.put("MCP-Protocol-Version", "2026-07-28");
        extra.put("Mcp-Method", message.get("method").stringValue());
        var params = message.get("params");
        var method = message.get("method").stringValue();
        var name = Json.string(params, method.equals("resources/read") ? "uri" : "name");
        if (name != null) {
            extra.put("Mcp-Name", name);
        }
        return extra;
    }

    Answer post(String body) {
        return raw(body.replace('\'', '"'), Map.of());
    }

    Answer send(ObjectNode message, Map<String, String> extra) {
        return raw(Json.text(message), extra);
    }

    Answer raw(String body, Map<String, String> extra) {
        return read(open("POST", body, extra));
    }

    /// Opens a response and leaves its stream to the test.
    HttpResponse<InputStream> open(String method, String body, Map<String, String> extra) {
        var request = HttpRequest.newBuilder(URI.create(url));
        var all = new LinkedHashMap<>(headers);
        all.putAll(extra);
        all.forEach(request::header);
        request.method(method, HttpRequest.BodyPublishers.ofString(body));
        try {
            return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    static Answer read(HttpResponse<InputStream> response) {
        try (var body = response.body()) {
            var text = new String(body.readAllBytes(), StandardCharsets.UTF_8);
            var messages = new ArrayList<JsonNode>();
            var type = response.headers().firstValue("Content-Type").orElse("");
            if (type.startsWith("text/event-stream")) {
                text.lines()
                        .filter(line -> line.startsWith("data: ") && line.length() > 6)
                        .forEach(line -> messages.add(Json.parse(line.substring(6))));
            } else if (!text.isEmpty()) {
                messages.add(Json.parse(text));
            }
            JsonNode last = messages.isEmpty() ? Json.object() : messages.removeLast();
            return new Answer(response.statusCode(), response, messages, last);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
