package dev.spangate.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.testing.OtlpSink;
import dev.spangate.testing.Script;
import dev.spangate.testing.ScriptedUpstream;
import dev.spangate.testing.WireClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/// The commands that ask a running gateway.
class OperatorCommandsTest {
    private static final String ANSWER =
            """
            {"id": "c", "object": "chat.completion", "model": "m", "usage": {"prompt_tokens": 7,
             "completion_tokens": 2, "total_tokens": 9}, "choices": [{"index": 0,
             "finish_reason": "stop", "message": {"role": "assistant", "content": "hello"}}]}
            """;

    @TempDir Path folder;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private ScriptedUpstream model;
    private OtlpSink sink;
    private Gateway gateway;

    @BeforeEach
    void start() {
        model = ScriptedUpstream.start(request -> Script.json(ANSWER));
        sink = OtlpSink.start();
        gateway =
                Gateway.start(
                        GatewayConfig.parse(
                                """
                                listen: {port: 0, access-log: false}
                                admin: {port: 0, token: operator-token-1}
                                llm: {providers: {openai: {type: openai, base-url: "%s/v1", api-key: provider-key}}}
                                telemetry: {journal: {dir: "%s"}, otlp: [{endpoint: "%s"}]}
                                """
                                        .formatted(model.uri(), folder, sink.uri()),
                                Map.of()));
    }

    @AfterEach
    void stop() {
        gateway.close();
        sink.close();
        model.close();
    }

    @Test
    void chainsShowsWhatRan() throws IOException {
        chat();
        sink.awaitSpans(1, Duration.ofSeconds(20));

        assertThat(run("chains")).isZero();

        assertThat(out()).contains("trace ").contains("chat m").contains("7 → 2 tokens");
    }

    @Test
    void chainsAsJsonIsOneDocument() throws IOException {
        chat();
        sink.awaitSpans(1, Duration.ofSeconds(20));

        assertThat(run("chains", "--json")).isZero();

        assertThat(JsonMapper.shared().readTree(out()).at("/traces/0/spans/0/type").asString())
                .isEqualTo("generation");
    }

    @Test
    void chainsWithoutRunsSaysHowToGetSome() {
        assertThat(run("chains")).isZero();
        assertThat(out()).contains("No runs yet").contains("connect");
    }

    @Test
    void journalShowsDestinationsAndWhatTheyTook() throws IOException {
        chat();
        sink.awaitSpans(1, Duration.ofSeconds(20));

        assertThat(run("journal")).isZero();

        assertThat(out()).contains(folder.toString()).contains("otlp");
    }

    @Test
    void aWrongTokenSaysWhichOneIsWanted() {
        assertThat(plain("chains", "--admin", admin(), "--token", "wrong")).isEqualTo(1);
        assertThat(err()).contains("SPANGATE_ADMIN_TOKEN");
    }

    @Test
    void aPortWithoutAGatewaySaysHowToStartOne() throws IOException {
        int free;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        assertThat(plain("journal", "--admin", "http://127.0.0.1:" + free)).isEqualTo(1);
        assertThat(err()).contains("./spangate run").contains("--admin");
    }

    private void chat() throws IOException {
        try (var client = WireClient.connect(gateway.port())) {
            var answer =
                    client.request(
                                    "POST",
                                    "/v1/chat/completions",
                                    "{\"model\": \"m\", \"messages\": [{\"role\": \"user\", \"content\": \"hi\"}]}",
                                    "Content-Type: application/json")
                            .readAnswer();
            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        }
    }

    private String admin() {
        return "http://127.0.0.1:" + gateway.adminPort();
    }

    private int run(String command, String... options) {
        var all = new java.util.ArrayList<String>();
        all.add(command);
        all.addAll(java.util.List.of("--admin", admin() + "/", "--token", "operator-token-1"));
        all.addAll(java.util.List.of(options));
        return plain(all.toArray(String[]::new));
    }

    private int plain(String... arguments) {
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
