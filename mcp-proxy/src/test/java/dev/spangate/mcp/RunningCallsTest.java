package dev.spangate.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/// What happens between a call's request and its answer: progress, signs of life, cancellation,
/// questions.
class RunningCallsTest {
    @Test
    void progressArrivesBeforeTheAnswerOnOneStream() {
        var server =
                new FakeServer("a")
                        .tools("t")
                        .on(
                                "tools/call",
                                call -> {
                                    for (int i = 0; i < 3; i++) {
                                        call.listener()
                                                .notification(
                                                        (ObjectNode)
                                                                FakeServer.json(
                                                                        "{'jsonrpc': '2.0',"
                                                                                + " 'method':"
                                                                                + " 'notifications/progress',"
                                                                                + " 'params':"
                                                                                + " {'progress': "
                                                                                + i
                                                                                + "}}"));
                                    }
                                    return new UpstreamReply.Result(Json.object());
                                });
        try (var harness = McpHarness.of(server)) {
            var answer =
                    harness.client().initialize("2025-11-25").legacy("tools/call", "{'name': 't'}");
            assertThat(answer.streamed()).isTrue();
            assertThat(answer.before().stream().map(m -> m.at("/params/progress").intValue()))
                    .containsExactly(0, 1, 2);
            assertThat(answer.last().has("result")).isTrue();
        }
    }

    @Test
    void slowCallBecomesAStreamWithSignsOfLife() throws Exception {
        var release = new CountDownLatch(1);
        var server =
                new FakeServer("a")
                        .tools("t")
                        .on(
                                "tools/call",
                                call -> {
                                    await(release);
                                    return new UpstreamReply.Result(Json.object());
                                });
        try (var harness =
                McpHarness.of(
                        "{'downstream': {'stream-after': '1ms', 'keep-alive': '1ms'}}", server)) {
            var client = harness.client().initialize("2025-11-25");
            var response =
                    client.open(
                            "POST",
                            "{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"tools/call\","
                                    + "\"params\":{\"name\":\"t\"}}",
                            Map.of());
            assertThat(response.headers().firstValue("Content-Type")).contains("text/event-stream");
            assertThat(response.headers().firstValue("X-Accel-Buffering")).contains("no");
            assertThat(new String(response.body().readNBytes(6), StandardCharsets.UTF_8))
                    .isEqualTo(":\n\n:\n\n");
            release.countDown();
            assertThat(McpTestClient.read(response).last().get("id").intValue()).isEqualTo(9);
        }
    }

    @Test
    void modernClientThatClosesTheStreamCancelsTheCall() throws Exception {
        var cancelled = new CountDownLatch(1);
        var server =
                new FakeServer("a").tools("t").on("tools/call", call -> blocked(call, cancelled));
        try (var harness =
                McpHarness.of(
                        "{'downstream': {'stream-after': '1ms', 'keep-alive': '1ms'}}", server)) {
            var client = harness.client();
            var message = client.modernMessage("tools/call", "{'name': 't'}");
            var response =
                    client.open("POST", Json.text(message), McpTestClient.modernHeaders(message));
            response.body().read();
            response.body().close();
            await(cancelled);
            assertThat(server.lastCall("tools/call").isCancelled()).isTrue();
        }
    }

    @Test
    void cancelledNotificationCancelsTheCallWithoutAnAnswer() throws Exception {
        var cancelled = new CountDownLatch(1);
        var started = new CountDownLatch(1);
        var server =
                new FakeServer("a")
                        .tools("t")
                        .on(
                                "tools/call",
                                call -> {
                                    started.countDown();
                                    return blocked(call, cancelled);
                                });
        try (var harness = McpHarness.of(server)) {
            var client = harness.client().initialize("2025-11-25");
            var answer = new McpTestClient.Answer[1];
            var thread =
                    Thread.startVirtualThread(
                            () -> answer[0] = client.legacy("'c1'", "tools/call", "{'name': 't'}"));
            await(started);
            client.post(
                    "{'jsonrpc': '2.0', 'method': 'notifications/cancelled', 'params':"
                            + " {'requestId': 'c1', 'reason': 'changed my mind'}}");
            await(cancelled);
            thread.join();
            assertThat(answer[0].last().isEmpty()).isTrue();
            var span = harness.span("tools/call t");
            assertThat(span.name()).isEqualTo("tools/call t");
        }
    }

    @Test
    void cancelOfAFinishedCallIsIgnored() {
        try (var harness = McpHarness.of(new FakeServer("a").tools("t"))) {
            var client = harness.client().initialize("2025-11-25");
            assertThat(
                            client.post(
                                            "{'jsonrpc': '2.0', 'method':"
                                                    + " 'notifications/cancelled', 'params':"
                                                    + " {'requestId': 77}}")
                                    .status())
                    .isEqualTo(202);
        }
    }

    @Test
    void serverMayAskALegacyClientDuringACall() throws Exception {
        var server =
                new FakeServer("a")
                        .tools("t")
                        .on(
                                "tools/call",
                                call ->
                                        call.listener()
                                                .request(
                                                        "elicitation/create",
                                                        Json.object().put("message", "name?")));
        try (var harness = McpHarness.of(server)) {
            var client = harness.client().initialize("2025-11-25");
            var response =
                    client.open(
                            "POST",
                            "{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"tools/call\","
                                    + "\"params\":{\"name\":\"t\"}}",
                            Map.of());
            var question = SseLines.nextMessage(response.body());
            assertThat(Json.string(question, "method")).isEqualTo("elicitation/create");
            client.post(
                    "{'jsonrpc': '2.0', 'id': "
                            + question.get("id")
                            + ", 'result': {'action': 'accept', 'x': 1e-7}}");
            var answer = SseLines.nextMessage(response.body());
            assertThat(answer.get("result"))
                    .isEqualTo(FakeServer.json("{'action': 'accept', 'x': 1e-7}"));
        }
    }

    private static UpstreamReply blocked(UpstreamCall call, CountDownLatch cancelled) {
        call.onCancel(reason -> cancelled.countDown());
        await(cancelled);
        throw new McpUpstreamException("a", McpUpstreamException.Kind.CANCELLED, "cancelled");
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(30, TimeUnit.SECONDS)) {
                throw new AssertionError("not reached");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
