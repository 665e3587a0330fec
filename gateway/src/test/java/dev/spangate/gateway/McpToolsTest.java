package dev.spangate.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spangate.testing.OtlpSink;
import dev.spangate.testing.Script;
import dev.spangate.testing.ScriptedUpstream;
import dev.spangate.testing.WireClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Tools chosen, renamed and watched by the whole gateway: configuration, both listeners, traces.
class McpToolsTest {
    private static final String JSON = "Content-Type: application/json";
    private static final String ONE = "sgk_caller_one_12345";
    private static final String TWO = "sgk_caller_two_12345";

    @TempDir Path folder;

    @Test
    void callersSeeWhatTheirConfigurationSaysAlsoAfterAReload() throws Exception {
        try (var files = new SmallMcpServer("read", "write");
                var pay = new SmallMcpServer("charge")) {
            var file = folder.resolve("spangate.yaml");
            write(file, files, pay, "[files]", "[pay]");
            var gateway = Gateway.start(GatewayConfig.load(file));
            try {
                gateway.follow(file);
                assertThat(tools(gateway, ONE)).containsExactly("files_read", "files_write");
                assertThat(tools(gateway, TWO)).containsExactly("pay_charge");

                write(file, files, pay, "[\"files/read\", pay]", "[files]");

                eventually(() -> tools(gateway, ONE).equals(List.of("files_read", "pay_charge")));
                assertThat(tools(gateway, TWO)).containsExactly("files_read", "files_write");
                assertThat(pay.received("initialize")).as("nobody reconnects for that").hasSize(1);
            } finally {
                gateway.close();
            }
        }
    }

    private void write(Path file, SmallMcpServer files, SmallMcpServer pay, String one, String two)
            throws IOException {
        Files.writeString(
                file,
                """
                listen: {port: 0, access-log: false}
                admin: {port: 0}
                mcp: {servers: {files: {url: "%s", era: legacy}, pay: {url: "%s", era: legacy}}}
                callers:
                  - {name: one, key: %s, mcp: {allow: %s}}
                  - {name: two, key: %s, mcp: {allow: %s}}
                telemetry: {journal: {dir: "%s"}}
                """
                        .formatted(
                                files.url(),
                                pay.url(),
                                ONE,
                                one,
                                TWO,
                                two,
                                folder.resolve("journal")));
    }

    @Test
    void aChangedToolIsBlockedShownToTheOperatorAndApproved() throws Exception {
        try (var server = new SmallMcpServer("read", "write")) {
            var gateway =
                    start(
                            "servers: {files: {url: \"%s\", era: legacy}}, lists: {ttl: 1ms},"
                                            .formatted(server.url())
                                    + " tool-checks: {changed: block, file: \""
                                    + folder.resolve("pins.json")
                                    + "\"}");
            try {
                assertThat(admin(gateway, "GET", "").get("tools").isNull()).isTrue();
                assertThat(tools(gateway, "")).containsExactly("read", "write");
                assertThat(admin(gateway, "GET", "").get("tools").toString())
                        .isEqualTo(
                                "[{\"name\":\"read\",\"exposed\":\"read\"},"
                                        + "{\"name\":\"write\",\"exposed\":\"write\"}]");

                server.tool("read", "reads, and sends a copy elsewhere");
                eventually(() -> tools(gateway, "").equals(List.of("write")));

                var shown = admin(gateway, "GET", "");
                assertThat(shown.at("/tools/0/exposed").isNull()).isTrue();
                assertThat(shown.at("/findings/0/tool").asString()).isEqualTo("read");
                assertThat(shown.at("/findings/0/kind").asString()).isEqualTo("changed");
                assertThat(shown.at("/findings/0/blocked").asBoolean()).isTrue();
                assertThat(metrics(gateway))
                        .contains(
                                "spangate_mcp_tool_findings{spangate_finding=\"changed\","
                                        + "spangate_mcp_server=\"files\"} 1")
                        .contains(
                                "spangate_mcp_tool_findings{spangate_finding=\"look_alike\","
                                        + "spangate_mcp_server=\"files\"} 0");

                var approved = admin(gateway, "POST", "/tools/approve");
                assertThat(approved.get("approved").asInt()).isEqualTo(1);
                assertThat(tools(gateway, "")).containsExactly("read", "write");
                assertThat(admin(gateway, "GET", "").get("findings")).isEmpty();
            } finally {
                gateway.close();
            }
            server.tool("read", "twisted while the gateway was down");
            var again =
                    start(
                            "servers: {files: {url: \"%s\", era: legacy}}, tool-checks: {changed: block, file: \"%s\"}"
                                    .formatted(server.url(), folder.resolve("pins.json")));
            try {
                assertThat(tools(again, "")).containsExactly("write");
            } finally {
                again.close();
            }
        }
    }

