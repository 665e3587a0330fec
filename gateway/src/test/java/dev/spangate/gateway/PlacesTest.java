package dev.spangate.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spangate.testing.Script;
import dev.spangate.testing.ScriptedUpstream;
import dev.spangate.testing.WireClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The places that doctor looks at, one by one, and what verify plays.
class PlacesTest {
    private static final JsonMapper JSON = JsonMapper.shared();

    @TempDir Path folder;

    @Test
    void aJournalsFolderNeedNotBeThereYet() throws IOException {
        var finding = journal("dir: \"" + folder.resolve("a/b/c") + "\"");

        assertThat(finding.isBad()).isFalse();
        assertThat(finding.detail()).contains(folder.resolve("a/b/c").toString(), "writable");
        try (var files = Files.list(folder)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void lessRoomThanTheCapIsSaidAndIsNoFault() {
        var finding = journal("dir: \"" + folder + "\", max-bytes: 100000GB");

        assertThat(finding.isBad()).isFalse();
        assertThat(finding.detail()).contains("less than max-bytes");
    }

    @Test
    void lessRoomThanTwoSegmentsIsAFault() {
        var shm = Path.of("/dev/shm");
        assumeTrue(Files.isWritable(shm), "no /dev/shm");
        assumeTrue(
                shm.toFile().getUsableSpace() < 2L << 30, "/dev/shm is larger than two segments");

        var finding =
                journal("dir: \"/dev/shm/spangate-doctor\", segment-bytes: 1GB, max-bytes: 4GB");

        assertThat(finding.isBad()).isTrue();
        assertThat(finding.detail()).contains("only").contains("free");
    }

    @Test
    void aFileInPlaceOfAFolderIsAFault() throws IOException {
        var file = Files.writeString(folder.resolve("file"), "");

        assertThat(journal("dir: \"" + file.resolve("journal") + "\"").isBad()).isTrue();
        assertThat(Files.readString(file)).isEmpty();
    }

    @Test
    void anyPortIsAlwaysFree() {
        assertThat(PortCheck.of("listen", "127.0.0.1", 0, "/").detail()).contains("any free port");
    }

    /// A port that is taken: by another program, or by a gateway.
    @Test
    void aPortSaysWhoseItIs() throws IOException {
        try (var other = ScriptedUpstream.start(_ -> Script.json("{}"))) {
            var finding = PortCheck.of("listen", "127.0.0.1", other.port(), "/");
            assertThat(finding.isBad()).isTrue();
            assertThat(finding.fix()).startsWith("listen.port");
        }
        var gateway =
                Gateway.start(
                        GatewayConfig.parse(
                                "listen: {port: 0, access-log: false}\nadmin: {port: 0}\ntelemetry: {journal: {dir: \"%s\"}}"
                                        .formatted(folder.resolve("journal")),
                                Map.of()));
        try {
            assertThat(PortCheck.of("listen", "127.0.0.1", gateway.port(), "/").detail())
                    .contains("a gateway runs there");
            assertThat(
                            PortCheck.of("admin", "127.0.0.1", gateway.adminPort(), "/health/live")
                                    .detail())
                    .contains("a gateway runs there");
        } finally {
            gateway.close();
        }
    }

    /// What Langfuse's health says, and what follows.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "200 | {\"status\": \"OK\", \"version\": \"4.16.0\"} | GOOD | 4.16.0",
                "200 | {\"status\": \"OK\", \"version\": \"10.0.1\"} | GOOD | 10.0.1",
                "200 | {\"status\": \"OK\", \"version\": \"3.112.0\"} | BAD | 3.112.0",
                "200 | <html>sign in</html> | OPEN | no version",
                "404 | {} | OPEN | 404",
                "503 | {\"version\": \"none\"} | OPEN | 503",
            })
    void langfusesVersionIsRead(int status, String body, Finding.Verdict verdict, String said) {
        try (var server =
                ScriptedUpstream.start(_ -> Script.answer(status, "application/json", body))) {
            var health = LangfuseHealth.of(server.uri());

            assertThat(health.finding().verdict()).isEqualTo(verdict);
            assertThat(health.finding().detail()).contains(said);
            assertThat(server.requests().getFirst().target()).isEqualTo("/api/public/health");
            assertThat(server.requests().getFirst().header("authorization")).isEmpty();
        }
    }

    /// A model that asks once and then is done; a server with one tool.
    @Test
    void whatVerifyPlaysAsksForTheToolOnce() throws IOException {
        var wish = JSON.createObjectNode().put("marker", "m-1");
        try (var peer = VerifyPeer.start(URI.create("http://127.0.0.1:0"), wish)) {
            var first =
                    post(
                            peer,
                            "/v1/chat/completions",
                            "{\"model\":\"check\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"tools\":[{\"function\":{\"name\":\"their__tool\"}}]}");
            var call = first.at("/choices/0/message/tool_calls/0");
            assertThat(call.at("/function/name").asString()).isEqualTo("their__tool");
            assertThat(call.at("/function/arguments").asString()).isEqualTo("{\"marker\":\"m-1\"}");
            assertThat(call.path("id").asString()).matches("call_[0-9a-f]{24}");
            assertThat(first.at("/usage/total_tokens").asInt()).isEqualTo(52);

            var second =
                    post(
                            peer,
                            "/v1/chat/completions",
                            "{\"messages\":[{\"role\":\"tool\",\"content\":\"r\"}]}");
            assertThat(second.at("/choices/0/finish_reason").asString()).isEqualTo("stop");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "initialize, /result/serverInfo/name, spangate-verify",
        "tools/list, /result/tools/0/name, check",
        "tools/call, /result/content/0/type, text",
        "resources/list, /error/code, -32601",
    })
    void whatVerifyPlaysSpeaksMcp(String method, String pointer, String value) throws IOException {
        try (var peer =
                VerifyPeer.start(URI.create("http://127.0.0.1:0"), JSON.createObjectNode())) {
            var answer =
                    post(
                            peer,
                            "/mcp",
                            "{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"method\":\"%s\",\"params\":{}}"
                                    .formatted(method));

            assertThat(answer.path("id").asString()).isEqualTo("a");
            assertThat(answer.at(pointer).asString()).isEqualTo(value);
        }
    }

    @Test
    void anAddressOfAnotherMachineCannotBePlayed() {
        assertThatThrownBy(() ->
                        VerifyPeer.start(
                                URI.create("http://192.0.2.1:9099"), JSON.createObjectNode()))
                .isInstanceOf(CommandException.class)
                .hasMessageContaining("another machine's address");
    }

    private Finding journal(String settings) {
        return JournalCheck.of(
                GatewayConfig.parse("telemetry: {journal: {" + settings + "}}", Map.of())
                        .telemetry()
                        .journal());
    }

    private static JsonNode post(VerifyPeer peer, String path, String body) throws IOException {
        try (var client = WireClient.connect(peer.port())) {
            var answer =
                    client.request("POST", path, body, "Content-Type: application/json")
                            .readAnswer();
            return JSON.readTree(answer.body());
        }
    }
}
