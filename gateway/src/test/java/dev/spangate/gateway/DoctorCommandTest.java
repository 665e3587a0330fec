package dev.spangate.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.spangate.testing.FakeLangfuse;
import dev.spangate.testing.OtlpSink;
import dev.spangate.testing.Script;
import dev.spangate.testing.ScriptedUpstream;
import dev.spangate.testing.SinkFault;
import dev.spangate.testing.WireRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/// `spangate doctor` against real sockets, good and bad.
class DoctorCommandTest {
    private static final String MODELS = "{\"data\": [{\"id\": \"a\"}, {\"id\": \"b\"}]}";

    @TempDir Path folder;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final FakeLangfuse langfuse = FakeLangfuse.start();
    private final List<AutoCloseable> open = new ArrayList<>(List.of(langfuse));

    @AfterEach
    void stop() throws Exception {
        for (var one : open.reversed()) {
            one.close();
        }
    }

    @Test
    void everythingInOrderIsExitCodeZero() throws IOException {
        var provider = track(ScriptedUpstream.start(_ -> Script.json(MODELS)));
        var peer =
                track(
                        VerifyPeer.start(
                                URI.create("http://127.0.0.1:0"),
                                JsonNodeFactory.instance.objectNode()));
        var sink = track(OtlpSink.start());

        assertThat(
                        doctor(
                                """
                                llm: {providers: {mine: {type: openai-compatible, base-url: "%s/v1", api-key: key-of-mine-1}}}
                                mcp: {servers: {tools: {url: "http://127.0.0.1:%d/mcp"}}}
                                telemetry:
                                  %s
                                  otlp: [{name: collector, endpoint: "%s"}]
                                """
                                        .formatted(
                                                provider.uri(),
                                                peer.port(),
                                                langfuseLine(FakeLangfuse.SECRET_KEY),
                                                sink.uri())))
                .as(out())
                .isZero();

        assertThat(out())
                .contains("✓ configuration", "✓ listen", "✓ admin")
                .contains("✓ provider mine", "2 models")
                .contains("✓ MCP server tools", "spangate-verify, 2025-11-25, 1 tools")
                .contains("✓ destination langfuse", "✓ destination collector")
                .contains("✓ Langfuse's version", "4.16.0")
                .contains("✓ journal", "✓ clock", "nothing is wrong");
    }

    /// It looks, it sends nothing that anybody said, and leaves nothing behind.
    @Test
    void noContentLeavesAndNothingStays() throws IOException {
        var provider = track(ScriptedUpstream.start(_ -> Script.json(MODELS)));
        var sink = track(OtlpSink.start());
        var journal = folder.resolve("new/journal");

        doctor(
                """
                llm: {providers: {mine: {type: openai-compatible, base-url: "%s/v1", api-key: key-of-mine-1}}}
                telemetry: {otlp: [{endpoint: "%s"}], journal: {dir: "%s"}}
                """
                        .formatted(provider.uri(), sink.uri(), journal));

        assertThat(provider.requests()).hasSize(1);
        assertThat(provider.requests().getFirst().method()).isEqualTo("GET");
        assertThat(provider.requests().getFirst().body()).isEmpty();
        assertThat(sink.requests()).hasSize(1);
        assertThat(sink.requests().getFirst().spans()).isZero();
        assertThat(journal).doesNotExist();
        assertThat(folder.toFile().list()).containsExactly("doctor.yaml");
    }

    /// What a provider answers, and what is said of it.
    @ParameterizedTest
    @CsvSource({
        "401, '✗ provider mine', llm.providers.mine.api-key, 1",
        "403, '✗ provider mine', llm.providers.mine.api-key, 1",
        "500, '✗ provider mine', status page, 1",
        "404, '– provider mine', key is not checked, 0",
        "429, '✓ provider mine', limit, 0",
    })
    void aProvidersAnswerIsRead(int status, String line, String said, int code) throws IOException {
        var provider =
                track(
                        ScriptedUpstream.start(
                                _ -> Script.answer(status, "application/json", "{\"error\": {}}")));

        assertThat(
                        doctor(
                                "llm: {providers: {mine: {type: openai-compatible, base-url: \"%s/v1\", api-key: key-of-mine-1}}}\n"
                                                .formatted(provider.uri())
                                        + "telemetry: {"
                                        + langfuseLine(FakeLangfuse.SECRET_KEY)
                                        + "}"))
                .as(out())
                .isEqualTo(code);

        assertThat(out()).contains(line).contains(said).doesNotContain("key-of-mine-1");
    }

