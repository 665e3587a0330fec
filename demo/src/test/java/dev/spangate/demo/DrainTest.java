package dev.spangate.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.testing.WireClient;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// SIGTERM: no new work, what runs may finish, everything is sent, exit code 0.
@Tag("e2e")
class DrainTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String BODY =
            """
            {"model":"gpt-4.1-mini","stream":true,"messages":[{"role":"user","content":"long story"}]}\
            """;

    private final Rendezvous model = new Rendezvous();

    @Test
    void aRunningAnswerIsFinishedAndSentBeforeTheProcessEnds() throws Exception {
        try (var assembly = Assembly.of(this::script, List.of())) {
            var gateway = assembly.startProcess(Map.of());
            try (var client = WireClient.connect(gateway.port())) {
                client.request(
                        "POST",
                        "/openai/v1/chat/completions",
                        BODY,
                        "Content-Type: application/json");
                var held = model.next();
                gateway.terminate();
                awaitUnready(gateway);
                held.letGo("");

                assertThat(client.readAnswer().body())
                        .contains("once upon")
                        .endsWith("data: [DONE]\n\n");
            }

            assertThat(gateway.exitCode()).as(gateway.log()).isZero();
            assertThat(assembly.sink.awaitSpans(1, PATIENCE))
                    .singleElement()
                    .satisfies(span -> assertThat(span.name()).isEqualTo("chat gpt-4.1-mini"));
        }
    }

    @Test
    void anIdleGatewayEndsAtOnceWithCodeZero() throws Exception {
        try (var assembly = Assembly.of(this::script, List.of())) {
            var gateway = assembly.startProcess(Map.of());
            gateway.terminate();

            assertThat(gateway.exitCode()).as(gateway.log()).isZero();
        }
    }

    private Reply script(Conversation conversation) {
        model.arrive();
        return Reply.text("once upon a time. the end");
    }

    /// Ready says no, or nobody takes connections any more.
    private static void awaitUnready(GatewayProcess gateway) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            try (var admin = WireClient.connect(gateway.adminPort())) {
                if (admin.request("GET", "/health/ready", "").readAnswer().status() == 503) {
                    return;
                }
            } catch (IOException gone) {
                return;
            }
            Thread.sleep(10);
        }
        throw new AssertionError("still ready after SIGTERM");
    }
}
