package dev.spangate.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.testing.WireClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class AdminApiTest {
    private static final String TOKEN = "Authorization: Bearer operator-token-1";
    private static final String JSON = "Content-Type: application/json";

    @TempDir Path folder;
    private Gateway gateway;

    @BeforeEach
    void start() {
        gateway = start("", "");
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void apiWantsTheTokenHealthAndMetricsDoNot() throws IOException {
        assertThat(send("GET", "/api/status", "").status()).isEqualTo(401);
        assertThat(send("GET", "/api/status", "", "Authorization: Bearer wrong").status())
                .isEqualTo(401);
        assertThat(send("GET", "/api/status", "", TOKEN).status()).isEqualTo(200);
        assertThat(send("GET", "/health/ready", "").status()).isEqualTo(200);
        assertThat(send("GET", "/metrics", "").status()).isEqualTo(200);
    }

    @Test
    void nothingOfItIsOnTheTrafficPort() throws IOException {
        for (var path : new String[] {"/api/status", "/api/mcp/servers", "/metrics", "/health"}) {
            try (var client = WireClient.connect(gateway.port())) {
                assertThat(client.request("GET", path, "", TOKEN).readAnswer().status())
                        .as(path)
                        .isEqualTo(404);
            }
        }
    }

    @Test
    void metricsAreInPrometheusFormatAndHoldTheRequestsByTemplate() throws IOException {
        try (var client = WireClient.connect(gateway.port())) {
            client.request("GET", "/canary-path/v1/x", "").readAnswer();
        }

        var answer = send("GET", "/metrics", "");

        assertThat(answer.head().header("content-type")).startsWith("text/plain; version=0.0.4");
        assertThat(answer.body())
                .contains("http_route=\"/{provider}/{path}\"")
                .contains("spangate_linking_open_calls")
                .contains("jvm_memory_used")
                .doesNotContain("canary-path");
    }

    @Test
    void serversAreListedWithoutTheirCredentials() throws IOException {
        var servers = json(send("GET", "/api/mcp/servers", "", TOKEN)).get("servers");

        assertThat(servers).hasSize(1);
        assertThat(servers.get(0).get("name").asString()).isEqualTo("configured");
        assertThat(servers.get(0).get("source").asString()).isEqualTo("configuration");
        assertThat(servers.get(0).get("state").asString()).isEqualTo("idle");
        assertThat(servers.toString()).doesNotContain("canary-secret");
    }

    @Test
    void aServerIsAddedChangedReconnectedAndRemoved() throws IOException {
        var body = "{\"name\": \"more\", \"url\": \"https://mcp.example/a\"}";

        assertThat(send("POST", "/api/mcp/servers", body, TOKEN, JSON).status()).isEqualTo(201);
        assertThat(send("POST", "/api/mcp/servers", body, TOKEN, JSON).status()).isEqualTo(409);
        assertThat(
                        send(
                                        "PUT",
                                        "/api/mcp/servers/more",
                                        "{\"url\": \"https://other.example/b\", \"type\": \"sse\"}",
                                        TOKEN,
                                        JSON)
                                .status())
                .isEqualTo(200);
        var changed = json(send("GET", "/api/mcp/servers/more", "", TOKEN));
        assertThat(changed.get("transport").asString()).isEqualTo("sse");
        assertThat(changed.get("source").asString()).isEqualTo("api");
        assertThat(send("POST", "/api/mcp/servers/more/reconnect", "", TOKEN, JSON).status())
                .isEqualTo(200);
        assertThat(send("DELETE", "/api/mcp/servers/more", "", TOKEN, JSON).status())
                .isEqualTo(204);
        assertThat(send("GET", "/api/mcp/servers/more", "", TOKEN).status()).isEqualTo(404);
    }

    @Test
    void whatStandsInTheFileIsChangedThere() throws IOException {
        var change =
                send(
                        "PUT",
                        "/api/mcp/servers/configured",
                        "{\"url\": \"https://other.example\"}",
                        TOKEN,
                        JSON);

        assertThat(change.status()).isEqualTo(409);
        assertThat(change.body()).contains("configuration file");
        assertThat(send("DELETE", "/api/mcp/servers/configured", "", TOKEN, JSON).status())
                .isEqualTo(409);
    }

    @Test
    void commandsDoNotComeOverTheNetworkAndMistakesNameTheirPath() throws IOException {
        var command = send("PUT", "/api/mcp/servers/x", "{\"command\": \"sh\"}", TOKEN, JSON);
        var typo =
                send("PUT", "/api/mcp/servers/x", "{\"ulr\": \"https://a.example\"}", TOKEN, JSON);
        var broken = send("PUT", "/api/mcp/servers/x", "{canary", TOKEN, JSON);

        assertThat(command.status()).isEqualTo(400);
        assertThat(command.body()).contains("mcp.registration.allow-commands");
        assertThat(typo.status()).isEqualTo(400);
        assertThat(typo.body()).contains("url");
        assertThat(broken.status()).isEqualTo(400);
        assertThat(broken.body()).doesNotContain("canary");
        assertThat(send("GET", "/api/mcp/servers/x", "", TOKEN).status()).isEqualTo(404);
    }

    @Test
    void aWebPagesFormCannotChangeAnything() throws IOException {
        var form =
                send(
                        "POST",
                        "/api/mcp/servers",
                        "{\"name\": \"x\", \"url\": \"https://a.example\"}",
                        TOKEN,
                        "Content-Type: text/plain");
        var page =
                send("POST", "/api/mcp/servers", "{}", TOKEN, JSON, "Origin: https://evil.example");

        assertThat(form.status()).isEqualTo(415);
        assertThat(page.status()).isEqualTo(403);
    }

    @Test
    void serversOfTheApiSurviveARestartWhereAFileIsConfigured() throws IOException {
        gateway.close();
        var file = folder.resolve("state/servers.json");
        gateway = start(", servers-file: \"" + file + "\"", "");
        send(
                "POST",
                "/api/mcp/servers",
                "{\"name\": \"kept\", \"url\": \"https://mcp.example/a\"}",
                TOKEN,
                JSON);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        gateway.close();

        gateway = start(", servers-file: \"" + file + "\"", "");

        assertThat(json(send("GET", "/api/mcp/servers/kept", "", TOKEN)).get("source").asString())
                .isEqualTo("api");
        send("DELETE", "/api/mcp/servers/kept", "", TOKEN, JSON);
        assertThat(Files.readString(file)).doesNotContain("kept");
    }

    @Test
    void withoutATokenOnAnOpenListenerOnlyHealthAndMetricsAnswer() throws IOException {
        var other =
                Gateway.start(
                        GatewayConfig.parse(
                                """
                                listen: {port: 0, access-log: false}
                                admin: {host: 0.0.0.0, port: 0}
                                telemetry: {journal: {dir: "${DIR}"}}
                                """,
                                Map.of("DIR", folder.resolve("open").toString())));
        try (var client = WireClient.connect(other.adminPort())) {
            assertThat(client.request("GET", "/health", "").readAnswer().status()).isEqualTo(200);
            assertThat(client.request("GET", "/metrics", "").readAnswer().status()).isEqualTo(200);
            var refused = client.request("GET", "/api/chains", "").readAnswer();
            assertThat(refused.status()).isEqualTo(403);
            assertThat(refused.body()).contains("admin.token");
        } finally {
            other.close();
        }
    }

    @Test
    void telemetryTellsOfTheJournalAndItsDestinations() throws IOException {
        var status = json(send("GET", "/api/telemetry", "", TOKEN));

        assertThat(status.get("journal").asString()).contains(folder.toString());
        assertThat(status.get("destinations")).hasSize(1);
        assertThat(status.at("/destinations/0/name").asString()).isEqualTo("otlp");
        assertThat(status.toString()).doesNotContain("canary-secret");
    }

    @Test
    void chainsAreEmptyBeforeAnythingHappened() throws IOException {
        assertThat(json(send("GET", "/api/chains?limit=x", "", TOKEN)).get("traces")).isEmpty();
    }

    private Gateway start(String admin, String more) {
        return Gateway.start(
                GatewayConfig.parse(
                        """
                        listen: {port: 0, access-log: false}
                        admin: {port: 0, token: operator-token-1%s}
                        mcp: {servers: {configured: {url: "https://mcp.example/x?k=canary-secret",
                                                     headers: {X-Key: canary-secret-2}}}}
                        telemetry:
                          journal: {dir: "${DIR}/journal", drain: 0}
                          otlp: [{endpoint: "http://127.0.0.1:9/x", headers: {x-key: canary-secret-3}}]
                        %s
                        """
                                .formatted(admin, more),
                        Map.of("DIR", folder.toString())));
    }

    private WireClient.Answer send(String method, String path, String body, String... headers)
            throws IOException {
        try (var client = WireClient.connect(gateway.adminPort())) {
            return client.request(method, path, body, headers).readAnswer();
        }
    }

    private static JsonNode json(WireClient.Answer answer) {
        return JsonMapper.shared().readTree(answer.body());
    }
}
