package dev.spangate.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spangate.mcp.McpUpstreamException.Kind;
import dev.spangate.testing.Script;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Streamable HTTP servers that misbehave, over real sockets.
class HttpTroubleTest {
    private final FakeHttpServer fake = FakeHttpServer.legacy();
    private final Upstreams upstreams = new Upstreams();

    @AfterEach
    void stop() {
        upstreams.close();
        fake.close();
    }

    @ParameterizedTest
    @CsvSource({
        "401,UNAUTHORIZED",
        "403,UNAUTHORIZED",
        "404,HTTP_STATUS",
        "429,HTTP_STATUS",
        "500,HTTP_STATUS",
        "503,HTTP_STATUS"
    })
    void aStatusWithoutJsonRpcIsNamed(int status, Kind kind) {
        try (var modern = FakeHttpServer.modern()) {
            modern.on("x", _ -> Script.answer(status, "text/html", "<h1>sk-secret-canary</h1>"));
            var server = server(modern, "");

            assertThatThrownBy(() -> server.request(Calls.tool("x")))
                    .isInstanceOfSatisfying(
                            McpUpstreamException.class,
                            failure -> assertThat(failure.kind()).isEqualTo(kind))
                    .hasMessageContaining("MCP server 'srv'")
                    .hasMessageContaining(String.valueOf(status))
                    .hasMessageNotContaining("canary");
            assertThat(Calls.text(server.request(Calls.tool("fine")))).isEqualTo("plain");
        }
    }

    @Test
    void anExpiredSessionIsReplacedOnceAndNobodyNotices() {
        var server = server(fake, "");
        server.request(Calls.tool("a"));
        fake.session("s-2");

        assertThat(Calls.text(server.request(Calls.tool("b")))).isEqualTo("plain");

        assertThat(fake.received("initialize")).hasSize(2);
        assertThat(fake.received("tools/call"))
                .last()
                .satisfies(
                        call -> assertThat(call.http().header("mcp-session-id")).isEqualTo("s-2"));
    }

