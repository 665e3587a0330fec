package dev.spangate.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BatchTest {
    private static final String MIXED =
            "[{'jsonrpc': '2.0', 'id': 1, 'method': 'ping'},"
                    + " {'jsonrpc': '2.0', 'method': 'notifications/x'},"
                    + " {'jsonrpc': '2.0', 'id': 77, 'result': {}},"
                    + " {'jsonrpc': '2.0', 'id': 'b', 'method': 'tools/call',"
                    + " 'params': {'name': 't'}}]";

    @Test
    void mixedBatchIsAnsweredRequestByRequestOnAStream() {
        try (var harness = harness()) {
            var answer = harness.client().initialize("2025-03-26").post(MIXED);
            assertThat(answer.streamed()).isTrue();
            var ids = new ArrayList<String>();
            Stream.concat(answer.before().stream(), Stream.of(answer.last()))
                    .forEach(message -> ids.add(message.get("id").toString()));
            assertThat(ids).containsExactlyInAnyOrder("1", "\"b\"");
        }
    }

    @Test
    void clientWithoutStreamsGetsAnArray() {
        try (var harness = harness()) {
            var client = harness.client().header("Accept", "application/json");
            var answer = client.initialize("2025-03-26").post(MIXED);
            assertThat(answer.last().isArray()).isTrue();
            assertThat(answer.last().size()).isEqualTo(2);
        }
    }

    @Test
    void batchWithoutRequestsIsAccepted() {
        try (var harness = harness()) {
            var client = harness.client().initialize("2025-03-26");
            assertThat(client.post("[{'jsonrpc': '2.0', 'method': 'notifications/x'}]").status())
                    .isEqualTo(202);
        }
    }

    @Test
    void laterRevisionsHaveNoBatches() {
        try (var harness = harness()) {
            for (var version : new String[] {"2025-06-18", "2025-11-25"}) {
                var answer = harness.client().initialize(version).post(MIXED);
                assertThat(answer.status()).isEqualTo(400);
                assertThat(answer.errorCode()).isEqualTo(-32600);
            }
        }
    }

    @Test
    void emptyAndEndlessBatchesAreRefused() {
        try (var harness = harness()) {
            var client = harness.client().initialize("2025-03-26");
            assertThat(client.post("[]").errorCode()).isEqualTo(-32600);
            var one = "{'jsonrpc': '2.0', 'id': 1, 'method': 'ping'}";
            assertThat(client.post("[" + (one + ",").repeat(100) + one + "]").errorCode())
                    .isEqualTo(-32600);
        }
    }

    private static McpHarness harness() {
        return McpHarness.of(new FakeServer("a").tools("t").on("tools/call", "{'content': []}"));
    }
}
