package dev.spangate.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.spangate.mcp.McpUpstreamException.Kind;
import dev.spangate.testing.Script;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/// Each of a server's time-outs alone: the others are far beyond the test's own patience, so that
/// only the one meant can end a call.
class UpstreamTimeoutsTest {
    private static final String LONG = "'connect':'1h','first-byte':'1h','idle':'1h','total':'1h'";

    private final FakeHttpServer fake = FakeHttpServer.legacy();
    private final Upstreams upstreams = new Upstreams();

    @AfterEach
    void stop() {
        upstreams.close();
        fake.close();
    }

    @Test
    void connectEndsAHandshakeThatIsNotAnswered() {
        fake.on("server/discover", _ -> Script.script().hang());
        fake.on("initialize", _ -> Script.script().hang());

        var failure = failure(server("connect", "300ms"));

        assertThat(failure.kind()).isEqualTo(Kind.TIMEOUT);
        assertThat(failure).hasMessageContaining("'srv'").hasMessageContaining("'initialize'");
    }

    @Test
    void connectEndsAConnectionThatIsNotAccepted() throws IOException {
        var filling = new ArrayList<Socket>();
        try (var full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Assumptions.assumeTrue(fill(full, filling), "this system queues connections at will");
            var server =
                    upstreams.open(
                            Calls.server(
                                    "{'url':'http://127.0.0.1:%d/mcp','era':'legacy','timeouts':{%s}}"
                                            .formatted(
                                                    full.getLocalPort(),
                                                    with("connect", "400ms"))));

            var failure = failure(server);

            assertThat(failure.kind()).isIn(Kind.CONNECT, Kind.TIMEOUT);
            assertThat(failure).hasMessageContaining("'srv'");
        } finally {
            for (var socket : filling) {
                socket.close();
            }
        }
    }

    /// Fills the queue until a connection waits in vain.
    private static boolean fill(ServerSocket server, ArrayList<Socket> filling) throws IOException {
        for (var i = 0; i < 64; i++) {
            var socket = new Socket();
            filling.add(socket);
            try {
                socket.connect(
                        new InetSocketAddress(
                                InetAddress.getLoopbackAddress(), server.getLocalPort()),
                        200);
            } catch (SocketTimeoutException full) {
                return true;
            }
        }
        return false;
    }

    @Test
    void firstByteEndsACallWhoseAnswerDoesNotBegin() {
        fake.on("a", _ -> Script.script().hang());

        var failure = failure(server("first-byte", "300ms"));

        assertThat(failure.kind()).isEqualTo(Kind.TIMEOUT);
        assertThat(failure).hasMessageContaining("'srv'").hasMessageContaining("response head");
    }

    @Test
    void firstByteSaysNothingOfWhatComesAfterTheHead() {
        fake.on(
                "a",
                message ->
                        Script.sseHead()
                                .delay(Duration.ofMillis(900))
                                .chunk("data: " + message.envelope("{'content':[]}") + "\n\n")
                                .lastChunk());

        assertThat(Calls.result(server("first-byte", "600ms").request(call())).has("content"))
                .isTrue();
    }

    @Test
    void idleEndsACallThatFallsSilentAfterItsHead() {
        fake.on("a", _ -> Script.sseHead().chunk(": still here\n\n").hang());

        var failure = failure(server("idle", "300ms"));

        assertThat(failure.kind()).isEqualTo(Kind.TIMEOUT);
        assertThat(failure).hasMessageContaining("'srv'");
    }

    @Test
    void progressStartsTheIdleTimeAnew() {
        fake.on(
                "a",
                message -> {
                    var script = Script.sseHead();
                    for (var i = 0; i < 4; i++) {
                        script.delay(Duration.ofSeconds(1)).chunk(progress(message, i));
                    }
                    return script.chunk("data: " + message.envelope("{'content':[]}") + "\n\n")
                            .lastChunk();
                });

        assertThat(Calls.result(server("idle", "3s").request(call())).has("content")).isTrue();
    }

    @Test
    void totalEndsACallHoweverMuchProgressItMakes() {
        fake.on(
                "a",
                message -> {
                    var script = Script.sseHead();
                    for (var i = 0; i < 3_000; i++) {
                        script.chunk(progress(message, i)).delay(Duration.ofMillis(50));
                    }
                    return script.hang();
                });

        var failure = failure(server("total", "500ms"));

        assertThat(failure.kind()).isEqualTo(Kind.TIMEOUT);
        assertThat(failure).hasMessageContaining("'srv'");
    }

    @Test
    void aServerThatTimedOutServesTheNextCallInTheSameSession() {
        fake.on("a", _ -> Script.script().hang());
        var server = server("first-byte", "300ms");

        failure(server);

        fake.on("a", message -> message.text("again"));
        assertThat(Calls.text(server.request(call()))).isEqualTo("again");
        assertThat(fake.received("initialize")).hasSize(1);
        assertThat(server.status().lastError()).contains("response head");
        assertThat(server.status().state()).isEqualTo(ServerStatus.State.READY);
    }

    @Test
    void whatIsNotSetHasItsDefaults() {
        var timeouts = Calls.server("{'url':'http://127.0.0.1:9/mcp'}").timeouts();
        assertThat(timeouts.connect()).isEqualTo(Duration.ofSeconds(10));
        assertThat(timeouts.idle()).isEqualTo(Duration.ofMinutes(5));
        assertThat(timeouts.total()).isEqualTo(Duration.ofMinutes(30));
        assertThat(timeouts.firstByte())
                .as("many servers begin their answer with the answer itself")
                .isEqualTo(timeouts.total());
        assertThat(
                        Calls.server("{'url':'http://127.0.0.1:9/mcp','timeouts':{'total':'2h'}}")
                                .timeouts()
                                .firstByte())
                .isEqualTo(Duration.ofHours(2));
    }

    private static String progress(FakeHttpServer.Message message, int number) {
        return "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":%s,\"progress\":%d}}\n\n"
                .formatted(message.params().path("_meta").path("progressToken"), number);
    }

    private ConnectedServer server(String timeout, String value) {
        return upstreams.http(fake, ",'timeouts':{" + with(timeout, value) + "}");
    }

    private static String with(String timeout, String value) {
        return LONG.replace("'" + timeout + "':'1h'", "'" + timeout + "':'" + value + "'");
    }

    private static UpstreamCall call() {
        return new UpstreamCall(
                "tools/call",
                Calls.object("{'name':'a','_meta':{'progressToken':'p'}}"),
                new UpstreamCall.Caller("alice", ClientProfile.gateway()),
                Map.of(),
                null,
                MessageListener.deaf());
    }

    private static McpUpstreamException failure(ConnectedServer server) {
        return catchThrowableOfType(McpUpstreamException.class, () -> server.request(call()));
    }
}
