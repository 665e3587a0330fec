package dev.spangate.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The four combinations of eras where a server wants to know something during a call.
class BridgeTest {
    private static final String ASKABLE =
            "'_meta': {'io.modelcontextprotocol/clientCapabilities': {'elicitation': {}}}";
    private static final String FIRST =
            "{'resultType': 'input_required', 'inputRequests': {'who': {'method':"
                    + " 'elicitation/create', 'params': {'message': 'name?', 'x': 1e-7}}},"
                    + " 'requestState': 'opaque'}";

    @Test
    void modernToModernPassesInputRequiredAndTheRetryUnchanged() {
        var server = modernServer();
        try (var harness = McpHarness.of(server)) {
            var client = harness.client();
            assertThat(client.modern("tools/call", "{'name': 't'}").result())
                    .isEqualTo(FakeServer.json(FIRST));
            var done =
                    client.modern(
                            "tools/call",
                            "{'name': 't', 'requestState': 'opaque', 'inputResponses': {'who':"
                                    + " {'action': 'accept', 'y': 2.0}}}");
            assertThat(text(done)).isEqualTo("{\"action\":\"accept\",\"y\":2.0}");
            assertThat(Json.string(server.lastCall("tools/call").params(), "requestState"))
                    .isEqualTo("opaque");
        }
    }

    @Test
    void callWithItsRetriesIsOneSpan() {
        try (var harness = McpHarness.of(modernServer())) {
            var client = harness.client();
            client.modern("tools/call", "{'name': 't'}");
            assertThat(harness.spans("tools/call t")).isEmpty();
            client.modern(
                    "tools/call",
                    "{'name': 't', 'requestState': 'opaque', 'inputResponses': {'who': {}}}");
            assertThat(harness.span("tools/call t").output()).contains("content");
            assertThat(harness.spans("tools/call t")).hasSize(1);
        }
    }

    @Test
    void legacyClientIsAskedByARequestAndTheCallIsRepeated() throws Exception {
        var server = modernServer();
        try (var harness = McpHarness.of(server)) {
            var client = harness.client().initialize("2025-11-25");
            var response = call(client);
            var question = SseLines.nextMessage(response.body());
            assertThat(Json.string(question, "method")).isEqualTo("elicitation/create");
            assertThat(question.get("params"))
                    .isEqualTo(FakeServer.json("{'message': 'name?', 'x': 1e-7}"));
            answer(client, question, "'result': {'action': 'accept'}");
            var answer = SseLines.nextMessage(response.body());
            assertThat(answer.at("/result/content/0/text").stringValue())
                    .isEqualTo("{\"action\":\"accept\"}");
            assertThat(Json.string(server.lastCall("tools/call").params(), "requestState"))
                    .isEqualTo("opaque");
        }
    }

    @Test
    void legacyClientThatRefusesCancelsTheElicitation() throws Exception {
        try (var harness = McpHarness.of(modernServer())) {
            var client = harness.client().initialize("2025-11-25");
            var response = call(client);
            var question = SseLines.nextMessage(response.body());
            answer(client, question, "'error': {'code': -1, 'message': 'no'}");
            assertThat(
                            SseLines.nextMessage(response.body())
                                    .at("/result/content/0/text")
                                    .stringValue())
                    .isEqualTo("{\"action\":\"cancel\"}");
        }
    }

    @Test
    void serverThatAsksForEverIsStopped() {
        var server =
                new FakeServer("a")
                        .tools("t")
                        .on(
                                "tools/call",
                                "{'resultType': 'input_required', 'inputRequests':"
                                        + " {'r': {'method': 'roots/list'}}}");
        try (var harness = McpHarness.of(server)) {
            var client = harness.client().header("Accept", "application/json");
            client.initialize("2025-11-25");
            var answer = client.legacy("tools/call", "{'name': 't'}");
            assertThat(answer.errorMessage()).contains("'a'").contains("more input");
        }
    }

    @Test
    void modernClientAnswersALegacyServerByARetry() {
        var server = legacyServer();
        try (var harness = McpHarness.of(server)) {
            var client = harness.client();
            var first = client.modern("tools/call", "{'name': 't', " + ASKABLE + "}").result();
            assertThat(Json.string(first, "resultType")).isEqualTo("input_required");
            var requests = first.get("inputRequests");
            var key = requests.propertyNames().iterator().next();
            assertThat(requests.get(key))
                    .isEqualTo(
                            FakeServer.json(
                                    "{'method': 'elicitation/create', 'params': {'message':"
                                            + " 'name?'}}"));
            var done = client.modern("tools/call", retry(first, key, "{'action': 'accept'}"));
            assertThat(text(done)).isEqualTo("{\"action\":\"accept\"}");
            assertThat(server.count("tools/call")).isEqualTo(1);
        }
    }

