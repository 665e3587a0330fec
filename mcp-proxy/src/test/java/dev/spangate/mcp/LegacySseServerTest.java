package dev.spangate.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spangate.mcp.McpUpstreamException.Kind;
import dev.spangate.testing.Script;
import dev.spangate.testing.ScriptedUpstream;
import dev.spangate.testing.WireRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// HTTP with SSE of 2024-11-05: the GET stream is scripted, each POST lets it go one step on.
class LegacySseServerTest {
    private static final String INITIALIZED =
            "data: {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"protocolVersion\":\"2024-11-05\",\"capabilities\":{},\"serverInfo\":{\"name\":\"old\"}}}\n\n";

    private final Upstreams upstreams = new Upstreams();
    private final CountDownLatch initialize = new CountDownLatch(1);
    private final CountDownLatch call = new CountDownLatch(1);
    private final List<WireRequest> posts = new CopyOnWriteArrayList<>();
    private ScriptedUpstream wire;

    @AfterEach
    void stop() {
        upstreams.close();
        if (wire != null) {
            wire.close();
        }
    }

    @Test
    void answersComeOnTheStreamAndMessagesGoToTheAddressItNamed() {
        var server =
                server(stream ->
                        stream.chunk(
                                "data: {\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"hello\"}],\"x\":1e-7}}\n\n"));

        var reply = server.request(Calls.tool("a"));

        assertThat(Calls.text(reply)).isEqualTo("hello");
        assertThat(server.hello(Calls.tool("a")).revision()).isEqualTo(Revision.V2024_11_05);
        assertThat(server.status().era()).isEqualTo(Era.LEGACY);
        assertThat(posts)
                .allSatisfy(post -> assertThat(post.target()).isEqualTo("/messages?session=7"));
        assertThat(posts)
                .allSatisfy(post ->
                        assertThat(post.header("authorization")).isEqualTo("Bearer canary"));
    }

    @Test
    void aStreamThatEndsFailsItsCallsAtOnce() {
        var server = server(Script::lastChunk);

        assertThatThrownBy(() -> server.request(Calls.tool("a")))
                .isInstanceOfSatisfying(
                        McpUpstreamException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(Kind.CLOSED))
                .hasMessageContaining("event stream");
    }

    @Test
    void aStreamThatIsResetFailsItsCallsAtOnce() {
        var server = server(stream -> stream.chunk("data: {").reset());

        assertThatThrownBy(() -> server.request(Calls.tool("a"))).hasMessageContaining("broke off");
    }

    @Test
    void anUnreadableEventFailsTheOnlyCallInFlight() {
        var server = server(stream -> stream.chunk("data: no json\n\n").hang());

        assertThatThrownBy(() -> server.request(Calls.tool("a"))).hasMessageContaining("not JSON");
    }

    @Test
    void aSilentServerTimesOut() {
        var server = server(Script::hang);

        assertThatThrownBy(() -> server.request(Calls.tool("a", Duration.ofMillis(200))))
                .hasMessageContaining("did not answer");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://evil.example/messages",
                "https://127.0.0.1/messages",
                "//evil.example/m",
                "http://[broken"
            })
    void aMessageAddressAtAnotherOriginIsRefused(String address) {
        wire =
                ScriptedUpstream.start(_ ->
                        Script.sseHead()
                                .chunk("event: endpoint\ndata: " + address + "\n\n")
                                .hang());
        var server = open();

        assertThatThrownBy(() -> server.request(Calls.tool("a")))
                .hasMessageContaining("message endpoint");
        assertThat(wire.requests()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 404, 500})
    void aRefusedStreamIsNamed(int status) {
        wire = ScriptedUpstream.start(_ -> Script.answer(status, "text/plain", "canary"));
        var server = open();

        assertThatThrownBy(() -> server.request(Calls.tool("a")))
                .hasMessageContaining("HTTP " + status)
                .hasMessageNotContaining("canary");
    }

    /// Names the address, answers `initialize`, then does what the test says once the call has
    /// come.
    private ConnectedServer server(Function<Script, Script> onCall) {
        wire =
                ScriptedUpstream.start(request -> {
                    if (request.method().equals("GET")) {
                        var stream =
                                Script.sseHead()
                                        .chunk("event: endpoint\ndata: /messages?session=7\n\n");
                        return onCall.apply(
                                stream.await(initialize).chunk(INITIALIZED).await(call));
                    }
                    posts.add(request);
                    if (request.body().contains("\"initialize\"")) {
                        initialize.countDown();
                    } else if (request.body().contains("tools/call")) {
                        call.countDown();
                    }
                    return Script.answer(202, "text/plain", "Accepted");
                });
        return open();
    }

    private ConnectedServer open() {
        return upstreams.open(
                Calls.server(
                        "{'type':'sse','url':'"
                                + wire.uri()
                                + "/sse','headers':{'Authorization':'Bearer canary'},'timeouts':{'connect':'10s'}}"));
    }
}
