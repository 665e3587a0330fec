package dev.spangate.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.testing.Script;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Streamable HTTP servers that behave, over real sockets.
class HttpServerTest {
    private final FakeHttpServer fake = FakeHttpServer.legacy();
    private final Upstreams upstreams = new Upstreams();

    @AfterEach
    void stop() {
        upstreams.close();
        fake.close();
    }

    @Test
    void aLegacyServerIsInitializedAndKeepsItsSession() {
        var server = server(fake, "");

        assertThat(Calls.text(server.request(Calls.tool("a")))).isEqualTo("plain");
        assertThat(Calls.text(server.request(Calls.tool("b")))).isEqualTo("plain");

        assertThat(server.status().era()).isEqualTo(Era.LEGACY);
        assertThat(fake.received("initialize")).hasSize(1);
        assertThat(fake.received("notifications/initialized")).hasSize(1);
        assertThat(fake.received("tools/call"))
                .hasSize(2)
                .allSatisfy(call -> {
                    assertThat(call.http().header("mcp-session-id")).isEqualTo("s-1");
                    assertThat(call.http().header("mcp-protocol-version")).isEqualTo("2025-11-25");
                    assertThat(call.http().header("accept"))
                            .isEqualTo("application/json, text/event-stream");
                });
    }

    @Test
    void aModernServerGetsMetaAndHeadersOnEveryRequest() {
        try (var modern = FakeHttpServer.modern()) {
            var server = server(modern, "");

            server.request(Calls.tool("wörk"));

            var call = modern.received("tools/call").getFirst();
            assertThat(server.hello(Calls.tool("x")).serverInfo().path("name").stringValue())
                    .isEqualTo("new");
            assertThat(call.http().header("mcp-method")).isEqualTo("tools/call");
            assertThat(call.http().header("mcp-name")).isEqualTo("=?base64?d8O2cms=?=");
            assertThat(call.http().header("mcp-protocol-version")).isEqualTo("2026-07-28");
            assertThat(call.http().header("mcp-session-id")).isEmpty();
            var meta = call.params().path("_meta");
            assertThat(meta.path("io.modelcontextprotocol/protocolVersion").stringValue())
                    .isEqualTo("2026-07-28");
            assertThat(meta.path("io.modelcontextprotocol/clientCapabilities").has("sampling"))
                    .isTrue();
            assertThat(modern.received("initialize")).isEmpty();
        }
    }

