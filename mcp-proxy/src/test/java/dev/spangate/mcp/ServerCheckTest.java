package dev.spangate.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spangate.proxy.SettingsException;
import dev.spangate.testing.Script;
import dev.spangate.testing.ScriptedUpstream;
import dev.spangate.testing.WireRequest;
import java.net.URI;
import java.time.Duration;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `McpServers.check`: greeted and listed, nothing executed; and the server that `spangate verify`
/// plays, which agents do not see.
class ServerCheckTest {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    @Test
    void aServerSaysWhoItIsAndHowManyToolsItHas() {
        try (var server = ScriptedUpstream.start(ServerCheckTest::answer)) {
            var check = check("{'url':'%s/mcp','era':'legacy'}".formatted(server.uri()));

            assertThat(check.good()).isTrue();
            assertThat(check.detail()).isEqualTo("files, 2025-11-25, 2 tools");
            assertThat(server.requests())
                    .noneMatch(request -> request.body().contains("tools/call"));
        }
    }

    /// What it answers to `initialize`, and the setting that is named.
    @ParameterizedTest
    @CsvSource({
        "401, mcp.servers.s.headers",
        "403, mcp.servers.s.headers",
        "404, mcp.servers.s.url",
        "500, mcp.servers.s.url",
    })
    void aRefusalNamesTheSetting(int status, String setting) {
        try (var server = ScriptedUpstream.start(_ -> Script.answer(status, "text/plain", "no"))) {
            var check = check("{'url':'%s/mcp','era':'legacy'}".formatted(server.uri()));

            assertThat(check.good()).isFalse();
            assertThat(check.fix()).startsWith(setting);
            assertThat(check.detail()).contains("'s'");
        }
    }

    @Test
    void aServerThatIsGoneNamesItsUrl() {
        var server = ScriptedUpstream.start(_ -> Script.json("{}"));
        var url = server.uri();
        server.close();

        assertThat(check("{'url':'%s/mcp'}".formatted(url)).fix()).startsWith("mcp.servers.s.url");
    }

    @ParameterizedTest
    @CsvSource({"no-such-program-anywhere", "true"})
    void aCommandThatIsNoServerNamesItself(String command) {
        assertThat(check("{'command':'%s'}".formatted(command)).fix())
                .startsWith("mcp.servers.s.command");
    }

    @Test
    void aPageIsNoServer() {
        try (var server = ScriptedUpstream.start(_ -> Script.answer(200, "text/html", "<html>"))) {
            var check = check("{'url':'%s/mcp','era':'legacy'}".formatted(server.uri()));

            assertThat(check.fix()).contains("mcp.servers.s.url").contains("/mcp");
        }
    }

    /// A deadline holds for a server that never answers.
    @Test
    void silenceEnds() {
        try (var server = ScriptedUpstream.start(_ -> Script.script().hang());
                var servers = servers("{'url':'%s/mcp','era':'legacy'}".formatted(server.uri()))) {
            var check = servers.check("s", Duration.ofMillis(300));

            assertThat(check.good()).isFalse();
        }
    }

    @Test
    void aNameThatNobodyHasIsAMistakeOfTheCaller() {
        try (var servers = servers("{'command':'x'}")) {
            assertThatThrownBy(() -> servers.check("other", PATIENCE))
                    .isInstanceOf(NoSuchElementException.class);
        }
    }

    /// It is at its own path alone, whatever a virtual server's patterns say.
    @Test
    void whatVerifyPlaysIsNotShownToAgents() {
        assertThat(Endpoint.all().shows(McpConfig.CHECK)).isFalse();
        assertThat(Endpoint.virtual("v", java.util.List.of("*/*")).shows(McpConfig.CHECK))
                .isFalse();
        assertThat(Endpoint.of(McpConfig.CHECK).shows(McpConfig.CHECK)).isTrue();
        assertThat(Endpoint.of("files").shows(McpConfig.CHECK)).isFalse();
        assertThat(Endpoint.all().shows("files")).isTrue();
    }

    /// One more server must not give the others' tools prefixes.
    @Test
    void itChangesNoNames() {
        var one = McpConfig.from(Calls.object("{'servers':{'a':{'command':'a'}}}"));

        var more = one.withCheck(URI.create("http://127.0.0.1:9099/mcp"));

        assertThat(more.prefix()).isEqualTo(one.prefix());
        assertThat(more.servers()).containsOnlyKeys("a", McpConfig.CHECK);
    }

    @Test
    void itsNameIsTaken() {
        var config =
                McpConfig.from(Calls.object("{'servers':{'spangate-verify':{'command':'a'}}}"));

        assertThatThrownBy(() -> config.withCheck(URI.create("http://127.0.0.1:9099/mcp")))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("mcp.servers.spangate-verify");
    }

    private static ServerCheck check(String entry) {
        try (var servers = servers(entry)) {
            return servers.check("s", PATIENCE);
        }
    }

    private static McpServers servers(String entry) {
        return McpServers.of(McpConfig.from(Calls.object("{'servers':{'s':%s}}".formatted(entry))));
    }

    private static Script answer(WireRequest request) {
        var body = Json.parse(request.body().isEmpty() ? "{}" : request.body());
        if (!body.has("id")) {
            return Script.answer(202, "text/plain", "");
        }
        var result =
                switch (body.path("method").asString("")) {
                    case "initialize" ->
                            "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{\"tools\":{}},\"serverInfo\":{\"name\":\"files\",\"version\":\"1\"}}";
                    case "tools/list" ->
                            "{\"tools\":[{\"name\":\"a\",\"inputSchema\":{\"type\":\"object\"}},{\"name\":\"b\",\"inputSchema\":{\"type\":\"object\"}}]}";
                    default -> "{}";
                };
        return Script.json(
                "{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":%s}".formatted(body.get("id"), result));
    }
}
