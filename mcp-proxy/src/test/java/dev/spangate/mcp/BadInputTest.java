package dev.spangate.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BadInputTest {
    private static McpHarness harness;

    @BeforeAll
    static void start() {
        harness =
                McpHarness.of("{'downstream': {'max-body': 1000}}", new FakeServer("a").tools("x"));
    }

    @AfterAll
    static void stop() {
        harness.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{                                             | 400 | -32700",
                "''                                            | 400 | -32600",
                "{} trailing                                   | 400 | -32700",
                "null                                          | 400 | -32600",
                "17                                            | 400 | -32600",
                "[]                                            | 400 | -32600",
                "{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"x\"}             | 400 | -32600",
                "{\"jsonrpc\":\"2.0\",\"id\":1}                            | 400 | -32600",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":7}               | 400 | -32600",
                "{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"ping\"}       | 400 | -32600",
                "{\"jsonrpc\":\"2.0\",\"id\":1.5,\"method\":\"ping\"}        | 400 | -32600",
                "{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"ping\"}         | 400 | -32600",
                "{\"jsonrpc\":\"2.0\",\"id\":true,\"method\":\"ping\"}       | 400 | -32600",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"x\",\"params\":[]} | 400 | -32602",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":7}               | 400 | -32600",
                "{\"method\":\"a\",\"method\":\"b\"}                         | 400 | -32700"
            })
    void malformedMessageIsRefused(String body, int status, int code) {
        var answer = harness.client().raw(body, Map.of());
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.errorCode()).isEqualTo(code);
        assertThat(answer.errorMessage()).isNotEmpty();
    }

    @Test
    void nestingOfAHundredThousandIsRefused() {
        try (var wide = McpHarness.of(new FakeServer("a").tools("x"))) {
            var answer = wide.client().raw("[".repeat(100_000), Map.of());
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.errorCode()).isEqualTo(-32700);
        }
    }

    @Test
    void bodyOverTheLimitIsTooLargeAndNamesTheSetting() {
        var answer = harness.client().raw("{\"a\": \"" + "x".repeat(1000) + "\"}", Map.of());
        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.errorMessage()).contains("mcp.downstream.max-body");
    }

    @Test
    void otherContentTypesAreRefused() {
        var answer = harness.client().header("Content-Type", "text/plain").raw("{}", Map.of());
        assertThat(answer.status()).isEqualTo(415);
    }

    @ParameterizedTest
    @CsvSource({
        "http://localhost:3000,400",
        "http://127.0.0.1,400",
        "http://evil.test,403",
        "https://127.0.0.1.evil.test,403",
        "null,403",
        "::::,403"
    })
    void originMustBeLoopbackOrAllowed(String origin, int status) {
        var answer = harness.client().header("Origin", origin).raw("{}", Map.of());
        assertThat(answer.status()).isEqualTo(status);
    }

    @Test
    void unknownEndpointIsNotFoundAndNamesTheServer() {
        var answer = harness.client("/mcp/nobody").legacy("ping", "{}");
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.errorMessage()).contains("nobody");
    }

    @Test
    void answerThatNobodyAwaitsIsAccepted() {
        var client = harness.client().initialize("2025-11-25");
        assertThat(client.post("{'jsonrpc': '2.0', 'id': 99, 'result': {}}").status())
                .isEqualTo(202);
    }

    @Test
    void idKeepsItsTypeAndItsDigits() {
        var client = harness.client().initialize("2025-11-25");
        assertThat(client.legacy("'12'", "ping", "{}").last().get("id").stringValue())
                .isEqualTo("12");
        assertThat(
                        client.legacy("12345678901234567890", "ping", "{}")
                                .last()
                                .get("id")
                                .bigIntegerValue())
                .isEqualTo(new java.math.BigInteger("12345678901234567890"));
    }
}