    @Test
    void retryWithoutTheAnswerIsAskedAgain() {
        try (var harness = McpHarness.of(legacyServer())) {
            var client = harness.client();
            var first = client.modern("tools/call", "{'name': 't', " + ASKABLE + "}").result();
            var key = first.get("inputRequests").propertyNames().iterator().next();
            var again = client.modern("tools/call", retry(first, "other", "{}")).result();
            assertThat(again.get("inputRequests")).isEqualTo(first.get("inputRequests"));
            var done = client.modern("tools/call", retry(again, key, "{'action': 'decline'}"));
            assertThat(text(done)).isEqualTo("{\"action\":\"decline\"}");
        }
    }

    @Test
    void forgedUsedAndForeignStatesAreRefused() {
        try (var harness = McpHarness.of(legacyServer())) {
            var client = harness.client();
            var first = client.modern("tools/call", "{'name': 't', " + ASKABLE + "}").result();
            var key = first.get("inputRequests").propertyNames().iterator().next();
            var state = Json.string(first, "requestState");
            var forged = "{'name': 't', 'requestState': '" + state + "x', " + ASKABLE + "}";
            assertThat(client.modern("tools/call", forged).errorCode()).isEqualTo(-32602);
            client.modern("tools/call", retry(first, key, "{'action': 'accept'}"));
            var used = client.modern("tools/call", retry(first, key, "{'action': 'accept'}"));
            assertThat(used.errorCode()).isEqualTo(-32602);
            assertThat(used.errorMessage()).contains("call again");
        }
    }

    @Test
    void urlsToVisitBecomeInputRequiredAndTheRetryIsANewCall() {
        var visited = new AtomicReference<JsonNode>();
        var server =
                new FakeServer("a")
                        .tools("t")
                        .on(
                                "tools/call",
                                call -> {
                                    if (visited.getAndSet(call.params()) == null) {
                                        return new UpstreamReply.RpcError(
                                                -32042,
                                                "visit",
                                                FakeServer.json(
                                                        "{'elicitations': [{'mode': 'url',"
                                                                + " 'elicitationId': 'e', 'url':"
                                                                + " 'https://x/y', 'message': 'm'}]}"));
                                    }
                                    return new UpstreamReply.Result(Json.object());
                                });
        try (var harness = McpHarness.of(server)) {
            var client = harness.client();
            var first = client.modern("tools/call", "{'name': 't', " + ASKABLE + "}").result();
            assertThat(first.at("/inputRequests/url-1/params"))
                    .isEqualTo(
                            FakeServer.json(
                                    "{'mode': 'url', 'url': 'https://x/y', 'message': 'm'}"));
            var done = client.modern("tools/call", retry(first, "url-1", "{'action': 'accept'}"));
            assertThat(done.last().has("result")).isTrue();
            assertThat(visited.get().has("requestState")).isFalse();
            assertThat(visited.get().has("inputResponses")).isFalse();
        }
    }

    @Test
    void clientThatCannotBeAskedMakesTheServersQuestionFail() {
        try (var harness = McpHarness.of(legacyServer())) {
            var answer = harness.client().modern("tools/call", "{'name': 't'}");
            assertThat(answer.errorCode()).isEqualTo(-32601);
        }
    }

    @Test
    void failureOfAParkedCallNamesTheServer() {
        var server =
                new FakeServer("a")
                        .tools("t")
                        .on(
                                "tools/call",
                                call -> {
                                    call.listener().request("roots/list", Json.object());
                                    throw new McpUpstreamException(
                                            "a", McpUpstreamException.Kind.CLOSED, "went away");
                                });
        try (var harness = McpHarness.of(server)) {
            var client = harness.client();
            var first = client.modern("tools/call", "{'name': 't', " + ASKABLE + "}").result();
            var key = first.get("inputRequests").propertyNames().iterator().next();
            var done = client.modern("tools/call", retry(first, key, "{'roots': []}"));
            assertThat(done.errorMessage()).isEqualTo("MCP server 'a': went away");
        }
    }

    @Test
    void valuesThatOnlyModernClientsReadAreKeptFromLegacyOnes() {
        var server =
                new FakeServer("a")
                        .tools("t")
                        .on(
                                "tools/call",
                                "{'content': [], 'structuredContent': [1], 'resultType':"
                                        + " 'complete'}");
        try (var harness = McpHarness.of(server)) {
            assertThat(
                            harness.client()
                                    .modern("tools/call", "{'name': 't'}")
                                    .result()
                                    .has("structuredContent"))
                    .isTrue();
            assertThat(
                            harness.client()
                                    .initialize("2025-11-25")
                                    .legacy("tools/call", "{'name': 't'}")
                                    .result()
                                    .has("structuredContent"))
                    .isFalse();
        }
    }

