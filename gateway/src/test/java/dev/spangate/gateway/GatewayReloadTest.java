package dev.spangate.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.testing.OtlpSink;
import dev.spangate.testing.Script;
import dev.spangate.testing.ScriptedUpstream;
import dev.spangate.testing.WireClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A changed file counts for what comes after it, without a restart.
class GatewayReloadTest {
    private static final String CHAT = "{\"model\": \"m\", \"messages\": []}";
    private static final String ANSWER =
            """
            {"id": "c", "object": "chat.completion", "model": "m", "choices": [{"index": 0,
             "finish_reason": "stop", "message": {"role": "assistant", "content": "%s"}}]}
            """;

    @TempDir Path folder;

    @Test
    void providersCallersAndServersAreTakenUpAndNewSecretsHidden() throws Exception {
        try (var one = ScriptedUpstream.start(request -> Script.json(ANSWER.formatted("one")));
                var two =
                        ScriptedUpstream.start(request ->
                                Script.json(ANSWER.formatted("two sgk_changed_key_12345")));
                var sink = OtlpSink.start()) {
            var file = folder.resolve("spangate.yaml");
            write(file, one.port(), "sgk_original_key_1", "first", sink);
            var gateway = Gateway.start(GatewayConfig.load(file));
            try {
                gateway.follow(file);
                assertThat(chat(gateway, "sgk_original_key_1").body()).contains("one");
                assertThat(chat(gateway, "sgk_changed_key_12345").status()).isEqualTo(401);

                write(file, two.port(), "sgk_changed_key_12345", "second", sink);
                awaitAnswer(gateway, "sgk_changed_key_12345");

                assertThat(chat(gateway, "sgk_changed_key_12345").body()).contains("two");
                assertThat(chat(gateway, "sgk_original_key_1").status()).isEqualTo(401);
                assertThat(servers(gateway)).contains("second").doesNotContain("first");
            } finally {
                gateway.close();
            }
            sink.awaitSpans(2, Duration.ofSeconds(20));
            assertThat(sink.saw("two ***")).isTrue();
            assertThat(sink.saw("sgk_changed_key_12345")).isFalse();
        }
    }

    private void write(Path file, int upstream, String key, String server, OtlpSink sink)
            throws IOException {
        Files.writeString(
                file,
                """
                listen: {port: 0, access-log: false}
                admin: {port: 0}
                llm: {providers: {openai: {type: openai, base-url: "http://127.0.0.1:%d/v1",
                                           api-key: provider-key-1}}}
                mcp: {servers: {%s: {url: "http://127.0.0.1:9/mcp"}}}
                callers: [{name: a, key: %s}]
                telemetry: {journal: {dir: "%s"}, otlp: [{endpoint: "%s"}]}
                """
                        .formatted(upstream, server, key, folder.resolve("journal"), sink.uri()));
    }

    private static WireClient.Answer chat(Gateway gateway, String key) throws IOException {
        try (var client = WireClient.connect(gateway.port())) {
            return client.request(
                            "POST",
                            "/openai/v1/chat/completions",
                            CHAT,
                            "Content-Type: application/json",
                            "x-spangate-key: " + key)
                    .readAnswer();
        }
    }

    private static String servers(Gateway gateway) throws IOException {
        try (var client = WireClient.connect(gateway.adminPort())) {
            return client.request("GET", "/api/mcp/servers", "").readAnswer().body();
        }
    }

    private static void awaitAnswer(Gateway gateway, String key) throws Exception {
        for (int i = 0; i < 300 && chat(gateway, key).status() != 200; i++) {
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }
}
