package dev.spangate.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.testing.Script;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What a server says right behind `initialize`, on the stream that belongs to no call: nothing of
/// it is lost, and a server without such a stream costs nobody anything.
class EarlyQuestionsTest {
    private static final String QUESTION =
            "data: {\"jsonrpc\":\"2.0\",\"id\":\"q-1\",\"method\":\"elicitation/create\",\"params\":{\"message\":\"who\"}}\n\n";

    private final FakeHttpServer fake = FakeHttpServer.legacy();
    private final Upstreams upstreams = new Upstreams();

    @AfterEach
    void stop() {
        upstreams.close();
        fake.close();
    }

    /// The server drops what it wants to ask while the stream is not open, as the TypeScript SDK
    /// does: the call must not come before.
    @Test
    void theFirstCallOfAClientThatCanBeAskedComesAfterTheStreamIsOpen() {
        var answered = new CountDownLatch(1);
        var slowHead = new CountDownLatch(1);
        fake.on(
                "GET",
                _ -> {
                    slowHead.countDown();
                    return Script.sseHead().chunk(":\n\n").hang();
                });
        fake.on("tools/call", message -> message.text("streams " + fake.received("GET").size()));
        fake.on("", _ -> counted(answered));

        var text = Calls.text(server("").request(Calls.tool("a")));

        assertThat(text).isEqualTo("streams 1");
        assertThat(order("GET", "tools/call")).containsExactly("GET", "tools/call");
        assertThat(slowHead.getCount()).isZero();
    }

    @Test
    void theCallWaitsForTheHeadOfTheStreamAndNotForItsRequestAlone() {
        var head = new CountDownLatch(1);
        fake.on("GET", _ -> Script.script().await(head).send(streamHead()).hang());
        var server = server("");
        var texts = new ArrayList<String>();
        var call =
                Thread.ofVirtual()
                        .start(() -> texts.add(Calls.text(server.request(Calls.tool("a")))));

        eventually(() -> fake.received("GET").size() == 1);
        assertThat(fake.received("tools/call")).isEmpty();
        head.countDown();
        join(call);

        assertThat(texts).containsExactly("plain");
    }

    @Test
    void aServerThatHasNoSuchStreamIsCalledAtOnce() {
        fake.on("GET", _ -> Script.answer(405, "text/plain", ""));

        assertThat(Calls.text(server("").request(Calls.tool("a")))).isEqualTo("plain");
        assertThat(order("GET", "tools/call")).containsExactly("GET", "tools/call");
    }

    @Test
    void aStreamThatBreaksAtOnceDelaysNothing() {
        fake.on("GET", _ -> Script.script().reset());

        assertThat(Calls.text(server("").request(Calls.tool("a")))).isEqualTo("plain");
    }

    /// The bound is the connect time-out here.
    @Test
    void aStreamWhoseHeadNeverComesIsWaitedForWithinABound() {
        fake.on("GET", _ -> Script.script().hang());
        var server = server(",'timeouts':{'connect':'400ms'}");

        for (var i = 0; i < 5; i++) {
            assertThat(Calls.text(server.request(of("client" + i, "a")))).isEqualTo("plain");
        }

        assertThat(fake.received("initialize")).hasSize(5);
    }

    @Test
    void aClientThatCannotBeAskedWaitsForNoStream() {
        fake.on("GET", _ -> Script.script().hang());
        var deaf =
                new UpstreamCall(
                        "tools/call",
                        Calls.object("{'name':'a'}"),
                        new UpstreamCall.Caller("deaf", ClientProfile.gateway()),
                        Map.of(),
                        Calls.PATIENT,
                        MessageListener.deaf());

        assertThat(Calls.text(server("").request(deaf))).isEqualTo("plain");
        assertThat(fake.received("GET")).isEmpty();
    }

