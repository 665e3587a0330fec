package dev.spangate.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spangate.testing.WireClient;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class ListenerTest {
    private final ByteArrayOutputStream logged = new ByteArrayOutputStream();
    private final CountDownLatch streaming = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);
    private WebServer server;

    @BeforeEach
    void start() {
        var routing =
                HttpRouting.builder()
                        .addFilter(AccessLog.of("traffic", logged))
                        .post("/echo", ListenerTest::echo)
                        .get("/stream", this::stream)
                        .get("/bug", ListenerTest::bug);
        LastResort.addTo(routing);
        var listen =
                GatewayConfig.parse("listen: {port: 0, max-body: 1000, grace: 60s}", Map.of())
                        .listen();
        server = Listener.traffic(listen, routing);
    }

    @AfterEach
    void stop() {
        goOn.countDown();
        server.stop();
    }

    @Test
    void aBodyOverTheLimitIsAnsweredWith413WithOrWithoutALength() throws IOException {
        try (var client = WireClient.connect(server.port())) {
            var answer = client.request("POST", "/echo", "x".repeat(1001)).readAnswer();

            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.body()).contains("listen.max-body");
        }
        try (var client = WireClient.connect(server.port())) {
            client.send(
                    "POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
            client.send("3e9\r\n" + "x".repeat(1001) + "\r\n0\r\n\r\n");

            assertThat(client.readHead().status()).isEqualTo(413);
        }
        try (var client = WireClient.connect(server.port())) {
            var answer = client.request("POST", "/echo", "x".repeat(1000)).readAnswer();

            assertThat(answer.body()).hasSize(1000);
        }
    }

    @Test
    void aBugIsA500ThatShowsNothingAndTheServerGoesOn() throws IOException {
        try (var client = WireClient.connect(server.port())) {
            var answer = client.request("GET", "/bug", "").readAnswer();

            assertThat(answer.status()).isEqualTo(500);
            assertThat(answer.body()).contains("internal_error").doesNotContain("canary-value");
        }
        try (var client = WireClient.connect(server.port())) {
            assertThat(client.request("POST", "/echo", "a").readAnswer().body()).isEqualTo("a");
        }
    }

    @Test
    void aStopLetsAStreamFinishAndTakesNothingNew() throws Exception {
        try (var idle = WireClient.connect(server.port());
                var client = WireClient.connect(server.port())) {
            idle.request("POST", "/echo", "kept alive").readAnswer();
            int port = server.port();
            client.request("GET", "/stream", "");
            assertThat(client.readHead().status()).isEqualTo(200);
            streaming.await();
            var stop = Thread.ofVirtual().start(server::stop);

            assertRefusedSoon(port);
            assertThat(stop.isAlive()).isTrue();
            goOn.countDown();

            assertThat(client.readUntil("last")).contains("first");
            assertThat(stop.join(java.time.Duration.ofSeconds(30))).isTrue();
        }
    }

    @Test
    void theAccessLogIsOneJsonLinePerRequestWithoutQueryOrHeaders() throws Exception {
        try (var client = WireClient.connect(server.port())) {
            client.request(
                            "POST",
                            "/echo?key=canary-query",
                            "canary-body",
                            "Authorization: Bearer canary-header",
                            "User-Agent: agent/1.0 (canary-comment)")
                    .readAnswer();
            client.request("GET", "/missing%0a%22", "").readAnswer();
        }
        server.stop();

        var lines = logged.toString(StandardCharsets.UTF_8).lines().toList();
        assertThat(lines).hasSize(2).noneMatch(line -> line.contains("canary"));
        var first = JsonMapper.shared().readTree(lines.getFirst());
        assertThat(first.get("path").asString()).isEqualTo("/echo");
        assertThat(first.get("method").asString()).isEqualTo("POST");
        assertThat(first.get("status").asInt()).isEqualTo(200);
        assertThat(first.get("agent").asString()).isEqualTo("agent/1.0");
        assertThat(first.get("listener").asString()).isEqualTo("traffic");
        assertThat(JsonMapper.shared().readTree(lines.get(1)).get("status").asInt()).isEqualTo(404);
    }

    @Test
    void aBrokenSinkOfTheAccessLogHarmsNobody() throws IOException {
        var broken =
                new OutputStream() {
                    @Override
                    public void write(int b) throws IOException {
                        throw new IOException("closed");
                    }
                };
        var routing =
                HttpRouting.builder()
                        .addFilter(AccessLog.of("traffic", broken))
                        .post("/echo", ListenerTest::echo);
        var other =
                Listener.traffic(
                        GatewayConfig.parse("listen: {port: 0}", Map.of()).listen(), routing);
        try (var client = WireClient.connect(other.port())) {
            for (var text : List.of("a", "b")) {
                assertThat(client.request("POST", "/echo", text).readAnswer().body())
                        .isEqualTo(text);
            }
        } finally {
            other.stop();
        }
    }

    private void assertRefusedSoon(int port) throws InterruptedException {
        for (int i = 0; i < 300; i++) {
            try (var late = WireClient.connect(port)) {
                late.request("POST", "/echo", "late").readAnswer();
                TimeUnit.MILLISECONDS.sleep(20);
            } catch (IOException refused) {
                return;
            }
        }
        assertThatThrownBy(() -> WireClient.connect(port)).isInstanceOf(IOException.class);
    }

    private static void echo(ServerRequest request, ServerResponse response) {
        response.send(request.content().as(byte[].class));
    }

    private static void bug(ServerRequest request, ServerResponse response) {
        throw new IllegalStateException("canary-value");
    }

    private void stream(ServerRequest request, ServerResponse response) throws Exception {
        try (var out = response.outputStream()) {
            out.write("first\n".getBytes(StandardCharsets.UTF_8));
            out.flush();
            streaming.countDown();
            goOn.await();
            out.write("last\n".getBytes(StandardCharsets.UTF_8));
        }
    }
}