    @Test
    void aProviderWithoutKeyIsForItsClients() throws IOException {
        var provider =
                track(ScriptedUpstream.start(_ -> Script.answer(401, "application/json", "{}")));

        assertThat(
                        doctor(
                                "llm: {providers: {mine: {type: openai-compatible, base-url: \"%s/v1\"}}}\n"
                                                .formatted(provider.uri())
                                        + "telemetry: {"
                                        + langfuseLine(FakeLangfuse.SECRET_KEY)
                                        + "}"))
                .as(out())
                .isZero();

        assertThat(out()).contains("– provider mine", "clients bring theirs");
    }

    @Test
    void whatIsNotThereIsNamedWithItsSetting() throws IOException {
        var gone = ScriptedUpstream.start(_ -> Script.json("{}"));
        var dead = gone.uri();
        gone.close();

        assertThat(
                        doctor(
                                """
                                llm: {providers: {mine: {type: openai-compatible, base-url: "%s/v1"}}}
                                mcp: {servers: {tools: {url: "%s/mcp"}, shell: {command: no-such-program-anywhere}}}
                                telemetry: {otlp: [{name: collector, endpoint: "%s"}]}
                                """
                                        .formatted(dead, dead, dead)))
                .isEqualTo(1);

        assertThat(out())
                .contains("✗ provider mine", "llm.providers.mine.base-url")
                .contains("✗ MCP server tools", "mcp.servers.tools.url")
                .contains("✗ MCP server shell", "mcp.servers.shell.command")
                .contains("✗ destination collector", "telemetry.otlp (name: collector)")
                .contains("4 of ");
    }

    @Test
    void aWrongKeyPairIsNamed() throws IOException {
        assertThat(doctor("telemetry: {" + langfuseLine("sk-lf-of-another-project") + "}"))
                .isEqualTo(1);

        assertThat(out())
                .contains("✗ destination langfuse", "401", "key pair")
                .contains("public-key, secret-key")
                .doesNotContain("sk-lf-of-another-project");
    }

    @ParameterizedTest
    @CsvSource({"404, wrong path", "500, 500 from", "403, may not ingest"})
    void aDestinationThatRefusesIsNamed(int status, String said) throws IOException {
        var sink = track(OtlpSink.start());
        sink.fail(SinkFault.status(status));

        assertThat(doctor("telemetry: {otlp: [{name: c, endpoint: \"%s\"}]}".formatted(sink.uri())))
                .isEqualTo(1);

        assertThat(out()).contains("✗ destination c", said);
    }

    @Test
    void aLoginPageIsNoDestination() throws IOException {
        var sink = track(OtlpSink.start());
        sink.fail(SinkFault.html());

        assertThat(doctor("telemetry: {otlp: [{name: c, endpoint: \"%s\"}]}".formatted(sink.uri())))
                .isEqualTo(1);

        assertThat(out()).contains("answers HTML");
    }

    @Test
    void noDestinationAtAllIsWrong() throws IOException {
        assertThat(doctor("telemetry: {}")).isEqualTo(1);
        assertThat(out()).contains("✗ destinations", "telemetry.langfuse or telemetry.otlp");
    }

    @ParameterizedTest
    @CsvSource({"-3600, ahead of 127.0.0.1", "3600, behind 127.0.0.1"})
    void aClockThatIsOffIsWrong(int seconds, String said) throws IOException {
        var date =
                ZonedDateTime.now(ZoneOffset.UTC)
                        .plusSeconds(seconds)
                        .format(DateTimeFormatter.RFC_1123_DATE_TIME);
        var provider =
                track(
                        ScriptedUpstream.start(_ ->
                                Script.script()
                                        .send(
                                                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nDate: %s\r\nContent-Length: %d\r\n\r\n%s"
                                                        .formatted(
                                                                date, MODELS.length(), MODELS))));

        assertThat(
                        doctor(
                                "llm: {providers: {mine: {type: openai-compatible, base-url: \"%s/v1\"}}}\n"
                                                .formatted(provider.uri())
                                        + "telemetry: {"
                                        + langfuseLine(FakeLangfuse.SECRET_KEY)
                                        + "}"))
                .isEqualTo(1);

        assertThat(out()).contains("✗ clock", said, "NTP");
    }