    @Test
    void aServerThatForgetsEverySessionIsAskedTwiceAtMost() {
        var server = server(fake, "");
        fake.on("a", _ -> Script.answer(404, "text/plain", "gone"));

        assertThatThrownBy(() -> server.request(Calls.tool("a")))
                .hasMessageContaining("no longer knows the session");

        assertThat(fake.received("tools/call")).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "event: message\ndata: {\"jsonrpc\":\"2.0\",\"id\":",
                ": only a comment\n\n",
                ""
            })
    void aStreamThatEndsWithoutAnAnswerFailsAtOnce(String sent) {
        fake.on(
                "half",
                _ ->
                        sent.isEmpty()
                                ? Script.sseHead().lastChunk()
                                : Script.sseHead().chunk(sent).lastChunk());
        var server = server(fake, "");

        assertThatThrownBy(() -> server.request(Calls.tool("half")))
                .isInstanceOfSatisfying(
                        McpUpstreamException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(Kind.CLOSED));
    }

    @Test
    void aStreamThatIsCutInTheMiddleFailsAtOnce() {
        fake.on("cut", _ -> Script.sseHead().chunk("data: {\"jso").reset());
        var server = server(fake, "");

        assertThatThrownBy(() -> server.request(Calls.tool("cut")))
                .isInstanceOfSatisfying(
                        McpUpstreamException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(Kind.CLOSED));
        assertThat(Calls.text(server.request(Calls.tool("fine")))).isEqualTo("plain");
    }

    @Test
    void aStreamWithIdsIsResumedByGet() {
        fake.on("poll", _ -> Script.sseHead().chunk("retry: 10\nid: e1\ndata:\n\n").lastChunk());
        var server = server(fake, "");
        fake.on(
                "GET",
                message ->
                        message.http().header("last-event-id").equals("e1")
                                ? FakeHttpServer.sse(
                                        fake.received("tools/call")
                                                .getFirst()
                                                .envelope(
                                                        "{'content':[{'type':'text','text':'resumed'}]}"))
                                : Script.answer(405, "text/plain", ""));

        assertThat(Calls.text(server.request(Calls.tool("poll")))).isEqualTo("resumed");
    }

    @Test
    void aHangingCallTimesOutClosesItsRequestAndCancels() throws Exception {
        var hanging = new CountDownLatch(1);
        fake.on(
                "hang",
                _ -> {
                    hanging.countDown();
                    return Script.script().hang();
                });
        var server = server(fake, "");

        assertThatThrownBy(() -> server.request(Calls.tool("hang", Duration.ofMillis(150))))
                .isInstanceOfSatisfying(
                        McpUpstreamException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(Kind.TIMEOUT));

        Upstreams.eventually(() -> fake.received("notifications/cancelled").size() == 1);
        Upstreams.eventually(() -> fake.wire().clientGone() >= 1);
        var cancelled = fake.received("notifications/cancelled").getFirst();
        assertThat(cancelled.params().path("requestId"))
                .isEqualTo(fake.received("tools/call").getFirst().body().get("id"));
    }

    @Test
    void cancellingAModernCallClosesItsStreamAndSendsNothing() throws Exception {
        try (var modern = FakeHttpServer.modern()) {
            var hanging = new CountDownLatch(1);
            modern.on(
                    "hang",
                    _ -> {
                        hanging.countDown();
                        return Script.sseHead().chunk(": waiting\n\n").hang();
                    });
            var server = server(modern, "");
            var call = Calls.tool("hang");
            var ended = new CountDownLatch(1);
            Thread.ofVirtual()
                    .start(() -> {
                        try {
                            server.request(call);
                        } catch (McpUpstreamException cancelled) {
                            ended.countDown();
                        }
                    });
            assertThat(hanging.await(20, TimeUnit.SECONDS)).isTrue();

            call.cancel("client left");

            assertThat(ended.await(20, TimeUnit.SECONDS)).isTrue();
            Upstreams.eventually(() -> modern.wire().clientGone() >= 1);
            assertThat(modern.received("notifications/cancelled")).isEmpty();
        }
    }

    @Test
    void progressKeepsACallAliveBeyondItsIdleTime() {
        fake.on(
                "busy",
                message -> {
                    var script = Script.sseHead();
                    for (var i = 0; i < 6; i++) {
                        script.delay(Duration.ofMillis(400))
                                .chunk(
                                        "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":%s,\"progress\":%d}}\n\n"
                                                .formatted(
                                                        message.params()
                                                                .path("_meta")
                                                                .path("progressToken"),
                                                        i));
                    }
                    return script.chunk(
                                    "data: "
                                            + message.envelope(
                                                    "{'content':[{'type':'text','text':'done'}]}")
                                            + "\n\n")
                            .lastChunk();
                });
        var server = server(fake, ",'timeouts':{'idle':'2s','total':'60s'}");

        var call = Calls.call("tools/call", "{'name':'busy','_meta':{'progressToken':5}}");
        assertThat(Calls.text(server.request(call))).isEqualTo("done");
    }

    @Test
    void aResultOverTheLimitIsRefusedWhileItComes() {
        fake.on("big", message -> message.text("x".repeat(300_000)));
        fake.on(
                "bigEvent",
                message ->
                        FakeHttpServer.sse(
                                message.envelope("{'t':'" + "x".repeat(300_000) + "'}")));
        var server = server(fake, ",'max-response':'100KB'");

        for (var tool : List.of("big", "bigEvent")) {
            assertThatThrownBy(() -> server.request(Calls.tool(tool)))
                    .isInstanceOfSatisfying(
                            McpUpstreamException.class,
                            failure -> assertThat(failure.kind()).isEqualTo(Kind.TOO_LARGE))
                    .hasMessageContaining("max-response");
        }
        assertThat(Calls.text(server.request(Calls.tool("fine")))).isEqualTo("plain");
    }

    @Test
    void aServerThatIsNotThereFailsFastOnceItIsKnown() {
        // Port 1 stays closed; one that was just given up may still answer or be taken again.
        var server = upstreams.open(Calls.server("{'url':'http://127.0.0.1:1/mcp'}"));

        for (var i = 0; i < 2; i++) {
            assertThatThrownBy(() -> server.request(Calls.tool("a")))
                    .isInstanceOfSatisfying(
                            McpUpstreamException.class,
                            failure -> assertThat(failure.kind()).isEqualTo(Kind.CONNECT));
        }
        assertThat(server.status().state()).isEqualTo(ServerStatus.State.FAILED);
        assertThat(server.status().lastError()).contains("cannot be connected to");
    }

    private ConnectedServer server(FakeHttpServer behind, String more) {
        return upstreams.http(behind, more);
    }
}
