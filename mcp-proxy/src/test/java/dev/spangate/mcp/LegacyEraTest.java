package dev.spangate.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.linking.Capture;
import dev.spangate.linking.TraceMode;
import dev.spangate.proxy.Authentication;
import dev.spangate.proxy.Caller;
import dev.spangate.proxy.Policy;
import dev.spangate.proxy.Secret;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LegacyEraTest {
    @ParameterizedTest
    @CsvSource({
        "2025-03-26,2025-03-26",
        "2025-06-18,2025-06-18",
        "2025-11-25,2025-11-25",
        "2024-11-05,2025-11-25",
        "2026-07-28,2025-11-25",
        "1999-01-01,2025-11-25"
    })
    void initializeNegotiatesTheRevision(String wanted, String spoken) {
        try (var harness = McpHarness.of(new FakeServer("a").tools("x"))) {
            var answer =
                    harness.client()
                            .legacy(
                                    "initialize",
                                    "{'protocolVersion': '" + wanted + "', 'capabilities': {}}");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.result().get("protocolVersion").stringValue()).isEqualTo(spoken);
            assertThat(answer.result().at("/serverInfo/name").stringValue()).isEqualTo("spangate");
            assertThat(answer.http().headers().firstValue("Mcp-Session-Id").orElseThrow())
                    .hasSizeGreaterThanOrEqualTo(32);
        }
    }

    @Test
    void capabilitiesAreTheUnionOfTheServers() {
        var a =
                new FakeServer("a")
                        .says("{'capabilities': {'tools': {}, 'prompts': {}, 'logging': {}}}");
        var b =
                new FakeServer("b")
                        .says(
                                "{'capabilities': {'resources': {'subscribe': true},"
                                        + " 'extensions': {'io.x/y': {'z': 1}}}}");
        try (var harness = McpHarness.of(a, b)) {
            var capabilities =
                    harness.client()
                            .legacy(
                                    "initialize",
                                    "{'protocolVersion': '2025-11-25', 'capabilities': {}}")
                            .result()
                            .get("capabilities");
            assertThat(capabilities)
                    .isEqualTo(
                            FakeServer.json(
                                    "{'tools': {'listChanged': true}, 'prompts': {'listChanged':"
                                            + " true}, 'logging': {}, 'resources': {'subscribe': true,"
                                            + " 'listChanged': true}, 'extensions': {'io.x/y': {'z':"
                                            + " 1}}}"));
        }
    }

    @Test
    void instructionsOfSeveralServersAreNamed() {
        var a = new FakeServer("a").says("{'capabilities': {}, 'instructions': 'use a'}");
        var b = new FakeServer("b").says("{'capabilities': {}, 'instructions': 'use b'}");
        try (var harness = McpHarness.of(a, b)) {
            var params = "{'protocolVersion': '2025-11-25', 'capabilities': {}}";
            assertThat(
                            harness.client()
                                    .legacy("initialize", params)
                                    .result()
                                    .get("instructions")
                                    .stringValue())
                    .isEqualTo("## a\n\nuse a\n\n## b\n\nuse b");
            assertThat(
                            harness.client("/mcp/b")
                                    .legacy("initialize", params)
                                    .result()
                                    .get("instructions")
                                    .stringValue())
                    .isEqualTo("use b");
        }
    }

    @Test
    void pingIsAnsweredHere() {
        try (var harness = McpHarness.of(new FakeServer("a").tools("x"))) {
            var answer = harness.client().initialize("2025-06-18").legacy("ping", "{}");
            assertThat(answer.last())
                    .isEqualTo(FakeServer.json("{'jsonrpc': '2.0', 'id': 2, 'result': {}}"));
        }
    }

    @Test
    void requestWithoutASessionIsRefused() {
        try (var harness = McpHarness.of(new FakeServer("a").tools("x"))) {
            var answer = harness.client().legacy("tools/list", "{}");
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.errorCode()).isEqualTo(-32000);
            assertThat(answer.last().get("id").intValue()).isEqualTo(1);
        }
    }

    @Test
    void unknownAndEndedSessionsAreNotFound() {
        try (var harness = McpHarness.of(new FakeServer("a").tools("x"))) {
            var stranger = harness.client().header("Mcp-Session-Id", "guessed");
            assertThat(stranger.legacy("ping", "{}").status()).isEqualTo(404);

            var client = harness.client().initialize("2025-11-25");
            assertThat(client.open("DELETE", "", Map.of()).statusCode()).isEqualTo(200);
            assertThat(client.legacy("ping", "{}").status()).isEqualTo(404);
        }
    }

    @Test
    void endOfASessionReleasesItAtEveryServer() {
        var server = new FakeServer("a").tools("x");
        try (var harness = McpHarness.of(server)) {
            var client = harness.client().initialize("2025-11-25");
            client.open("DELETE", "", Map.of());
            assertThat(server.released).containsExactly("session:" + client.sessionId());
        }
    }

    @Test
    void sessionIsBoundToItsCredentialAndItsPath() {
        var keys =
                Authentication.of(
                        Map.of(caller("a"), Secret.of("sgk_a"), caller("b"), Secret.of("sgk_b")));
        try (var harness = new McpHarness("{}", keys, Policy.allowAll())) {
            harness.servers.put(new FakeServer("s").tools("x"));
            var owner = harness.client().header("x-spangate-key", "sgk_a").initialize("2025-11-25");
            var thief =
                    harness.client()
                            .header("x-spangate-key", "sgk_b")
                            .header("Mcp-Session-Id", owner.sessionId());
            var elsewhere =
                    harness.client("/mcp/s")
                            .header("x-spangate-key", "sgk_a")
                            .header("Mcp-Session-Id", owner.sessionId());
            assertThat(thief.legacy("ping", "{}").status()).isEqualTo(404);
            assertThat(elsewhere.legacy("ping", "{}").status()).isEqualTo(404);
            assertThat(owner.legacy("ping", "{}").status()).isEqualTo(200);
        }
    }

    @Test
    void callerWithoutAKeyIsUnauthorized() {
        var keys = Authentication.of(Map.of(caller("a"), Secret.of("sgk_a")));
        try (var harness = new McpHarness("{}", keys, Policy.allowAll())) {
            var answer = harness.client().legacy("ping", "{}");
            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.http().headers().firstValue("WWW-Authenticate")).isPresent();
            assertThat(answer.last().at("/error/message").stringValue()).contains("x-spangate-key");
        }
    }

    @Test
    void unknownVersionHeaderIsRefused() {
        try (var harness = McpHarness.of(new FakeServer("a").tools("x"))) {
            var answer =
                    harness.client()
                            .initialize("2025-11-25")
                            .header("MCP-Protocol-Version", "2031-01-01")
                            .legacy("ping", "{}");
            assertThat(answer.status()).isEqualTo(400);
        }
    }

    @Test
    void unknownMethodIsAnsweredWithStatus200() {
        try (var harness = McpHarness.of(new FakeServer("a"), new FakeServer("b"))) {
            var answer = harness.client().initialize("2025-11-25").legacy("no/such", "{}");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.errorCode()).isEqualTo(-32601);
        }
    }

    @Test
    void getWithoutASessionIsNotAllowed() {
        try (var harness = McpHarness.of(new FakeServer("a"))) {
            assertThat(harness.client().open("GET", "", Map.of()).statusCode()).isEqualTo(405);
        }
    }

    private static Caller caller(String name) {
        return new Caller(name, name, false, TraceMode.JOIN, Capture.FULL, List.of());
    }
}
