package dev.spangate.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

class ModernEraTest {
    @Test
    void discoverSaysWhatIsServed() {
        try (var harness = McpHarness.of(new FakeServer("a").tools("x"))) {
            var answer = harness.client().modern("server/discover", "{}");
            assertThat(answer.status()).isEqualTo(200);
            var result = answer.result();
            assertThat(result.get("supportedVersions").get(0).stringValue())
                    .isEqualTo("2026-07-28");
            assertThat(result.at("/capabilities/tools/listChanged").booleanValue()).isTrue();
            assertThat(result.get("resultType").stringValue()).isEqualTo("complete");
            assertThat(result.get("cacheScope").stringValue()).isEqualTo("public");
            assertThat(result.get("ttlMs").isIntegralNumber()).isTrue();
            assertThat(result.at("/_meta").get(ModernRules.SERVER_KEY).get("name").stringValue())
                    .isEqualTo("spangate");
            assertThat(answer.http().headers().firstValue("Mcp-Session-Id")).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"_meta", ModernRules.VERSION_KEY, ModernRules.CAPABILITIES_KEY})
    void missingMetaIsInvalidParamsWithStatus400(String missing) {
        try (var harness = McpHarness.of(new FakeServer("a").tools("x"))) {
            var client = harness.client();
            var message = client.modernMessage("server/discover", "{}");
            var params = (ObjectNode) message.get("params");
            if (missing.equals("_meta")) {
                params.remove("_meta");
            } else {
                ((ObjectNode) params.get("_meta")).remove(missing);
            }
            var answer = client.send(message, McpTestClient.modernHeaders(message));
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.errorCode()).isEqualTo(-32602);
            assertThat(answer.last().get("id")).isEqualTo(message.get("id"));
        }
    }

    @Test
    void unsupportedVersionListsTheSupportedOnes() {
        try (var harness = McpHarness.of(new FakeServer("a").tools("x"))) {
            var client = harness.client();
            var message = client.modernMessage("tools/list", "{}");
            ((ObjectNode) message.at("/params/_meta")).put(ModernRules.VERSION_KEY, "v999");
            var headers = new LinkedHashMap<>(McpTestClient.modernHeaders(message));
            headers.put("MCP-Protocol-Version", "v999");
            var answer = client.send(message, headers);
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.errorCode()).isEqualTo(-32022);
            assertThat(answer.last().at("/error/data/requested").stringValue()).isEqualTo("v999");
            assertThat(answer.last().at("/error/data/supported/0").stringValue())
                    .isEqualTo("2026-07-28");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "MCP-Protocol-Version,2025-11-25",
        "MCP-Protocol-Version,",
        "Mcp-Method,tools/list",
        "Mcp-Method,",
        "Mcp-Name,other",
        "Mcp-Name,",
        "Mcp-Name,=?base64?!!!?="
    })
    void headerThatDisagreesWithTheBodyIsAMismatch(String header, String value) {
        try (var harness = McpHarness.of(new FakeServer("a").tools("echo"))) {
            var client = harness.client();
            var message = client.modernMessage("tools/call", "{'name': 'echo'}");
            var headers = new LinkedHashMap<>(McpTestClient.modernHeaders(message));
            if (value == null) {
                headers.remove(header);
            } else {
                headers.put(header, value);
            }
            var answer = client.send(message, headers);
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.errorCode()).isEqualTo(-32020);
            assertThat(answer.errorMessage()).contains(header);
        }
    }

    @Test
    void encodedNameIsDecodedBeforeItIsCompared() {
        var server = new FakeServer("a").tools("grüße").on("tools/call", "{'content': []}");
        try (var harness = McpHarness.of(server)) {
            var client = harness.client();
            var message = client.modernMessage("tools/call", "{'name': 'grüße'}");
            var headers = new LinkedHashMap<>(McpTestClient.modernHeaders(message));
            headers.put("Mcp-Name", "=?base64?Z3LDvMOfZQ==?=");
            assertThat(client.send(message, headers).status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "initialize",
                "ping",
                "logging/setLevel",
                "resources/subscribe",
                "resources/unsubscribe",
                "unknown/method"
            })
    void removedAndUnknownMethodsAreNotFound(String method) {
        try (var harness = McpHarness.of(new FakeServer("a").tools("x"))) {
            var answer = harness.client().modern(method, "{}");
            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.errorCode()).isEqualTo(-32601);
        }
    }

    @Test
    void getAndDeleteAreNotAllowed() {
        try (var harness = McpHarness.of(new FakeServer("a"))) {
            var version = Map.of("MCP-Protocol-Version", "2026-07-28");
            for (var method : new String[] {"GET", "DELETE", "PUT"}) {
                var response = harness.client().open(method, "", version);
                assertThat(response.statusCode()).isEqualTo(405);
                assertThat(response.headers().firstValue("Allow")).contains("POST");
            }
        }
    }

    @Test
    void bothErasAreServedOnOnePathAtOnce() {
        try (var harness = McpHarness.of(new FakeServer("a").tools("x"))) {
            var legacy = harness.client().initialize("2025-06-18");
            var modern = harness.client();
            assertThat(modern.modern("tools/list", "{}").result().at("/tools/0/name").stringValue())
                    .isEqualTo("x");
            assertThat(legacy.legacy("tools/list", "{}").result().at("/tools/0/name").stringValue())
                    .isEqualTo("x");
        }
    }

    @Test
    void listSaysHowLongItMayBeKeptAndALegacyOneDoesNot() {
        var server =
                new FakeServer("a")
                        .on("tools/list", "{'tools': [], 'ttlMs': 70, 'cacheScope': 'private'}");
        try (var harness = McpHarness.of(server)) {
            var result = harness.client().modern("tools/list", "{}").result();
            assertThat(result.get("ttlMs").longValue()).isEqualTo(70);
            assertThat(result.get("cacheScope").stringValue()).isEqualTo("private");
            assertThat(
                            harness.client()
                                    .initialize("2025-11-25")
                                    .legacy("tools/list", "{}")
                                    .result())
                    .isEqualTo(FakeServer.json("{'tools': []}"));
        }
    }

    @Test
    void notificationIsAccepted() {
        try (var harness = McpHarness.of(new FakeServer("a"))) {
            var answer =
                    harness.client()
                            .header("MCP-Protocol-Version", "2026-07-28")
                            .post("{'jsonrpc': '2.0', 'method': 'notifications/x'}");
            assertThat(answer.status()).isEqualTo(202);
        }
    }
}
