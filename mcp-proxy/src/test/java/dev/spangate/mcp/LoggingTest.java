package dev.spangate.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

class LoggingTest {
    private static final String LOGS = "{'capabilities': {'tools': {}, 'logging': {}}}";

    @Test
    void levelIsToldToAServerWhenTheSessionFirstUsesItAndAgainWhenItChanges() {
        var server = logging("2025-11-25");
        try (var harness = McpHarness.of(server)) {
            var client = harness.client().initialize("2025-11-25");
            assertThat(client.legacy("logging/setLevel", "{'level': 'warning'}").result())
                    .isEqualTo(Json.object());
            assertThat(server.count("logging/setLevel")).isZero();
            client.legacy("tools/call", "{'name': 't'}");
            assertThat(level(server)).isEqualTo("warning");
            client.legacy("logging/setLevel", "{'level': 'debug'}");
            assertThat(level(server)).isEqualTo("debug");
            assertThat(server.count("logging/setLevel")).isEqualTo(2);
        }
    }

    @Test
    void unknownLevelIsRefused() {
        try (var harness = McpHarness.of(logging("2025-11-25"))) {
            var client = harness.client().initialize("2025-11-25");
            assertThat(client.legacy("logging/setLevel", "{'level': 'loud'}").errorCode())
                    .isEqualTo(-32602);
        }
    }

    @ParameterizedTest
    @CsvSource({"debug,2", "warning,1", "emergency,0", ",0"})
    void statelessClientGetsTheLinesThatItsRequestAskedFor(String level, int lines) {
        try (var harness = McpHarness.of(logging("2025-11-25"))) {
            var meta =
                    level == null ? "{}" : "{'io.modelcontextprotocol/logLevel': '" + level + "'}";
            var answer =
                    harness.client().modern("tools/call", "{'name': 't', '_meta': " + meta + "}");
            assertThat(answer.before()).hasSize(lines);
        }
    }

    @Test
    void serverWithSessionsIsToldTheStatelessClientsLevelOnce() {
        var server = logging("2025-11-25");
        try (var harness = McpHarness.of(server)) {
            var client = harness.client();
            var params = "{'name': 't', '_meta': {'io.modelcontextprotocol/logLevel': 'info'}}";
            client.modern("tools/call", params);
            client.modern("tools/call", params);
            assertThat(server.count("logging/setLevel")).isEqualTo(1);
            assertThat(level(server)).isEqualTo("info");
        }
    }

    @Test
    void sessionGetsEveryLineOfItsCallsAndNoListChange() {
        try (var harness = McpHarness.of(logging("2025-11-25"))) {
            var answer =
                    harness.client().initialize("2025-11-25").legacy("tools/call", "{'name': 't'}");
            assertThat(answer.before()).hasSize(2);
            assertThat(answer.before())
                    .allMatch(message ->
                            "notifications/message".equals(Json.string(message, "method")));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "info,debug,false",
        "info,info,true",
        "info,error,true",
        "emergency,alert,false",
        "info,unheard-of,true"
    })
    void severities(String wanted, String line, boolean included) {
        assertThat(LogLevel.of(wanted).orElseThrow().includes(line)).isEqualTo(included);
    }

    private static String level(FakeServer server) {
        return Json.string(server.lastCall("logging/setLevel").params(), "level");
    }

    private static FakeServer logging(String revision) {
        return new FakeServer("a")
                .says(LOGS.replace("{'cap", "{'revision': '" + revision + "', 'cap"))
                .tools("t")
                .on("logging/setLevel", "{}")
                .on(
                        "tools/call",
                        call -> {
                            call.listener().notification(line("debug"));
                            call.listener().notification(line("error"));
                            call.listener()
                                    .notification(
                                            ServerMessages.notification(
                                                    "notifications/tools/list_changed",
                                                    Json.object()));
                            return new UpstreamReply.Result(Json.object());
                        });
    }

    private static ObjectNode line(String level) {
        return ServerMessages.notification(
                "notifications/message", Json.object().put("level", level).put("data", "x"));
    }
}
