package dev.spangate.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spangate.mcp.ServerConfig;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PastedServersTest {
    /// JSON is YAML: a client's file is a configuration of ours.
    @Test
    void aClaudeOrCursorFileIsAConfiguration() {
        var config =
                parse(
                        """
                        {
                          "mcpServers": {
                            "files": {"command": "npx", "args": ["-y", "x", "."], "env": {"A": "${env:HOME}"}},
                            "web": {"type": "http", "url": "https://a.example/mcp",
                                    "headers": {"Authorization": "Bearer ${TOKEN}"}},
                            "off": {"command": "x", "disabled": true}
                          }
                        }
                        """);

        assertThat(config.mcp().servers()).containsOnlyKeys("files", "web");
        var stdio = (ServerConfig.Transport.Stdio) config.mcp().servers().get("files").transport();
        assertThat(stdio.env().get("A").reveal()).isEqualTo("/users/me");
        var http = (ServerConfig.Transport.Http) config.mcp().servers().get("web").transport();
        assertThat(http.headers().get("Authorization").reveal()).isEqualTo("Bearer t0ken-0123");
        assertThat(config.secrets()).as("as if they stood in our own shape").contains("t0ken-0123");
    }

    @Test
    void pastedServersStandBehindOurOwnAndKeepTheRest() {
        var config =
                parse(
                        """
                        name: gw
                        mcpServers:
                          pasted: { command: x }
                        mcp:
                          prefix: never
                          servers:
                            own: { url: "https://a.example/mcp", tools: { allow: [a] } }
                        """);

        assertThat(config.name()).isEqualTo("gw");
        assertThat(config.mcp().servers().keySet()).containsExactly("own", "pasted");
        assertThat(config.mcp().servers().get("own").tools().allow()).containsExactly("a");
        assertThat(config.tree().has("mcpServers")).isFalse();
    }

    @Test
    void oneThatIsTakenUpByAReloadIsNamedAsAServer() {
        var before = parse("mcpServers: { a: { command: x } }");
        var after = parse("mcpServers: { a: { command: x }, b: { command: y } }");

        assertThat(ConfigDiff.between(before.tree(), after.tree()))
                .containsExactly("mcp.servers.b added");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "mcpServers: { a: { command: x } }\\nmcp: { servers: { a: { command: y } } } | mcpServers.a",
                "mcpServers: [ a ]                                 | mcpServers",
                "mcpServers: { a: { command: x } }\\nmcp: 3        | mcp",
                "mcpServers: { a: { command: x } }\\nmcp: { servers: [] } | mcp.servers",
                "mcpServers: { a: { url: 'ftp://x' } }             | mcp.servers.a.url",
                "mcpServers: { a: { url: '${NOT_SET}' } }          | mcp.servers.a.url",
                "mcpServers: { Pay: { command: x }, pay: { command: y } } | mcp.servers.pay",
            })
    void mistakesNameThePath(String yaml, String path) {
        assertThatThrownBy(() -> parse(yaml.replace("\\n", "\n")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(path);
    }

    @Test
    void anEmptyMappingIsNothing() {
        assertThat(parse("mcpServers: {}").mcp().servers()).isEmpty();
    }

    private static GatewayConfig parse(String yaml) {
        return GatewayConfig.parse(yaml, Map.of("TOKEN", "t0ken-0123", "HOME", "/users/me"));
    }
}
