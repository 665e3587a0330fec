package dev.spangate.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.testing.Script;
import dev.spangate.testing.ScriptedUpstream;
import dev.spangate.testing.WireRequest;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/// The ways in which `spangate verify` can be asked: a tool of one's own, callers of every kind,
/// captures, a line that is added while the gateway runs.
class VerifyWaysTest extends VerifyScene {
    /// A tool of the user's at `/mcp`, executed once with the arguments that were given.
    @Test
    void aToolOfOnesOwnIsExecutedOnce() throws IOException {
        var server = track(ScriptedUpstream.start(VerifyWaysTest::toolServer));
        start("mcp: {servers: {files: {url: \"%s/mcp\", era: legacy}}}".formatted(server.uri()));

        assertThat(verify("--tool", "list_directory", "--arguments", "{\"path\": \".\"}"))
                .as(out())
                .isZero();

        assertThat(out()).contains("✓ tools/list", "list_directory at /mcp", "verified: trace");
        var calls =
                server.requests().stream()
                        .filter(one -> one.body().contains("tools/call"))
                        .toList();
        assertThat(calls).hasSize(1);
        var params = JsonMapper.shared().readTree(calls.getFirst().body()).path("params");
        assertThat(params.path("name").asString()).isEqualTo("list_directory");
        assertThat(params.path("arguments").toString()).isEqualTo("{\"path\":\".\"}");
    }

    /// A tool that reports an error is linked all the same.
    @Test
    void aToolThatFailsIsSaidAndTheChainIsChecked() throws IOException {
        var server =
                track(
                        ScriptedUpstream.start(request ->
                                request.body().contains("tools/call")
                                        ? reply(
                                                request,
                                                "{\"isError\":true,\"content\":[{\"type\":\"text\",\"text\":\"no such folder: nowhere\"}]}")
                                        : toolServer(request)));
        start("mcp: {servers: {files: {url: \"%s/mcp\", era: legacy}}}".formatted(server.uri()));

        assertThat(verify("--tool", "list_directory")).as(out()).isZero();

        assertThat(out()).contains("✓ tool is executed", "reports an error");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[1]", "no json", "\"text\""})
    void argumentsMustBeAnObject(String arguments) throws IOException {
        start("");

        assertThat(verify("--tool", "x", "--arguments", arguments)).isEqualTo(64);

        assertThat(err()).contains("--arguments").contains("JSON object");
    }

    /// Whatever a caller's traces do with a context: verify sends none.
    @ParameterizedTest
    @ValueSource(strings = {"join", "parent", "link", "ignore"})
    void everyTraceModeIsVerified(String mode) throws IOException {
        start("callers: [{name: a, key: sgk_verify_key_123456, trace: %s}]".formatted(mode));

        assertThat(verify()).as(out()).isZero();
    }

    /// Without session and content there is still a chain, found by its agent's name.
    @ParameterizedTest
    @CsvSource({"metadata", "none"})
    void aNarrowCaptureIsVerifiedWithoutContent(String capture) throws IOException {
        start("", "capture: " + capture);

        assertThat(verify()).as(out()).isZero();

        assertThat(out()).contains("no content (capture)");
    }

    /// The line may be added while the gateway runs, and be taken out again.
    @Test
    void theLineCountsWithoutARestart() throws Exception {
        start("");
        var with = Files.readString(file);
        Files.writeString(file, with.replaceFirst("(?m)^verify:.*$", "verify: http://127.0.0.1:1"));
        gateway.follow(file);
        Files.writeString(file, with + "\n# again\n");
        awaitServers(true);

        assertThat(verify()).as(out()).isZero();

        Files.writeString(file, with.replaceFirst("(?m)^verify:.*$", ""));
        awaitServers(false);
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://127.0.0.1:9099", "127.0.0.1:9099", "http://127.0.0.1", "on"})
    void theLineMustNameAPlainAddress(String text) {
        assertThat(message("verify: \"" + text + "\"")).contains("http://127.0.0.1:9099");
    }

    @ParameterizedTest
    @CsvSource({
        "'llm: {providers: {spangate-verify: {base-url: \"http://x/v1\"}}}', llm.providers.spangate-verify",
        "'mcp: {servers: {spangate-verify: {command: x}}}', mcp.servers.spangate-verify",
    })
    void itsNameIsReserved(String yaml, String path) {
        assertThat(message("verify: http://127.0.0.1:9099\n" + yaml)).contains(path);
    }

    /// Two at once: the second says that the address is taken.
    @Test
    void anotherVerifyAtTheSameTimeIsToldSo() throws Exception {
        start("");
        var peer = GatewayConfig.load(file).verify().orElseThrow();
        try (var _ = VerifyPeer.start(peer, JsonMapper.shared().createObjectNode())) {
            assertThat(verify()).isEqualTo(1);
            assertThat(err()).contains("cannot listen at " + peer).contains("another verify");
        }
    }

    @Test
    void helpShowsExamples() {
        assertThat(Main.run(print(out), print(err), "verify", "--help")).isZero();
        assertThat(out()).contains("verify: http://127.0.0.1:9099", "--model", "Exit codes");
        assertThat(Main.run(print(out), print(err), "doctor", "--help")).isZero();
        assertThat(out()).contains("Sends no content");
    }

    private void awaitServers(boolean there) throws Exception {
        long end = System.nanoTime() + 20_000_000_000L;
        while (System.nanoTime() < end) {
            var list = servers();
            if (list.contains("spangate-verify") == there) {
                return;
            }
            Thread.onSpinWait();
        }
        throw new AssertionError("the line was not taken up: " + servers());
    }

    private String servers() throws Exception {
        try (var client = dev.spangate.testing.WireClient.connect(gateway.adminPort())) {
            return client.request("GET", "/api/mcp/servers", "").readAnswer().body();
        }
    }

    private static String message(String yaml) {
        try {
            GatewayConfig.parse(yaml, java.util.Map.of());
            return "";
        } catch (ConfigException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static Script toolServer(WireRequest request) {
        var body = JsonMapper.shared().readTree(request.body().isEmpty() ? "{}" : request.body());
        if (!body.has("id")) {
            return Script.answer(202, "text/plain", "");
        }
        return reply(
                request,
                switch (body.path("method").asString("")) {
                    case "initialize" ->
                            "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{\"tools\":{}},\"serverInfo\":{\"name\":\"files\",\"version\":\"1\"}}";
                    case "tools/list" ->
                            "{\"tools\":[{\"name\":\"list_directory\",\"inputSchema\":{\"type\":\"object\"}}]}";
                    default ->
                            "{\"content\":[{\"type\":\"text\",\"text\":\"README.md, pom.xml and two folders\"}]}";
                });
    }

    private static Script reply(WireRequest request, String result) {
        var id = JsonMapper.shared().readTree(request.body()).get("id");
        return Script.json("{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":%s}".formatted(id, result));
    }
}
