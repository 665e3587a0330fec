package dev.spangate.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spangate.proxy.Authentication;
import dev.spangate.proxy.Policy;
import dev.spangate.proxy.Secret;
import dev.spangate.proxy.SettingsException;
import dev.spangate.proxy.TokenCheck.Verdict;
import dev.spangate.testing.WireClient;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// The gateway as a protected resource: metadata and challenges over the wire (RFC 9728, RFC 6750).
class ProtectedResourceTest {
    private static final String AUTHORIZATION =
            "{'authorization': {'public-url': 'https://gw.example/', 'servers':"
                    + " ['https://login.example/realm'], 'scopes': ['mcp', 'tools'], 'audiences':"
                    + " ['gateway']}}";
    private static final String KEY = "sgk_0123456789abcdef";

    private final Authentication authentication =
            Authentication.of(Map.of(CallerToolsTest.caller("keyed"), Secret.of(KEY)));
    private McpHarness gateway;

    @AfterEach
    void stop() {
        gateway.close();
    }

    private void start(String config) {
        gateway = new McpHarness(config, authentication, Policy.allowAll());
        gateway.servers.put(new FakeServer("files").tools("read"));
    }

    @ParameterizedTest
    @CsvSource({
        "/.well-known/oauth-protected-resource, https://gw.example/mcp",
        "/.well-known/oauth-protected-resource/mcp, https://gw.example/mcp",
        "/.well-known/oauth-protected-resource/mcp/files, https://gw.example/mcp/files",
        "/.well-known/oauth-protected-resource/mcp/nothing, https://gw.example/mcp/nothing",
    })
    void metadataIsAnsweredToAnybodyWithoutTellingWhatExists(String path, String resource)
            throws IOException {
        start(AUTHORIZATION);

        var answer = get(path);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.head().header("content-type")).startsWith("application/json");
        assertThat(json(answer).toString())
                .isEqualTo(
                        "{\"resource\":\""
                                + resource
                                + "\",\"authorization_servers\":[\"https://login.example/realm\"],"
                                + "\"scopes_supported\":[\"mcp\",\"tools\"],"
                                + "\"bearer_methods_supported\":[\"header\"]}");
    }

    @Test
    void withoutAnAuthorizationServerThereIsNoMetadata() throws IOException {
        start("{}");

        assertThat(get("/.well-known/oauth-protected-resource/mcp").status()).isEqualTo(404);
        assertThat(challenge("")).isEqualTo("Bearer");
    }

    @Test
    void oddNamesAreNotEchoed() throws IOException {
        start(AUTHORIZATION);

        assertThat(get("/.well-known/oauth-protected-resource/mcp/%22%3Cx").status())
                .isEqualTo(404);
        assertThat(challengeAt("/mcp/%22,evil=%22x", ""))
                .contains("/.well-known/oauth-protected-resource/mcp\"")
                .doesNotContain("evil");
    }

    @Test
    void whoComesWithoutACredentialIsToldWhereToGetOne() throws IOException {
        start(AUTHORIZATION);

        assertThat(challenge(""))
                .isEqualTo(
                        "Bearer scope=\"mcp tools\","
                                + " resource_metadata=\"https://gw.example/.well-known/oauth-protected-resource/mcp\"");
        assertThat(challengeAt("/mcp/files", "")).contains("oauth-protected-resource/mcp/files\"");
        assertThat(challengeAt("/mcp/nothing", ""))
                .as("before anything is said of what exists")
                .contains("oauth-protected-resource/mcp/nothing\"");
    }

    @Test
    void aTokenForThisResourceLetsIn() {
        start(AUTHORIZATION);

        for (var audience :
                List.of("https://gw.example/mcp", "https://gw.example/mcp/files", "gateway")) {
            authentication.checkTokensWith(
                    _ -> new Verdict.Valid(CallerToolsTest.caller("user"), Set.of(audience)));
            var answer =
                    gateway.client("/mcp/files")
                            .header("Authorization", "Bearer jwt")
                            .modern("tools/list", "{}");
            assertThat(answer.status()).as(audience).isEqualTo(200);
            assertThat(answer.result().toString()).contains("read");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://gw.example",
                "https://other.example/mcp",
                "https://gw.example/mcp/b"
            })
    void aTokenForAnotherResourceDoesNot(String audience) throws IOException {
        start(AUTHORIZATION);
        authentication.checkTokensWith(
                _ -> new Verdict.Valid(CallerToolsTest.caller("user"), Set.of(audience)));

        assertThat(challengeAt("/mcp/files", "Bearer jwt"))
                .startsWith("Bearer error=\"invalid_token\", error_description=\"")
                .contains("audience")
                .contains("resource_metadata=");
    }

    @Test
    void aTokenThatAllowsTooLittleIsToldWhatItNeeds() throws IOException {
        start(AUTHORIZATION);
        authentication.checkTokensWith(_ ->
                new Verdict.Refused(
                        "insufficient_scope", "needs \"admin\"\r\nX-Evil: 1", List.of("admin")));

        try (var client = WireClient.connect(gateway.port())) {
            var answer =
                    client.request(
                                    "POST",
                                    "/mcp",
                                    "{}",
                                    "Content-Type: application/json",
                                    "Authorization: Bearer jwt")
                            .readAnswer();
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.head().header("www-authenticate"))
                    .contains("error=\"insufficient_scope\"")
                    .contains("scope=\"admin\"")
                    .contains("error_description=\"needs  admin");
            assertThat(answer.head().header("x-evil")).isNullOrEmpty();
        }
    }

    @Test
    void aKeyOfOursStillLetsInAndTheTokenOfARefusedRequestIsNotRepeated() throws IOException {
        start(AUTHORIZATION);

        assertThat(
                        gateway.client()
                                .header("Authorization", "Bearer " + KEY)
                                .modern("tools/list", "{}")
                                .status())
                .isEqualTo(200);
        assertThat(challenge("Bearer canary-token")).doesNotContain("canary");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'servers':['https://i']}                                    | public-url",
                "{'public-url':'gw.example','servers':['https://i']}          | public-url",
                "{'public-url':'https://gw.example/base','servers':['https://i']} | public-url",
                "{'public-url':'https://u:p@gw.example'}                      | public-url",
                "{'public-url':'https://gw.example','servers':['ftp://i']}    | servers",
                "{'public-url':'https://gw.example','servers':['https://i?x']} | servers",
                "{'public-url':'https://gw.example','issuer':'x'}             | issuer",
            })
    void mistakesNameThePath(String authorization, String path) {
        start("{}");
        assertThatThrownBy(() ->
                        McpConfig.from(FakeServer.json("{'authorization': " + authorization + "}")))
                .isInstanceOf(SettingsException.class)
                .hasMessageStartingWith("mcp.authorization." + path);
    }

    private String challenge(String authorization) throws IOException {
        return challengeAt("/mcp", authorization);
    }

    /// What a refused request is told, in both the header and a status of 401.
    private String challengeAt(String path, String authorization) throws IOException {
        try (var client = WireClient.connect(gateway.port())) {
            var answer =
                    client.request(
                                    "POST",
                                    path,
                                    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}",
                                    "Content-Type: application/json",
                                    authorization.isEmpty()
                                            ? "X-None: 1"
                                            : "Authorization: " + authorization)
                            .readAnswer();
            assertThat(answer.status()).as(answer.body()).isEqualTo(401);
            assertThat(answer.body()).doesNotContain("canary");
            return answer.head().header("www-authenticate");
        }
    }

    private WireClient.Answer get(String path) throws IOException {
        try (var client = WireClient.connect(gateway.port())) {
            return client.request("GET", path, "").readAnswer();
        }
    }

    private static JsonNode json(WireClient.Answer answer) {
        return Json.parse(answer.body());
    }
}
