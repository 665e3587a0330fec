package dev.spangate.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.transport.ServerParameters;
import io.modelcontextprotocol.client.transport.StdioClientTransport;
import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.spec.McpSchema;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SampleServersTest {
    @Test
    void theOfficeServerIsAProcessThatSpeaksMcpOverStdio() {
        var command = JavaProcess.command(OfficeServer.class.getName());
        var parameters =
                ServerParameters.builder(command.getFirst())
                        .args(command.subList(1, command.size()))
                        .build();
        var transport = new StdioClientTransport(parameters, McpJsonDefaults.getMapper());
        try (var client =
                McpClient.sync(transport).requestTimeout(Duration.ofSeconds(60)).build()) {
            client.initialize();

            assertThat(client.listTools().tools())
                    .extracting(McpSchema.Tool::name)
                    .containsExactlyInAnyOrder("send_mail", "add_note", "list_notes");
            var mail =
                    client.callTool(
                            McpSchema.CallToolRequest.builder("send_mail")
                                    .arguments(Map.of("to", "bob", "text", "hi"))
                                    .build());
            assertThat(mail.isError()).isTrue();
            assertThat(mail.content().getFirst())
                    .asString()
                    .contains("mailbox full: cannot deliver to bob");
        }
    }

    @Test
    void theOfficeServerEndsWhenItsInputEnds() throws Exception {
        var process = new ProcessBuilder(JavaProcess.command(OfficeServer.class.getName())).start();
        process.getOutputStream().close();

        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void theToolServerAnswersErrorsInTheProtocolsShape() throws Exception {
        try (var server = ToolServer.start("weather", SampleTools.weather(Duration.ZERO), 0)) {
            var opened = post(server, "initialize", "{\"protocolVersion\":\"2025-06-18\"}", "");
            String session = opened.headers().firstValue("Mcp-Session-Id").orElseThrow();

            assertThat(Json.read(opened.body()).at("/result/protocolVersion").asString())
                    .isEqualTo("2025-06-18");
            assertThat(code(post(server, "tools/list", "{}", "stranger"))).isEqualTo(-32001);
            assertThat(post(server, "tools/list", "{}", "stranger").statusCode()).isEqualTo(404);
            assertThat(code(post(server, "no/such", "{}", session))).isEqualTo(-32601);
            assertThat(code(post(server, "tools/call", "{\"name\":\"nothing\"}", session)))
                    .isEqualTo(-32602);
            assertThat(post(server, "server/discover", "{}", "").statusCode()).isEqualTo(400);
        }
    }

    private static int code(HttpResponse<String> response) {
        return Json.read(response.body()).at("/error/code").asInt();
    }

    private static HttpResponse<String> post(
            ToolServer server, String method, String params, String session) throws Exception {
        var body =
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\""
                        + method
                        + "\",\"params\":"
                        + params
                        + "}";
        var request =
                HttpRequest.newBuilder(server.uri())
                        .POST(HttpRequest.BodyPublishers.ofString(body));
        if (!session.isEmpty()) {
            request.header("Mcp-Session-Id", session);
        }
        try (var client = HttpClient.newHttpClient()) {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }
}