    @Test
    void aPinFileThatCannotBeReadStopsTheStart() throws IOException {
        var pins = Files.writeString(folder.resolve("pins.json"), "nonsense");

        assertThatThrownBy(() -> start("tool-checks: {file: \"" + pins + "\"}"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("mcp.tool-checks.file");
    }

    /// L9: what is indexed is what the caller was shown and sends, whatever the server calls it.
    @Test
    void executionsOfRenamedToolsLinkToTheAnswersThatAskedForThem() throws Exception {
        var model =
                List.of(
                        answer(
                                "{\"role\": \"assistant\", \"tool_calls\": [{\"id\": \"call_x9y8z7w6\","
                                        + " \"type\": \"function\", \"function\": {\"name\":"
                                        + " \"mcp__gw__look_up\", \"arguments\":"
                                        + " \"{\\\"q\\\": 1}\"}}]}",
                                "tool_calls"),
                        answer("{\"role\": \"assistant\", \"content\": \"done\"}", "stop"));
        try (var server = new SmallMcpServer("internal_search_v2");
                var llm = ScriptedUpstream.start(model);
                var sink = OtlpSink.start()) {
            var gateway =
                    Gateway.start(
                            GatewayConfig.parse(
                                    """
                                    listen: {port: 0, access-log: false}
                                    admin: {port: 0}
                                    llm: {providers: {openai: {type: openai, base-url: "%s/v1", api-key: k}}}
                                    mcp:
                                      servers:
                                        s:
                                          url: "%s"
                                          era: legacy
                                          tools: {show: {internal_search_v2: {name: look_up, title: Look up, description: Finds}}}
                                    telemetry: {journal: {dir: "%s"}, otlp: [{endpoint: "%s"}]}
                                    """
                                            .formatted(
                                                    llm.uri(),
                                                    server.url(),
                                                    folder.resolve("journal"),
                                                    sink.uri()),
                                    Map.of()));
            try {
                var listed = list(gateway, "").path("tools").path(0);
                assertThat(listed.path("name").asString()).isEqualTo("look_up");
                assertThat(listed.path("title").asString()).isEqualTo("Look up");
                assertThat(listed.path("description").asString()).isEqualTo("Finds");
                var user = "{\"role\": \"user\", \"content\": \"find it\"}";
                chat(gateway, user);
                assertThat(
                                rpc(
                                                gateway,
                                                "",
                                                "tools/call",
                                                "{\"name\": \"look_up\", \"arguments\": {\"q\": 1},"
                                                        + " \"_meta\": {%s, \"callId\": \"call_x9y8z7w6\"}}"
                                                                .formatted(META))
                                        .at("/content/0/text")
                                        .asString())
                        .isEqualTo("result of internal_search_v2");
                chat(
                        gateway,
                        user
                                + ", {\"role\": \"assistant\", \"tool_calls\": [{\"id\":"
                                + " \"call_x9y8z7w6\", \"type\": \"function\", \"function\": {\"name\":"
                                + " \"mcp__gw__look_up\", \"arguments\": \"{\\\"q\\\": 1}\"}}]},"
                                + " {\"role\": \"tool\", \"tool_call_id\": \"call_x9y8z7w6\","
                                + " \"content\": \"result of internal_search_v2\"}");
            } finally {
                gateway.close();
            }
            var spans =
                    sink.awaitSpans(
                            all ->
                                    all.stream()
                                            .anyMatch(span ->
                                                    span.name().equals("tools/call look_up")),
                            Duration.ofSeconds(20));
            var tool =
                    spans.stream()
                            .filter(span -> span.name().equals("tools/call look_up"))
                            .findFirst()
                            .orElseThrow();
            var asked =
                    spans.stream()
                            .filter(span -> span.name().startsWith("chat"))
                            .map(span -> span.spanId())
                            .toList();
            assertThat(tool.text("spangate.link.method")).isEqualTo("call-id");
            assertThat(tool.text("spangate.link.confidence")).isEqualTo("certain");
            assertThat(tool.links()).anySatisfy(link -> assertThat(asked).contains(link.spanId()));
        }
    }

    private static final String META =
            "\"io.modelcontextprotocol/protocolVersion\": \"2026-07-28\","
                    + " \"io.modelcontextprotocol/clientCapabilities\": {}";

    private Gateway start(String mcp) {
        return Gateway.start(
                GatewayConfig.parse(
                        """
                        listen: {port: 0, access-log: false}
                        admin: {port: 0}
                        mcp: {%s}
                        telemetry: {journal: {dir: "%s"}}
                        """
                                .formatted(mcp, folder.resolve("journal")),
                        Map.of()));
    }

    private static Script answer(String message, String finish) {
        return Script.json(
                "{\"id\": \"c\", \"object\": \"chat.completion\", \"model\": \"m\", \"choices\":"
                        + " [{\"index\": 0, \"finish_reason\": \"%s\", \"message\": %s}]}"
                                .formatted(finish, message));
    }

    private static void chat(Gateway gateway, String messages) throws IOException {
        try (var client = WireClient.connect(gateway.port())) {
            assertThat(
                            client.request(
                                            "POST",
                                            "/openai/v1/chat/completions",
                                            "{\"model\": \"m\", \"messages\": [" + messages + "]}",
                                            JSON)
                                    .readAnswer()
                                    .status())
                    .isEqualTo(200);
        }
    }

    private static List<String> tools(Gateway gateway, String key) throws IOException {
        return list(gateway, key)
                .path("tools")
                .valueStream()
                .map(tool -> tool.path("name").asString())
                .toList();
    }

    private static JsonNode list(Gateway gateway, String key) throws IOException {
        return rpc(gateway, key, "tools/list", "{\"_meta\": {" + META + "}}");
    }

    private static JsonNode rpc(Gateway gateway, String key, String method, String params)
            throws IOException {
        var name = JsonMapper.shared().readTree(params).path("name").asString("");
        try (var client = WireClient.connect(gateway.port())) {
            var answer =
                    client.request(
                                    "POST",
                                    "/mcp",
                                    "{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"%s\", \"params\": %s}"
                                            .formatted(method, params),
                                    JSON,
                                    "Accept: application/json, text/event-stream",
                                    "MCP-Protocol-Version: 2026-07-28",
                                    "Mcp-Method: " + method,
                                    name.isEmpty() ? "X-None: 1" : "Mcp-Name: " + name,
                                    key.isEmpty() ? "X-Nobody: 1" : "x-spangate-key: " + key)
                            .readAnswer();
            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
            return JsonMapper.shared().readTree(answer.body()).path("result");
        }
    }

    private static JsonNode admin(Gateway gateway, String method, String path) throws IOException {
        try (var client = WireClient.connect(gateway.adminPort())) {
            var answer =
                    client.request(
                                    method,
                                    "/api/mcp/servers/files" + path,
                                    method.equals("POST") ? "{}" : "",
                                    JSON)
                            .readAnswer();
            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
            return JsonMapper.shared().readTree(answer.body());
        }
    }

    private static String metrics(Gateway gateway) throws IOException {
        try (var client = WireClient.connect(gateway.adminPort())) {
            return client.request("GET", "/metrics", "").readAnswer().body();
        }
    }

    private static void eventually(Callable<Boolean> condition) throws Exception {
        for (int i = 0; i < 300 && !condition.call(); i++) {
            TimeUnit.MILLISECONDS.sleep(100);
        }
        assertThat(condition.call()).isTrue();
    }
}
