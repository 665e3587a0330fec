package dev.spangate.benchmarks.ladder;

import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One way to the upstream: directly, through nginx, through the gateway, through another gateway.
///
/// @param name as printed
/// @param base scheme, host and port
/// @param llmPath path prefix of the model (`/openai` at the gateway)
/// @param process whose CPU and memory count; null for `direct` and for gateways we did not start
record Target(String name, URI base, String llmPath, @Nullable Child process) {
    private static final String VERSION = "2025-11-25";

    /// A question of `inputBytes` bytes.
    Exchange chat(String model, boolean stream, int inputBytes) {
        var body =
                "{\"model\":\"%s\",\"stream\":%s,%s\"messages\":[{\"role\":\"user\",\"content\":\"%s %s\"}]}"
                        .formatted(
                                model,
                                stream,
                                stream ? "\"stream_options\":{\"include_usage\":true}," : "",
                                Exchange.NUMBER,
                                "q".repeat(inputBytes));
        return completion(body, stream ? "[DONE]" : "finish_reason");
    }

    /// A conversation of `messages` messages of 1 KB each, the last one new.
    Exchange conversation(int messages) {
        var body = new StringBuilder("{\"model\":\"bench\",\"messages\":[");
        for (int i = 0; i < messages; i++) {
            body.append("{\"role\":\"")
                    .append(i % 2 == 0 ? "user" : "assistant")
                    .append("\",\"content\":\"message ")
                    .append(i)
                    .append(' ')
                    .append("lorem ipsum ".repeat(81))
                    .append("\"},");
        }
        body.append("{\"role\":\"user\",\"content\":\"and ")
                .append(Exchange.NUMBER)
                .append("?\"}]}");
        return completion(body.toString(), "finish_reason");
    }

    private Exchange completion(String body, String contains) {
        return Exchange.post(
                base.getAuthority(),
                llmPath + "/v1/chat/completions",
                Map.of("Authorization", "Bearer not-a-real-key"),
                body,
                contains);
    }

    /// Opens an MCP session and returns the headers of its requests.
    Map<String, String> mcpSession() throws IOException {
        var initialize =
                rpc(
                        Map.of(),
                        "initialize",
                        "{\"protocolVersion\":\"%s\",\"capabilities\":{},\"clientInfo\":{\"name\":\"bench\",\"version\":\"1\"}}"
                                .formatted(VERSION),
                        "protocolVersion");
        try (var connection = new Connection(base)) {
            var answer = connection.send(initialize, 0, Connection.PieceListener.NONE);
            var session = answer.headers().get("mcp-session-id");
            var headers =
                    session == null
                            ? Map.of("MCP-Protocol-Version", VERSION)
                            : Map.of("MCP-Protocol-Version", VERSION, "Mcp-Session-Id", session);
            connection.send(
                    post(
                            headers,
                            "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}",
                            ""),
                    0,
                    Connection.PieceListener.NONE);
            return headers;
        }
    }

    /// A call of one of the upstream's tools.
    Exchange toolCall(Map<String, String> session, String tool) {
        return rpc(
                session,
                "tools/call",
                "{\"name\":\"%s\",\"arguments\":{\"x\":\"%s\"}}".formatted(tool, Exchange.NUMBER),
                "\"content\"");
    }

    Exchange rpc(Map<String, String> session, String method, String params, String contains) {
        return post(
                session,
                "{\"jsonrpc\":\"2.0\",\"id\":%s,\"method\":\"%s\",\"params\":%s}"
                        .formatted(Exchange.NUMBER, method, params),
                contains);
    }

    private Exchange post(Map<String, String> session, String body, String contains) {
        var headers = new HashMap<>(session);
        headers.put("Accept", "application/json, text/event-stream");
        return Exchange.post(base.getAuthority(), "/mcp", headers, body, contains);
    }

    /// CPU seconds of the process so far; 0 where it is not ours.
    double cpuSeconds() throws IOException {
        return process == null ? 0 : process.cpuSeconds();
    }
}
