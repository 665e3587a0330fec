package dev.spangate.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spangate.testing.WireClient;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What the listeners answer before any proxy is asked.
class GatewayEdgeTest {
    @TempDir static Path folder;
    private static Gateway gateway;

    @BeforeAll
    static void start() {
        gateway =
                Gateway.start(
                        GatewayConfig.parse(
                                """
                                listen: {port: 0, access-log: false, max-body: 10KB,
                                         max-headers: 4KB, allowed-hosts: [gw.example],
                                         allowed-origins: ["https://app.example"]}
                                admin: {port: 0}
                                telemetry: {journal: {dir: "${DIR}/journal"}}
                                """,
                                Map.of("DIR", folder.toString())));
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @Test
    void theRootTellsWhatIsServed() throws IOException {
        var answer = send(gateway.port(), "GET", "/");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).contains("/v1", "/mcp");
    }

    @Test
    void aPathThatIsNoProvidersIsSaidToBeNone() throws IOException {
        var answer = send(gateway.port(), "GET", "/nobody/v1/models");

        assertThat(answer.status()).isEqualTo(404);
        assertThat(json(answer).at("/error/message").asString()).contains("nobody");
    }

    @Test
    void headersOverTheLimitAreAnsweredWith431() throws IOException {
        var answer = send(gateway.port(), "GET", "/v1/models", "X-Long: " + "a".repeat(5000));

        assertThat(answer.status()).isEqualTo(431);
        assertThat(json(answer).at("/error/message").asString()).contains("listen.max-headers");
    }

    @ParameterizedTest
    @CsvSource({
        "/mcp, evil.example, 403, -32600",
        "/v1/chat/completions, evil.example, 403, host_not_allowed",
        "/v1/messages, evil.example, 403, permission_error",
        "/anthropic/v1/messages, 127.0.0.1.evil.example, 403, permission_error",
        "/x, localhost, 404, unknown_provider",
        "/x, LOCALHOST:8080, 404, unknown_provider",
        "/x, '[::1]:8080', 404, unknown_provider",
        "/x, gw.example, 404, unknown_provider",
    })
    void onlyOurOwnNamesAreServed(String path, String host, int status, String shown)
            throws IOException {
        try (var client = WireClient.connect(gateway.port())) {
            client.send("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
            var answer = client.readAnswer();

            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.body()).contains(shown);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "https://evil.example, 403",
        "null, 403",
        "http://localhost.evil.example, 403",
        "https://app.example, 404",
        "http://localhost:3000, 404",
        "http://127.0.0.1:5173, 404",
    })
    void aForeignOriginIsRefused(String origin, int status) throws IOException {
        assertThat(send(gateway.port(), "POST", "/x", "Origin: " + origin).status())
                .isEqualTo(status);
    }

    @Test
    void whatIsNoHttpIsRefusedAndNothingOfItShown() throws IOException {
        try (var client = WireClient.connect(gateway.port())) {
            client.send("GET /v1/models HTTP/1.1\r\nHost: a\r\nHost: canary\r\n\r\n");
            var answer = client.readAnswer();

            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.body()).doesNotContain("canary");
        }
    }

    @Test
    void lengthAndChunkedTogetherAreRefused() throws IOException {
        try (var client = WireClient.connect(gateway.port())) {
            client.send(
                    "POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n"
                            + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n");

            assertThat(client.readAnswer().status()).isEqualTo(400);
        }
    }

    @Test
    void healthIsReadyAndOnTheAdminPortAlone() throws IOException {
        for (var path : new String[] {"", "/live", "/ready", "/started"}) {
            assertThat(send(gateway.adminPort(), "GET", "/health" + path).status()).isEqualTo(200);
        }
        assertThat(send(gateway.port(), "GET", "/health").status()).isEqualTo(404);
    }

    @Test
    void theAdminSideRefusesForeignHostsAndOrigins() throws IOException {
        assertThat(
                        send(gateway.adminPort(), "GET", "/health", "Origin: https://app.example")
                                .status())
                .isEqualTo(403);
        try (var client = WireClient.connect(gateway.adminPort())) {
            client.send("GET /health HTTP/1.1\r\nHost: gw.example\r\n\r\n");

            assertThat(client.readAnswer().status()).isEqualTo(403);
        }
    }

    @Test
    void aPortThatIsTakenNamesTheSetting() throws IOException {
        try (var taken = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            var yaml =
                    """
                    listen: {port: %d}
                    admin: {port: 0}
                    telemetry: {journal: {dir: "%s"}}
                    """
                            .formatted(taken.getLocalPort(), folder.resolve("other"));

            assertThatThrownBy(() -> Gateway.start(GatewayConfig.parse(yaml, Map.of())))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("listen.port")
                    .hasMessageContaining(String.valueOf(taken.getLocalPort()));
            // What had been opened is closed again: the journal's lock is free.
            Gateway.start(
                            GatewayConfig.parse(
                                    yaml.replace(String.valueOf(taken.getLocalPort()), "0"),
                                    Map.of()))
                    .close();
        }
    }

    private static WireClient.Answer send(int port, String method, String path, String... headers)
            throws IOException {
        try (var client = WireClient.connect(port)) {
            return client.request(method, path, "", headers).readAnswer();
        }
    }

    private static JsonNode json(WireClient.Answer answer) {
        return JsonMapper.shared().readTree(answer.body());
    }
}
