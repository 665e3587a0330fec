package dev.spangate.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class SubscriptionsTest {
    private static final String ID = "io.modelcontextprotocol/subscriptionId";
    private static final String RESOURCES =
            "{'capabilities': {'tools': {}, 'resources': {'subscribe': true}}}";

    @Test
    void acknowledgementComesFirstAndCarriesTheId() throws Exception {
        try (var harness = McpHarness.of(new FakeServer("a").tools("t"))) {
            var stream = listen(harness.client(), "{'toolsListChanged': true}");
            var first = SseLines.nextMessage(stream.body());
            assertThat(Json.string(first, "method"))
                    .isEqualTo("notifications/subscriptions/acknowledged");
            assertThat(first.at("/params/notifications"))
                    .isEqualTo(FakeServer.json("{'toolsListChanged': true}"));
            assertThat(first.at("/params/_meta").get(ID).intValue()).isEqualTo(1);
            stream.body().close();
        }
    }

    @Test
    void onlyWhatWasAskedForIsTold() throws Exception {
        var server =
                new FakeServer("a")
                        .says("{'capabilities': {'tools': {}, 'prompts': {}}}")
                        .tools("t");
        try (var harness = McpHarness.of(server)) {
            var stream = listen(harness.client(), "{'promptsListChanged': true}");
            SseLines.nextMessage(stream.body());
            server.changes("tools");
            server.changes("prompts");
            var told = SseLines.nextMessage(stream.body());
            assertThat(Json.string(told, "method")).isEqualTo("notifications/prompts/list_changed");
            assertThat(told.at("/params/_meta").has(ID)).isTrue();
            stream.body().close();
        }
    }

    @Test
    void changedTableIsToldAfterItIsServed() throws Exception {
        var server = new FakeServer("a").tools("old");
        try (var harness = McpHarness.of(server)) {
            var client = harness.client();
            client.modern("tools/list", "{}");
            var stream = listen(client, "{'toolsListChanged': true}");
            SseLines.nextMessage(stream.body());
            server.tools("new");
            server.changes("tools");
            SseLines.nextMessage(stream.body());
            assertThat(client.modern("tools/list", "{}").result().at("/tools/0/name").stringValue())
                    .isEqualTo("new");
            stream.body().close();
        }
    }

    @Test
    void resourceOfALegacyServerIsSubscribedToAndItsChangesAreTold() throws Exception {
        var server = resourceServer("2025-11-25").on("resources/subscribe", "{}");
        try (var harness = McpHarness.of(server, new FakeServer("other").tools("t"))) {
            var stream =
                    listen(harness.client(), "{'resourceSubscriptions': ['x://1', 'no://owner']}");
            var first = SseLines.nextMessage(stream.body());
            assertThat(first.at("/params/notifications/resourceSubscriptions"))
                    .isEqualTo(FakeServer.json("['x://1']"));
            awaitListening(server);
            while (server.count("resources/subscribe") == 0) {
                Thread.onSpinWait();
            }
            server.listening.getFirst().listener().notification(updated("y://other"));
            server.listening.getFirst().listener().notification(updated("x://1"));
            var told = SseLines.nextMessage(stream.body());
            assertThat(told.at("/params/uri").stringValue()).isEqualTo("x://1");
            assertThat(told.at("/params/_meta").get(ID).intValue()).isEqualTo(1);
            stream.body().close();
        }
    }

    @Test
    void clientThatLeavesEndsWhatWasOpenedForIt() throws Exception {
        var server = resourceServer("2025-11-25").on("resources/subscribe", "{}");
        try (var harness =
                McpHarness.of(
                        "{'downstream': {'stream-after': '1ms', 'keep-alive': '1ms'}}", server)) {
            var stream = listen(harness.client(), "{'resourceSubscriptions': ['x://1']}");
            SseLines.nextMessage(stream.body());
            awaitListening(server);
            stream.body().close();
            while (!server.listening.isEmpty() || server.released.isEmpty()) {
                Thread.onSpinWait();
            }
            assertThat(server.released.getFirst()).startsWith("listen:");
        }
    }

    @Test
    void listeningSaysWhatIsMissing() {
        try (var harness = McpHarness.of(new FakeServer("a").tools("t"))) {
            assertThat(harness.client().modern("subscriptions/listen", "{}").errorMessage())
                    .contains("params.notifications");
            assertThat(
                            harness.client()
                                    .header("Accept", "application/json")
                                    .modern("subscriptions/listen", "{'notifications': {}}")
                                    .errorMessage())
                    .contains("text/event-stream");
        }
    }

    @Test
    void endOfTheGatewayEndsTheSubscriptionWithItsResult() throws Exception {
        var harness = McpHarness.of(new FakeServer("a").tools("t"));
        var stream = listen(harness.client(), "{'toolsListChanged': true}");
        SseLines.nextMessage(stream.body());
        Thread.startVirtualThread(harness::close);
        JsonNode last = SseLines.nextMessage(stream.body());
        while (last.has("method")) {
            last = SseLines.nextMessage(stream.body());
        }
        assertThat(last.at("/result/_meta").get(ID).intValue()).isEqualTo(1);
        assertThat(last.at("/result/resultType").stringValue()).isEqualTo("complete");
    }

    @Test
    void sessionHearsOfItsResourcesOnItsOwnStream() throws Exception {
        var server = resourceServer("2025-11-25").on("resources/subscribe", "{}");
        try (var harness = McpHarness.of(server)) {
            var client = harness.client().initialize("2025-11-25");
            var stream = client.open("GET", "", java.util.Map.of());
            assertThat(client.legacy("resources/subscribe", "{'uri': 'x://1'}").result())
                    .isEqualTo(Json.object());
            awaitListening(server);
            server.listening.getFirst().listener().notification(updated("x://1"));
            assertThat(SseLines.nextMessage(stream.body()).at("/params/uri").stringValue())
                    .isEqualTo("x://1");
            stream.body().close();
        }
    }

    @Test
    void serverMayAskASessionOutsideOfCalls() throws Exception {
        var server = new FakeServer("a").tools("t").on("tools/call", "{'content': []}");
        try (var harness = McpHarness.of(server)) {
            var client = harness.client().initialize("2025-11-25");
            client.legacy("tools/call", "{'name': 't'}");
            var stream = client.open("GET", "", java.util.Map.of());
            awaitListening(server);
            var reply = new java.util.concurrent.atomic.AtomicReference<UpstreamReply>();
            var asking =
                    Thread.startVirtualThread(() ->
                            reply.set(
                                    server.listening
                                            .getFirst()
                                            .listener()
                                            .request("roots/list", Json.object())));
            var question = SseLines.nextMessage(stream.body());
            client.post(
                    "{'jsonrpc': '2.0', 'id': "
                            + question.get("id")
                            + ", 'result': {'roots': []}}");
            asking.join();
            assertThat(reply.get())
                    .isEqualTo(
                            new UpstreamReply.Result(
                                    (ObjectNode) FakeServer.json("{'roots': []}")));
            stream.body().close();
        }
    }

    @Test
    void questionTakenBackIsCancelledAtTheClient() throws Exception {
        var server = new FakeServer("a").tools("t").on("tools/call", "{'content': []}");
        try (var harness = McpHarness.of(server)) {
            var client = harness.client().initialize("2025-11-25");
            client.legacy("tools/call", "{'name': 't'}");
            var stream = client.open("GET", "", java.util.Map.of());
            awaitListening(server);
            var asking =
                    Thread.startVirtualThread(() ->
                            server.listening
                                    .getFirst()
                                    .listener()
                                    .request("roots/list", Json.object()));
            var question = SseLines.nextMessage(stream.body());
            asking.interrupt();
            var cancelled = SseLines.nextMessage(stream.body());
            assertThat(Json.string(cancelled, "method")).isEqualTo("notifications/cancelled");
            assertThat(cancelled.at("/params/requestId")).isEqualTo(question.get("id"));
            stream.body().close();
        }
    }

    private static FakeServer resourceServer(String revision) {
        return new FakeServer("a")
                .says(RESOURCES.replace("{'cap", "{'revision': '" + revision + "', 'cap"))
                .tools("t")
                .on("resources/list", "{'resources': [{'uri': 'x://1', 'name': 'n'}]}")
                .on("resources/templates/list", "{'resourceTemplates': []}");
    }

    private static void awaitListening(FakeServer server) {
        while (server.listening.isEmpty()) {
            Thread.onSpinWait();
        }
    }

    private static ObjectNode updated(String uri) {
        return (ObjectNode)
                FakeServer.json(
                        "{'jsonrpc': '2.0', 'method': 'notifications/resources/updated', 'params':"
                                + " {'uri': '"
                                + uri
                                + "'}}");
    }

    private static HttpResponse<InputStream> listen(McpTestClient client, String filter) {
        var message =
                client.modernMessage("subscriptions/listen", "{'notifications': " + filter + "}");
        message.put("id", 1);
        return client.open("POST", Json.text(message), McpTestClient.modernHeaders(message));
    }
}
