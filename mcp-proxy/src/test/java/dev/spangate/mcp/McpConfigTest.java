package dev.spangate.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spangate.mcp.ServerConfig.Transport;
import dev.spangate.proxy.SettingsException;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class McpConfigTest {
    @Test
    void absentConfigurationHasNoServers() {
        var config = McpConfig.from(null);
        assertThat(config.servers()).isEmpty();
        assertThat(config.downstream().keepAlive()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void oneServerNeedsNoPrefixAndTwoDo() {
        assertThat(config("{'servers': {'a': {'command': 'x'}}}").prefix())
                .isEqualTo(McpConfig.Prefix.ON_COLLISION);
        assertThat(config("{'servers': {'a': {'command': 'x'}, 'b': {'command': 'y'}}}").prefix())
                .isEqualTo(McpConfig.Prefix.ALWAYS);
    }

    @Test
    void serversKeepTheOrderOfTheFile() {
        assertThat(
                        config("{'servers': {'z': {'command': 'x'}, 'a': {'url': 'http://h/mcp'}}}")
                                .servers()
                                .keySet())
                .containsExactly("z", "a");
    }

    @Test
    void stdioServerIsReadWhole() {
        var server =
                config(
                                "{'servers': {'files': {'command': 'npx', 'args': ['-y', 1],"
                                        + " 'env': {'A': 'b'}, 'cwd': '/tmp', 'era': 'legacy',"
                                        + " 'session': 'shared', 'timeouts': {'total': '9s'},"
                                        + " 'tools': {'allow': ['read_*'], 'rename': {'a': 'b'},"
                                        + " 'show': {'c': {'title': 'C'}}}}}}")
                        .servers()
                        .get("files");
        var stdio = (Transport.Stdio) server.transport();
        assertThat(stdio.args()).containsExactly("-y", "1");
        assertThat(stdio.env().get("A").reveal()).isEqualTo("b");
        assertThat(server.era()).isEqualTo(ServerConfig.EraChoice.LEGACY);
        assertThat(server.session()).isEqualTo(ServerConfig.SessionMode.SHARED);
        assertThat(server.timeouts().total()).isEqualTo(Duration.ofSeconds(9));
        assertThat(server.tools().allow()).containsExactly("read_*");
    }

    @Test
    void httpServerIsReadWhole() {
        var server =
                config("{'servers': {'g': {'url': 'https://h/mcp', 'headers': {'A': 'k'}}}}")
                        .servers()
                        .get("g");
        assertThat(((Transport.Http) server.transport()).url())
                .isEqualTo(URI.create("https://h/mcp"));
        assertThat(server.toString()).doesNotContain("=k");
    }

    @Test
    void mistakesNameThePath() {
        assertMistake("{'servers': {'a': {}}}", "mcp.servers.a.command");
        assertMistake("{'servers': {'a': {'url': 'ftp://x'}}}", "mcp.servers.a.url");
        assertMistake(
                "{'servers': {'a': {'comand': 'x', 'url': 'http://h'}}}", "mcp.servers.a.comand");
        assertMistake("{'servers': {'a b': {'command': 'x'}}}", "mcp.servers.a b");
        assertMistake("{'tool-checks': {'changed': 'maybe'}}", "mcp.tool-checks.changed");
        assertMistake("{'serverz': {}}", "mcp.serverz");
        assertMistake("{'downstream': {'max-body': 'many'}}", "mcp.downstream.max-body");
    }

    @Test
    void namesThatLookAlikeAreRefusedAtTheStart() {
        var two = "{'servers': {'github': {'command': 'x'}, '%s': {'command': 'y'}}}";
        for (var other : new String[] {"GitHub", "git-hub", "glthub"}) {
            if (other.equals("git-hub")) {
                assertThat(config(two.formatted(other)).servers()).hasSize(2);
            } else {
                assertMistake(two.formatted(other), "mcp.servers." + other);
                assertThatThrownBy(() -> config(two.formatted(other)))
                        .hasMessageContaining("'github'");
            }
        }
        assertMistake(
                "{'servers': {'a_b': {'command': 'x'}}, 'virtual': {'a-b': {'tools': 'a_b/*'}}}",
                "mcp.virtual.a-b");
    }

    @Test
    void namesThatToolsAreGivenAreCheckedAtTheStart() {
        var server = "{'servers': {'s': {'command': 'x', 'tools': {'rename': {%s}}}}}";
        assertMistake(server.formatted("'a': 'same', 'b': 'same'"), "mcp.servers.s.tools.b");
        assertMistake(server.formatted("'a': 'same', 'b': 'Same'"), "mcp.servers.s.tools.b");
        assertMistake(server.formatted("'a': 'with space'"), "mcp.servers.s.tools.a");
        assertMistake(server.formatted("'a': ''"), "mcp.servers.s.tools.a");
        assertMistake(server.formatted("'a': '" + "n".repeat(65) + "'"), "mcp.servers.s.tools.a");
        assertThat(config(server.formatted("'a': 'b', 'b': 'a'")).servers()).hasSize(1);
    }

    private static void assertMistake(String json, String path) {
        assertThatThrownBy(() -> config(json))
                .isInstanceOf(SettingsException.class)
                .hasMessageStartingWith(path);
    }

    private static McpConfig config(String json) {
        return McpConfig.from(Json.parse(json.replace('\'', '"')));
    }
}
