package dev.spangate.benchmarks.ladder;

import java.io.IOException;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One way to the upstream: directly, through nginx, through the gateway, through another gateway.
///
/// @param name as printed
/// @param base scheme, host and port
/// @param llmPath path prefix of the model (`/openai` at the gateway)
/// @param process whose CPU and memory count; null for `direct` and for gateways we did not start
record Target(String name, URI base, String llmPath, @Nullable Child process) {
    Exchange chat(String model, boolean stream, int inputBytes) {
        var body =
                "{\"model\":\"%s\",\"stream\":%s,%s\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}"
                        .formatted(
                                model,
                                stream,
                                stream ? "\"stream_options\":{\"include_usage\":true}," : "",
                                "q".repeat(inputBytes));
        return Exchange.post(
                base.getAuthority(),
                llmPath + "/v1/chat/completions",
                Map.of("Authorization", "Bearer not-a-real-key"),
                body,
                stream ? "[DONE]" : "finish_reason");
    }

    /// A conversation of `messages` messages of 1 KB each.
    Exchange conversation(int messages) {
        var body = new StringBuilder("{\"model\":\"bench\",\"messages\":[");
        for (int i = 0; i < messages; i++) {
            body.append(i == 0 ? "" : ",")
                    .append("{\"role\":\"")
                    .append(i % 2 == 0 ? "user" : "assistant")
                    .append("\",\"content\":\"")
                    .append(Integer.toString(i))
                    .append("m".repeat(1000))
                    .append("\"}");
        }
        return Exchange.post(
                base.getAuthority(),
                llmPath + "/v1/chat/completions",
                Map.of("Authorization", "Bearer not-a-real-key"),
                body.append("]}").toString(),
                "finish_reason");
    }

    /// Opens an MCP session (2025-11-25) and returns its headers.
    Map<String, String> mcpSession() throws IOException {
        var initialize =
                rpc(
                        Map.of(),
                        "initialize",
                        "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},"
                                + "\"clientInfo\":{\"name\":\"bench\",\"version\":\"1\"}}",
                        "protocolVersion");
        try (var connection = new Connection(base)) {
            var answer = connection.send(initialize, (bytes, length, now) -> {});
            var session = answer.headers().get("mcp-session-id");
            return session == null
                    ? Map.of("MCP-Protocol-Version", "2025-11-25")
                    : Map.of("MCP-Protocol-Version", "2025-11-25", "Mcp-Session-Id", session);
        }
    }

    Exchange rpc(Map<String, String> session, String method, String params, String contains) {
        var headers = new java.util.HashMap<>(session);
        headers.put("Accept", "application/json, text/event-stream");
        return Exchange.post(
                base.getAuthority(),
                "/mcp",
                headers,
                "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"%s\",\"params\":%s}"
                        .formatted(method, params),
                contains);
    }
}