    /// The question is there before the call that opened the session is: it waits for it.
    @Test
    void aQuestionThatComesBeforeTheFirstCallIsAskedOfThatCall() {
        var answered = new CountDownLatch(1);
        fake.on("GET", _ -> Script.sseHead().chunk(QUESTION).hang());
        fake.on("", message -> message.body().has("result") ? counted(answered) : accepted());
        fake.on(
                "tools/call",
                message ->
                        Script.sseHead()
                                .await(answered)
                                .chunk("data: " + message.envelope("{'content':[]}") + "\n\n")
                                .lastChunk());
        var recorder = new Calls.Recorder("{'action':'accept'}");

        Calls.result(server("").request(Calls.tool("a", recorder)));

        assertThat(recorder.requests).containsExactly("elicitation/create {\"message\":\"who\"}");
        assertThat(answers())
                .singleElement()
                .satisfies(answer -> {
                    assertThat(answer.path("id").stringValue()).isEqualTo("q-1");
                    assertThat(answer.at("/result/action").stringValue()).isEqualTo("accept");
                });
    }

    /// As a whole: a legacy client's call, its stream, its answer.
    @Test
    void behindTheGatewayTheClientIsAskedAndItsAnswerArrives() throws Exception {
        var answered = new CountDownLatch(1);
        fake.on("GET", _ -> Script.sseHead().chunk(QUESTION).hang());
        fake.on("", message -> message.body().has("result") ? counted(answered) : accepted());
        fake.on(
                "tools/list",
                message ->
                        message.answer("{'tools':[{'name':'a','inputSchema':{'type':'object'}}]}"));
        fake.on(
                "tools/call",
                message ->
                        Script.sseHead()
                                .await(answered)
                                .chunk("data: " + message.envelope("{'content':[]}") + "\n\n")
                                .lastChunk());
        try (var gateway =
                new GatewayUnderTest(
                        "{'prefix':'never','servers':{'fake':{'url':'" + fake.url() + "'}}}")) {
            var client = gateway.client().initialize("2025-11-25");
            var call =
                    client.open(
                            "POST",
                            "{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"tools/call\",\"params\":{\"name\":\"a\"}}",
                            Map.of());
            try (var body = call.body()) {
                var asked = SseLines.nextMessage(body);
                assertThat(asked.path("method").stringValue()).isEqualTo("elicitation/create");
                client.post(
                        "{'jsonrpc':'2.0','id':%s,'result':{'action':'accept','content':{'x':1}}}"
                                .formatted(asked.path("id")));
                assertThat(SseLines.nextMessage(body).at("/result/content").isArray()).isTrue();
            }
        }

        assertThat(answers())
                .anySatisfy(answer ->
                        assertThat(answer.at("/result/content/x").intValue()).isEqualTo(1));
    }

    private List<tools.jackson.databind.node.ObjectNode> answers() {
        return fake.received.stream()
                .map(FakeHttpServer.Message::body)
                .filter(body -> body.has("result"))
                .toList();
    }

    private List<String> order(String... methods) {
        return fake.received.stream()
                .map(FakeHttpServer.Message::method)
                .filter(List.of(methods)::contains)
                .toList();
    }

    private ConnectedServer server(String more) {
        return upstreams.http(fake, more);
    }

    private static UpstreamCall of(String client, String tool) {
        return new UpstreamCall(
                "tools/call",
                Calls.object("{'name':'" + tool + "'}"),
                Calls.client(client),
                Map.of(),
                Calls.PATIENT,
                MessageListener.deaf());
    }

    private static Script counted(CountDownLatch latch) {
        latch.countDown();
        return accepted();
    }

    private static Script accepted() {
        return Script.answer(202, "text/plain", "");
    }

    private static String streamHead() {
        return "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
    }

    private static void eventually(java.util.concurrent.Callable<Boolean> condition) {
        try {
            Upstreams.eventually(condition);
        } catch (Exception failed) {
            throw new AssertionError(failed);
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }
}
