package dev.spangate.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

/// The tasks extension of 2026-07-28: only who declared it is answered with a task, and changes of
/// a task are told to who owns it.
class TasksTest {
    private static final String DECLARED =
            "'_meta':{'io.modelcontextprotocol/clientCapabilities':{'extensions':{'io.modelcontextprotocol/tasks':{}}}}";
    private static final String STARTED =
            "{'resultType':'task','taskId':'T-1','status':'working','ttlMs':1000,'futureField':1e-7}";

    @Test
    void aClientThatDeclaredTasksGetsTheTaskUnchangedAndItsMethodsReachTheOwner() {
        var other = server("other").on("tasks/get", "{'taskId':'wrong'}");
        var owner = owner();
        try (var harness = McpHarness.of("{'prefix':'always'}", other, owner)) {
            var client = harness.client();

            assertThat(client.modern("tools/call", "{'name':'owner_t'," + DECLARED + "}").result())
                    .isEqualTo(FakeServer.json(STARTED));

            for (var method : new String[] {"tasks/get", "tasks/update", "tasks/cancel"}) {
                var answer = send(client, method, "{'taskId':'T-1'," + DECLARED + "}", "T-1");
                assertThat(answer.result().path("status").stringValue()).isEqualTo(method);
            }
            assertThat(other.count("tasks/get")).isZero();
            assertThat(owner.lastCall("tasks/get").params().path("taskId").stringValue())
                    .isEqualTo("T-1");
        }
    }

    @Test
    void aClientThatDidNotDeclareTasksIsToldWhatItLacks() {
        try (var harness = McpHarness.of(owner())) {
            var answer = harness.client().modern("tools/call", "{'name':'t'}");

            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.errorCode()).isEqualTo(JsonRpc.MISSING_CAPABILITY);
            assertThat(answer.last().at("/error/data"))
                    .isEqualTo(
                            FakeServer.json(
                                    "{'requiredCapabilities':{'extensions':{'io.modelcontextprotocol/tasks':{}}}}"));
            assertThat(harness.span("tools/call t").attributes())
                    .containsEntry("mcp.method.name", "tools/call");
        }
    }

    @Test
    void aLegacyClientNeverSeesATaskOfTheNewKind() {
        try (var harness = McpHarness.of(owner())) {
            var answer =
                    harness.client().initialize("2025-11-25").legacy("tools/call", "{'name':'t'}");

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.errorCode()).isEqualTo(JsonRpc.MISSING_CAPABILITY);
            assertThat(answer.last().has("result")).isFalse();
        }
    }

    @Test
    void changesOfATaskAreToldUnderTheSubscriptionToWhoAskedForThatTask() throws Exception {
        var owner = owner();
        try (var harness = McpHarness.of(owner)) {
            var client = harness.client();
            client.modern("tools/call", "{'name':'t'," + DECLARED + "}");
            var stream = listen(client, "{'taskIds':['T-1','T-unknown']}");
            try (var body = stream.body()) {
                var acknowledged = SseLines.nextMessage(body);
                assertThat(acknowledged.at("/params/notifications"))
                        .as("only what somebody owns")
                        .isEqualTo(FakeServer.json("{'taskIds':['T-1']}"));
                Upstreams.eventually(() -> owner.listening.size() == 1);
                var upstream = owner.listening.getFirst();
                assertThat(upstream.params().at("/notifications/taskIds"))
                        .isEqualTo(FakeServer.json("['T-1']"));

                tell(upstream, "T-2", "not its task");
                tell(upstream, "T-1", "completed");
                var told = SseLines.nextMessage(body);

                assertThat(told.path("method").stringValue()).isEqualTo("notifications/tasks");
                assertThat(told.at("/params/status").stringValue()).isEqualTo("completed");
                assertThat(told.at("/params/_meta/io.modelcontextprotocol~1subscriptionId"))
                        .isEqualTo(
                                acknowledged.at(
                                        "/params/_meta/io.modelcontextprotocol~1subscriptionId"));
            }
        }
    }

    /// The two kinds of tasks are not bridged.
    @Test
    void aTaskOfTheOlderEraIsNotListenedTo() throws Exception {
        var owner = server("a").on("tools/call", "{'task':{'taskId':'T-1','status':'working'}}");
        try (var harness = McpHarness.of(owner)) {
            var client = harness.client();
            client.modern("tools/call", "{'name':'t'}");
            try (var body = listen(client, "{'taskIds':['T-1']}").body()) {
                assertThat(SseLines.nextMessage(body).at("/params/notifications"))
                        .isEqualTo(FakeServer.json("{}"));
                assertThat(owner.listening).isEmpty();
            }
        }
    }

    private static void tell(UpstreamCall upstream, String task, String status) {
        var message = Json.object().put("jsonrpc", "2.0").put("method", "notifications/tasks");
        message.putObject("params").put("taskId", task).put("status", status);
        upstream.listener().notification(message);
    }

    private static FakeServer server(String name) {
        return new FakeServer(name).tools("t");
    }

    private static FakeServer owner() {
        var server = server("owner").era(Era.MODERN).on("tools/call", STARTED);
        for (var method : new String[] {"tasks/get", "tasks/update", "tasks/cancel"}) {
            server.on(method, "{'taskId':'T-1','status':'" + method + "'}");
        }
        return server;
    }

    private static HttpResponse<InputStream> listen(McpTestClient client, String filter) {
        var message =
                client.modernMessage("subscriptions/listen", "{'notifications':" + filter + "}");
        return client.open("POST", Json.text(message), McpTestClient.modernHeaders(message));
    }

    private static McpTestClient.Answer send(
            McpTestClient client, String method, String params, String name) {
        var message = client.modernMessage(method, params);
        var headers = McpTestClient.modernHeaders(message);
        headers.put("Mcp-Name", name);
        return client.send(message, headers);
    }
}