    @Test
    void aPortOfSomebodyElseIsWrong() throws IOException {
        var other = track(ScriptedUpstream.start(_ -> Script.json("{}")));

        assertThat(
                        doctor(
                                "telemetry: {%s}".formatted(langfuseLine(FakeLangfuse.SECRET_KEY)),
                                "listen: {port: %d}\nadmin: {port: 0}\n".formatted(other.port())))
                .isEqualTo(1);

        assertThat(out()).contains("✗ listen", "another program's", "listen.port");
    }

    @Test
    void aJournalThatCannotBeWrittenIsWrong() throws IOException {
        var file = Files.writeString(folder.resolve("a-file"), "");
        assertThat(
                        doctor(
                                "telemetry: {journal: {dir: \"%s\"}, %s}"
                                        .formatted(
                                                file.resolve("journal"),
                                                langfuseLine(FakeLangfuse.SECRET_KEY))))
                .isEqualTo(1);

        assertThat(out()).contains("✗ journal", "telemetry.journal.dir");
    }

    @Test
    void aFolderOfSomebodyElseIsWrong() throws IOException {
        var closed = Files.createDirectory(folder.resolve("closed"));
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("r-x------"));
        assumeFalse(Files.isWritable(closed), "this user may write everywhere (root)");

        var finding =
                JournalCheck.of(
                        GatewayConfig.parse(
                                        "telemetry: {journal: {dir: \"%s\"}}"
                                                .formatted(closed.resolve("journal")),
                                        java.util.Map.of())
                                .telemetry()
                                .journal());

        assertThat(finding.isBad()).isTrue();
    }

    @Test
    void aDocumentSaysTheSame() throws IOException {
        assertThat(doctor("telemetry: {}", "listen: {port: 0}\nadmin: {port: 0}\n", "--json"))
                .isEqualTo(1);

        var document = JsonMapper.shared().readTree(out());
        assertThat(document.path("good").asBoolean()).isFalse();
        assertThat(document.at("/findings/0/subject").asString()).isEqualTo("configuration");
    }

    @Test
    void aWrongConfigurationIsExitCode64() throws IOException {
        assertThat(doctor("telemetry: {langfuze: {}}")).isEqualTo(64);
        assertThat(err()).contains("telemetry.langfuze").contains("langfuse");
    }

    /// The key goes where the provider wants it.
    @ParameterizedTest
    @CsvSource({
        "openai-compatible, authorization, Bearer key-of-mine-1, /v1/models",
        "anthropic, x-api-key, key-of-mine-1, /v1/models",
    })
    void eachProviderIsAskedItsOwnWay(String type, String header, String value, String path)
            throws IOException {
        var provider = track(ScriptedUpstream.start(_ -> Script.json(MODELS)));

        doctor(
                "llm: {providers: {mine: {type: %s, base-url: \"%s/v1\", api-key: key-of-mine-1}}}"
                        .formatted(type, provider.uri()));

        WireRequest asked = provider.requests().getFirst();
        assertThat(asked.target()).isEqualTo(path);
        assertThat(asked.header(header)).isEqualTo(value);
    }

    private String langfuseLine(String secret) {
        return "langfuse: {host: \"%s\", public-key: %s, secret-key: %s}"
                .formatted(langfuse.uri(), FakeLangfuse.PUBLIC_KEY, secret);
    }

    private <T extends AutoCloseable> T track(T one) {
        open.add(one);
        return one;
    }

    private int doctor(String yaml) throws IOException {
        return doctor(yaml, "listen: {port: 0}\nadmin: {port: 0}\n");
    }

    private int doctor(String yaml, String ports, String... options) throws IOException {
        var text = ports + yaml;
        if (!text.contains("journal:")) {
            text =
                    text.replace(
                            "telemetry: {",
                            "telemetry: {journal: {dir: \"" + folder.resolve("j") + "\"}, ");
        }
        var file = Files.writeString(folder.resolve("doctor.yaml"), text);
        var all = new ArrayList<>(List.of("doctor", "--config", file.toString()));
        all.addAll(List.of(options));
        return Main.run(print(out), print(err), all.toArray(String[]::new));
    }

    private static PrintStream print(ByteArrayOutputStream to) {
        return new PrintStream(to, true, StandardCharsets.UTF_8);
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