    @Test
    void headersOfTheEntryAndOfTheCallArriveAndNothingElse() {
        var server = server(fake, ",'headers':{'Authorization':'Bearer canary'}");
        var call =
                new UpstreamCall(
                        "tools/call",
                        Calls.object("{'name':'a'}"),
                        Calls.client("alice"),
                        Map.of(
                                "traceparent",
                                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
                        Calls.PATIENT,
                        MessageListener.deaf());

        server.request(call);

        var http = fake.received("tools/call").getFirst().http();
        assertThat(http.header("authorization")).isEqualTo("Bearer canary");
        assertThat(http.header("traceparent")).startsWith("00-0af7651916cd43dd8448eb211c80319c");
    }

    @Test
    void treesComeAndGoWithoutLoss() {
        var result =
                "{'content':[{'type':'video','x':1}],'big':12345678901234567890,'tiny':1e-7,'one':1.0,'null':null,"
                        + "'_meta':{'a/b':{'c':[[],{}]}},'resultType':'odd'}";
        fake.on("weird", message -> message.answer(result));
        var server = server(fake, "");
        var params =
                "{'name':'weird','arguments':{'n':1e-7,'i':98765432109876543210,'z':2.0},'futureParam':{'k':null},'_meta':{'v/x':{'y':1}}}";

        var reply = Calls.result(server.request(Calls.call("tools/call", params)));

        assertThat(reply).isEqualTo(Calls.object(result));
        assertThat(fake.received("tools/call").getFirst().params()).isEqualTo(Calls.object(params));
    }

    @Test
    void progressAndQuestionsOnTheStreamBelongToItsCall() {
        fake.on(
                "slow",
                message ->
                        FakeHttpServer.sse(
                                "{'jsonrpc':'2.0','method':'notifications/progress','params':{'progressToken':%s,'progress':1}}"
                                        .formatted(
                                                message.params()
                                                        .path("_meta")
                                                        .path("progressToken")),
                                "{'jsonrpc':'2.0','method':'notifications/message','params':{'level':'info','data':'hi'}}",
                                "{'jsonrpc':'2.0','id':77,'method':'sampling/createMessage','params':{'m':1}}",
                                message.envelope("{'content':[{'type':'text','text':'end'}]}")));
        var server = server(fake, "");
        var recorder = new Calls.Recorder("{'role':'assistant'}");

        var call =
                Calls.call(
                        "tools/call", "{'name':'slow','_meta':{'progressToken':'tok'}}", recorder);
        assertThat(Calls.text(server.request(call))).isEqualTo("end");

        assertThat(recorder.notifications)
                .extracting(message -> message.path("method").stringValue())
                .containsExactly("notifications/progress", "notifications/message");
        assertThat(
                        recorder.notifications
                                .getFirst()
                                .path("params")
                                .path("progressToken")
                                .stringValue())
                .isEqualTo("tok");
    }

    @Test
    void aQuestionIsAnsweredByPost() {
        var answered = new CountDownLatch(1);
        fake.on(
                "",
                message -> {
                    if (message.body().path("id").asInt(0) == 77 && message.body().has("result")) {
                        answered.countDown();
                    }
                    return Script.answer(202, "text/plain", "");
                });
        fake.on(
                "ask",
                message ->
                        Script.sseHead()
                                .chunk(
                                        "data: {\"jsonrpc\":\"2.0\",\"id\":77,\"method\":\"elicitation/create\",\"params\":{}}\n\n")
                                .await(answered)
                                .chunk(
                                        "data: "
                                                + message.envelope(
                                                        "{'content':[{'type':'text','text':'thanks'}]}")
                                                + "\n\n")
                                .lastChunk());
        var server = server(fake, "");
        var recorder = new Calls.Recorder("{'action':'accept'}");

        assertThat(Calls.text(server.request(Calls.tool("ask", recorder)))).isEqualTo("thanks");
        assertThat(recorder.requests).containsExactly("elicitation/create {}");
    }

    @Test
    void anErrorIn400AnswersItsCallAndLeavesTheOthersInFlightAlone() throws Exception {
        var release = new CountDownLatch(1);
        var waiting = new CountDownLatch(1);
        fake.on(
                "e400",
                message ->
                        Script.answer(
                                400, "application/json", message.failure(-32602, "bad arguments")));
        fake.on(
                "long",
                message -> {
                    waiting.countDown();
                    return Script.script()
                            .await(release)
                            .send(
                                    envelopeResponse(
                                            message.envelope(
                                                    "{'content':[{'type':'text','text':'late'}]}")));
                });
        var server = server(fake, "");
        server.request(Calls.tool("a"));
        var texts = new ArrayList<String>();
        var other =
                Thread.ofVirtual()
                        .start(() -> texts.add(Calls.text(server.request(Calls.tool("long")))));
        assertThat(waiting.await(20, TimeUnit.SECONDS)).isTrue();

        var error = Calls.error(server.request(Calls.tool("e400")));
        release.countDown();
        other.join();

        assertThat(error.code()).isEqualTo(-32602);
        assertThat(error.message()).isEqualTo("bad arguments");
        assertThat(texts).containsExactly("late");
        assertThat(fake.received("initialize")).hasSize(1);
    }

    @Test
    void closingEndsTheSessionAtTheServer() {
        var server = server(fake, "");
        server.request(Calls.tool("a"));

        server.close();

        assertThat(fake.received("DELETE"))
                .singleElement()
                .satisfies(delete ->
                        assertThat(delete.http().header("mcp-session-id")).isEqualTo("s-1"));
    }

    @Test
    void aRedirectIsFollowedAndCredentialsStayWithTheirOrigin() {
        try (var other = FakeHttpServer.legacy()) {
            fake.on("server/discover", _ -> redirect(other.url()));
            fake.on("initialize", _ -> redirect(other.url()));
            var server = server(fake, ",'headers':{'Authorization':'Bearer canary'}");
            fake.on("tools/call", _ -> redirect(other.url()));

            assertThat(Calls.text(server.request(Calls.tool("a")))).isEqualTo("plain");

            assertThat(other.received("tools/call").getFirst().http().header("authorization"))
                    .isEmpty();
            assertThat(other.received("tools/call").getFirst().http().header("mcp-session-id"))
                    .isEqualTo("s-1");
        }
    }

    private static Script redirect(String url) {
        return Script.script()
                .send(
                        "HTTP/1.1 307 Temporary\r\nLocation: "
                                + url
                                + "\r\nContent-Length: 0\r\n\r\n");
    }

    private static String envelopeResponse(String body) {
        return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
                + body.length()
                + "\r\n\r\n"
                + body;
    }

    private ConnectedServer server(FakeHttpServer behind, String more) {
        return upstreams.http(behind, more);
    }
}
