package dev.spangate.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
    @TempDir Path folder;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void withoutACommandItShowsTheUsageAndExitsWith64() {
        assertThat(run()).isEqualTo(64);
        assertThat(err()).contains("A command is missing").contains("run");
    }

    @Test
    void anUnknownCommandNamesTheNearest() {
        assertThat(run("conect")).isEqualTo(64);
        assertThat(err()).contains("connect");
    }

    @Test
    void versionAndHelpExitWithZero() {
        assertThat(run("--version")).isZero();
        assertThat(out()).containsPattern("spangate \\d+\\.\\d+");
        assertThat(run("run", "--help")).isZero();
        assertThat(out()).contains("--config").contains("Examples:");
    }

    @Test
    void aWrongConfigurationExitsWith64AndNamesThePath() throws IOException {
        var file = Files.writeString(folder.resolve("a.yaml"), "listen: {prot: 1}\n");

        assertThat(run("check", file.toString())).isEqualTo(64);
        assertThat(err()).contains("listen.prot").contains("port");
        assertThat(run("run", "--config", file.toString())).isEqualTo(64);
    }

    @Test
    void aMissingFileExitsWith64() {
        assertThat(run("run", "--config", folder.resolve("none.yaml").toString())).isEqualTo(64);
        assertThat(err()).contains("none.yaml: there is no such file");
    }

    @Test
    void aGoodConfigurationIsCalledValid() throws IOException {
        var file =
                Files.writeString(folder.resolve("a.yaml"), "mcp: {servers: {x: {command: y}}}\n");

        assertThat(run("check", file.toString())).isZero();
        assertThat(out()).contains("is valid: 1 MCP servers");
    }

    @Test
    void importPrintsYamlThatIsAValidConfiguration() throws IOException {
        var file =
                Files.writeString(
                        folder.resolve("mcp.json"),
                        """
                        { // comments happen
                          "servers": {"a": {"command": "x", "args": ["${env:HOME}"], "gallery": 1,}},
                        }
                        """);

        assertThat(run("import", file.toString())).isZero();

        assertThat(err()).contains("# a: `gallery` has no meaning here");
        var config = GatewayConfig.parse(out(), Map.of("HOME", "/h"));
        assertThat(config.mcp().servers()).containsOnlyKeys("a");
    }

    @Test
    void importReadsCodexToml() throws IOException {
        var file =
                Files.writeString(
                        folder.resolve("config.toml"),
                        """
                        model = "x"
                        [mcp_servers.docs]
                        command = "npx"
                        args = ["-y", "docs"]
                        startup_timeout_sec = 20
                        [mcp_servers.docs.env]
                        A = "b"
                        """);

        assertThat(run("import", file.toString())).isZero();

        assertThat(GatewayConfig.parse(out(), Map.of()).mcp().servers()).containsOnlyKeys("docs");
    }

    @Test
    void importSaysWhereAFileIsBrokenAndShowsNoneOfIt() throws IOException {
        var file = Files.writeString(folder.resolve("a.json"), "{\"k\": canary-value}");

        assertThat(run("import", file.toString())).isEqualTo(1);
        assertThat(err()).contains("line 1").doesNotContain("canary-value");

        Files.writeString(file, "{}");
        assertThat(run("import", file.toString())).isEqualTo(1);
        assertThat(err()).contains("holds no MCP servers");
    }

    @ParameterizedTest
    @ValueSource(strings = {"claude-code", "codex", "cursor", "vscode", "opencode", "openai"})
    void everyClientHasASnippetForModelsAndMcp(String client) {
        assertThat(run("connect", client, "--url", "http://gw.example:1/")).isZero();

        assertThat(out())
                .contains("http://gw.example:1/mcp")
                .containsPattern("http://gw\\.example:1/(v1|anthropic|openai)")
                .doesNotContain("SPANGATE_KEY")
                .doesNotContain("{url}")
                .doesNotContain("key|");
    }

    @ParameterizedTest
    @ValueSource(strings = {"claude-code", "codex", "cursor", "vscode", "opencode", "openai"})
    void aGatewayWithCallersAsksForTheirKey(String client) throws IOException {
        var file =
                Files.writeString(
                        folder.resolve("a.yaml"),
                        "listen: {port: 7}\ncallers: [{name: a, key: sgk_0123456789abcdef}]\n");

        assertThat(run("connect", client, "--config", file.toString())).isZero();

        assertThat(out())
                .contains("SPANGATE_KEY")
                .contains("http://127.0.0.1:7/")
                .doesNotContain("sgk_0123456789abcdef");
    }

    @Test
    void anUnknownClientNamesTheKnown() {
        assertThat(run("connect", "emacs")).isEqualTo(64);
        assertThat(err()).contains("emacs").contains("claude-code");
    }

    private int run(String... arguments) {
        return Main.run(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                arguments);
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
