package dev.spangate.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.mcp.McpConfig;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

class ImportedServersTest {
    @Test
    void claudeAndCursorServersKeepCommandAndUrl() {
        var imported =
                read(
                        """
                        {"mcpServers": {
                          "files": {"command": "npx", "args": ["-y", "server", "."],
                                    "env": {"K": "v"}, "autoApprove": ["x"]},
                          "web": {"type": "http", "url": "https://a.example/mcp",
                                  "headers": {"Authorization": "Bearer ${TOKEN}"}},
                          "old": {"type": "sse", "url": "https://b.example/sse"}}}
                        """);

        assertThat(imported.servers()).containsOnlyKeys("files", "web", "old");
        assertThat(imported.servers().get("files").toString())
                .isEqualTo(
                        "{\"command\":\"npx\",\"args\":[\"-y\",\"server\",\".\"],\"env\":{\"K\":\"v\"}}");
        assertThat(imported.servers().get("old").path("type").asString()).isEqualTo("sse");
        assertThat(imported.remarks()).singleElement().asString().contains("files", "autoApprove");
        assertValid(imported);
    }

    @Test
    void vsCodePlaceholdersBecomeVariables() {
        var imported =
                read(
                        """
                        {"servers": {"gh": {"type": "stdio", "command": "gh-mcp",
                          "args": ["${workspaceFolder}/x"],
                          "env": {"A": "${env:HOME}", "T": "${input:github-token}"}}},
                         "inputs": []}
                        """);

        var server = imported.servers().get("gh");
        assertThat(server.at("/env/A").asString()).isEqualTo("${HOME}");
        assertThat(server.at("/env/T").asString()).isEqualTo("${GITHUB_TOKEN}");
        assertThat(server.at("/args/0").asString()).isEqualTo("./x");
        assertThat(imported.remarks()).hasSize(2);
        assertValid(imported);
    }

    @Test
    void codexTablesKeepTheirBearerVariable() {
        var imported =
                read(
                        """
                        {"mcp_servers": {"docs": {"url": "https://a.example/mcp",
                          "bearer_token_env_var": "DOCS_TOKEN", "http_headers": {"X-A": "b"}}}}
                        """);

        assertThat(imported.servers().get("docs").at("/headers/Authorization").asString())
                .isEqualTo("Bearer ${DOCS_TOKEN}");
        assertThat(imported.servers().get("docs").at("/headers/X-A").asString()).isEqualTo("b");
        assertValid(imported);
    }

    @Test
    void openCodeCommandsAreLists() {
        var imported =
                read(
                        """
                        {"mcp": {"local": {"type": "local", "command": ["bun", "x", "y"],
                                           "environment": {"A": "b"}, "enabled": true},
                                 "off": {"type": "remote", "url": "https://a", "enabled": false}}}
                        """);

        assertThat(imported.servers().get("local").toString())
                .isEqualTo("{\"command\":\"bun\",\"args\":[\"x\",\"y\"],\"env\":{\"A\":\"b\"}}");
        assertThat(imported.remarks()).containsExactly("off: is disabled there and was left out");
        assertValid(imported);
    }

    @Test
    void geminiToolChoicesBecomeGlobs() {
        var imported =
                read(
                        """
                        {"mcpServers": {"g": {"httpUrl": "https://a.example/mcp",
                          "includeTools": ["a", "b"], "excludeTools": ["c"]}}}
                        """);

        assertThat(imported.servers().get("g").at("/tools/allow").size()).isEqualTo(2);
        assertThat(imported.servers().get("g").at("/tools/deny/0").asString()).isEqualTo("c");
        assertValid(imported);
    }

    @Test
    void serversOfClaudeCodesProjectsAreFoundToo() {
        var imported =
                read("{\"projects\": {\"/p\": {\"mcpServers\": {\"a b\": {\"command\": \"x\"}}}}}");

        assertThat(imported.servers()).containsOnlyKeys("a-b");
    }

    @Test
    void whatIsNoServerIsLeftOutAndSaid() {
        var imported = read("{\"mcpServers\": {\"a\": {\"note\": \"x\"}, \"b\": 7}}");

        assertThat(imported.servers()).isEmpty();
        assertThat(imported.remarks())
                .containsExactly("a: has neither a command nor a URL and was left out");
    }

    private static ImportedServers read(String json) {
        return ImportedServers.read(tree(json));
    }

    private static JsonNode tree(String json) {
        return JsonMapper.shared().readTree(json);
    }

    private static void assertValid(ImportedServers imported) {
        var mcp = JsonNodeFactory.instance.objectNode();
        var servers = mcp.putObject("servers");
        imported.servers().forEach(servers::set);
        assertThat(McpConfig.from(mcp).servers()).hasSameSizeAs(imported.servers());
    }
}