    private static FakeServer modernServer() {
        return new FakeServer("a")
                .says("{'revision': '2026-07-28', 'capabilities': {'tools': {}}}")
                .tools("t")
                .on(
                        "tools/call",
                        call -> {
                            var responses = Json.child(call.params(), "inputResponses");
                            return new UpstreamReply.Result(
                                    responses == null
                                            ? (ObjectNode) FakeServer.json(FIRST)
                                            : content(responses.get("who").toString()));
                        });
    }

    private static FakeServer legacyServer() {
        return new FakeServer("a")
                .tools("t")
                .on(
                        "tools/call",
                        call ->
                                switch (call.listener()
                                        .request(
                                                "elicitation/create",
                                                Json.object().put("message", "name?"))) {
                                    case UpstreamReply.Result(var answer) ->
                                            new UpstreamReply.Result(content(answer.toString()));
                                    case UpstreamReply.RpcError error -> error;
                                });
    }

    private static ObjectNode content(String text) {
        var result = Json.object();
        result.putArray("content").addObject().put("type", "text").put("text", text);
        return result;
    }

    private static String text(McpTestClient.Answer answer) {
        return answer.result().at("/content/0/text").stringValue();
    }

    private static String retry(JsonNode first, String key, String response) {
        return "{'name': 't', 'requestState': '"
                + Json.string(first, "requestState")
                + "', 'inputResponses': {'"
                + key
                + "': "
                + response
                + "}, "
                + ASKABLE
                + "}";
    }

    private static java.net.http.HttpResponse<java.io.InputStream> call(McpTestClient client) {
        return client.open(
                "POST",
                "{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"tools/call\","
                        + "\"params\":{\"name\":\"t\"}}",
                Map.of());
    }

    private static void answer(McpTestClient client, JsonNode question, String content) {
        client.post("{'jsonrpc': '2.0', 'id': " + question.get("id") + ", " + content + "}");
    }

    /// The id of a question is the server's name for it, as far as it is a word and free.
    @Test
    void aModernClientReadsTheNamesThatALegacyServerGaveItsQuestions() throws Exception {
        var parked = new ParkedCall("tools/call");
        var answers = new java.util.concurrent.ConcurrentHashMap<String, UpstreamReply>();
        var threads = new java.util.ArrayList<Thread>();
        var wanted = java.util.List.of("user_name", "user_name", "spangate-1", "");
        for (int i = 0; i < wanted.size(); i++) {
            int number = i;
            var params = Json.object().put("number", number);
            threads.add(
                    Thread.startVirtualThread(() ->
                            answers.put(
                                    "answer " + number,
                                    wanted.get(number).isEmpty()
                                            ? parked.request("roots/list", params)
                                            : parked.requestNamed(
                                                    wanted.get(number), "roots/list", params))));
            int open = i + 1;
            Upstreams.eventually(() ->
                    parked.next() instanceof ParkedCall.Step.Asks(var asks) && asks.size() == open);
        }

        var asked = ((ParkedCall.Step.Asks) parked.next()).wanted();
        assertThat(asked.keySet()).hasSize(4).startsWith("user_name").contains("spangate-1");
        assertThat(asked.get("user_name").params().path("number").intValue()).isZero();
        var responses = Json.object();
        asked.forEach(
                (key, each) -> responses.putObject(key).set("same", each.params().get("number")));
        parked.answer(responses);
        for (var thread : threads) {
            thread.join();
        }

        for (int i = 0; i < wanted.size(); i++) {
            assertThat(Calls.result(answers.get("answer " + i)).path("same").intValue())
                    .isEqualTo(i);
        }
    }

    @Test
    void parkedCallThatIsOverTellsLateQuestionsSo() throws Exception {
        var parked = new ParkedCall("tools/call");
        var server = new FakeServer("a").on("tools/call", "{'content': []}");
        var call = UpstreamCall.own("tools/call", Json.object(), java.time.Duration.ofSeconds(5));
        parked.start(server, call);
        assertThat(parked.next()).isInstanceOf(ParkedCall.Step.Answered.class);
        var refused = new CountDownLatch(1);
        Thread.startVirtualThread(() -> {
            if (parked.request("roots/list", Json.object()) instanceof UpstreamReply.RpcError) {
                refused.countDown();
            }
        });
        assertThat(refused.await(30, TimeUnit.SECONDS)).isTrue();
    }
}
