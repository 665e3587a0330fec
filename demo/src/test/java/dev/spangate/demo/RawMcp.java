package dev.spangate.demo;

import static dev.spangate.demo.Json.object;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;

/// An MCP client of revision 2025-06-18 that shows everything: headers, statuses, raw messages.
final class RawMcp {
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final URI endpoint;
    private final Map<String, String> headers = new LinkedHashMap<>();
    private final AtomicInteger ids = new AtomicInteger();

    private RawMcp(URI endpoint, Map<String, String> headers) {
        this.endpoint = endpoint;
        this.headers.putAll(headers);
    }

    /// Opens a session.
    static RawMcp open(int port, Map<String, String> headers) throws Exception {
        var client = new RawMcp(URI.create("http://127.0.0.1:" + port + "/mcp"), headers);
        var params =
                object(
                        "protocolVersion", "2025-06-18",
                        "capabilities", Map.of(),
                        "clientInfo", object("name", "raw", "version", "1"));
        var opened = client.send(client.message("initialize", params));
        opened.headers()
                .firstValue("Mcp-Session-Id")
                .ifPresent(session -> client.headers.put("Mcp-Session-Id", session));
        client.headers.put("MCP-Protocol-Version", "2025-06-18");
        client.send(object("jsonrpc", "2.0", "method", "notifications/initialized"));
        return client;
    }

    /// A client without a session, for what needs none.
    static RawMcp bare(int port, Map<String, String> headers) {
        return new RawMcp(URI.create("http://127.0.0.1:" + port + "/mcp"), headers);
    }

    String session() {
        return headers.getOrDefault("Mcp-Session-Id", "");
    }

    /// The exposed name of the only tool that ends with `tool`.
    String exposed(String tool) throws Exception {
        JsonNode list = reply(send(message("tools/list", Map.of()))).at("/result/tools");
        return Json.items(list).stream()
                .map(one -> Json.text(one, "name"))
                .filter(name -> new Conversation.Offer(name, null).is(tool))
                .findFirst()
                .orElseThrow(() -> new AssertionError(tool + " is not among " + list));
    }

    /// The whole JSON-RPC answer to a `tools/call`.
    JsonNode call(String name, Map<String, ?> arguments) throws Exception {
        return reply(send(message("tools/call", object("name", name, "arguments", arguments))));
    }

    /// A request of the next id.
    Map<String, ?> message(String method, Object params) {
        return object(
                "jsonrpc", "2.0", "id", ids.incrementAndGet(), "method", method, "params", params);
    }

    HttpResponse<String> send(Object message) throws IOException, InterruptedException {
        return post(Json.write(message));
    }

    HttpResponse<String> post(String body) throws IOException, InterruptedException {
        var request =
                HttpRequest.newBuilder(endpoint)
                        .timeout(Duration.ofSeconds(60))
                        .header("Content-Type", "application/json")
                        .header("Accept", "application/json, text/event-stream");
        headers.forEach(request::setHeader);
        request.POST(HttpRequest.BodyPublishers.ofString(body));
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /// The last message of a body that is JSON or a stream of events.
    static JsonNode reply(HttpResponse<String> response) {
        String body = response.body();
        if (body.startsWith("{")) {
            return Json.read(body);
        }
        return body.lines()
                .filter(line -> line.startsWith("data:") && line.contains("{"))
                .map(line -> Json.read(line.substring("data:".length())))
                .filter(message -> message.has("result") || message.has("error"))
                .reduce((first, second) -> second)
                .orElseThrow(() -> new AssertionError("no answer in: " + body));
    }
}
