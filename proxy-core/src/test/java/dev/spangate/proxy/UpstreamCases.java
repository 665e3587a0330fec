package dev.spangate.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.spangate.proxy.UpstreamException.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What every adapter must get right: streaming, deadlines, aborts, broken connections.
abstract class UpstreamCases {
    private static final Duration SHORT = Duration.ofMillis(150);

    final Upstream upstream = create();

    abstract Upstream create();

    @AfterEach
    void close() {
        upstream.close();
    }

    @Test
    void requestArrivesAsGivenAndTheResponseAsSent() throws Exception {
        try (var server =
                new RawServer(c ->
                        RawServer.send(
                                c,
                                "HTTP/1.1 418 Teapot\r\nX-Own: a\r\nX-Own: b\r\nContent-Length: 5\r\n\r\nhello"))) {
            try (var response = upstream.send(request(server.uri("/x?y=%20z"), Timeouts.DEFAULT))) {
                assertThat(response.status()).isEqualTo(418);
                assertThat(response.fields()).contains(new HttpField("x-own", "a"));
                assertThat(response.first("X-OWN")).contains("a");
                assertThat(response.body().readAllBytes()).isEqualTo("hello".getBytes(UTF_8));
            }
            assertThat(server.requests.getFirst())
                    .startsWith("POST /x?y=%20z HTTP/1.1\r\n")
                    .contains("authorization: Bearer secret\r\n")
                    .doesNotContain("evil")
                    .contains("Content-Length: 2")
                    .doesNotContain("HTTP2-Settings")
                    .doesNotContain("Expect");
        }
    }

    @Test
    void aPieceOfTheBodyIsReadableBeforeTheNextIsSent() throws Exception {
        var read = new CountDownLatch(1);
        try (var server =
                new RawServer(c -> {
                    RawServer.send(
                            c, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
                    read.await();
                    RawServer.send(c, "2\r\nde\r\n0\r\n\r\n");
                })) {
            try (var response = upstream.send(request(server.uri("/"), Timeouts.DEFAULT))) {
                byte[] piece = new byte[100];
                assertThat(response.body().read(piece)).isEqualTo(3);
                read.countDown();
                assertThat(response.body().readAllBytes()).isEqualTo("de".getBytes(UTF_8));
            }
        }
    }

    @Test
    void everythingThatArrivedIsReadableBeforeTheFailureIsTold() throws Exception {
        var cut = new CountDownLatch(1);
        try (var server =
                new RawServer(c -> {
                    RawServer.send(c, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                    for (int i = 0; i < 200; i++) {
                        RawServer.send(c, "3\r\n%03d\r\n".formatted(i));
                    }
                    c.close();
                    cut.countDown();
                })) {
            try (var response = upstream.send(request(server.uri("/"), Timeouts.DEFAULT))) {
                assertThat(cut.await(5, TimeUnit.SECONDS)).isTrue();
                var body = new ByteArrayOutputStream();
                var failure =
                        catchThrowableOfType(
                                UpstreamException.class, () -> response.body().transferTo(body));

                assertThat(failure.kind()).isEqualTo(Kind.RESET);
                assertThat(body.toString(UTF_8)).startsWith("000001").endsWith("198199");
            }
        }
    }

    @Test
    void aReaderThatWaitsIsLetGoWhenTheBodyIsClosed() throws Exception {
        RawServer[] self = new RawServer[1];
        try (var server =
                new RawServer(c -> {
                    RawServer.send(c, "HTTP/1.1 200 OK\r\n\r\na");
                    self[0].awaitClose(c);
                })) {
            self[0] = server;
            var response = upstream.send(request(server.uri("/"), Timeouts.DEFAULT));
            assertThat(response.body().read()).isEqualTo('a');
            Thread.ofVirtual().start(response::close);

            // closed while it waits or before it does: never a byte, never for ever
            assertThat(server.clientGone.await(5, TimeUnit.SECONDS)).isTrue();
            assertThat(ends(response)).isTrue();
        }
    }

    private static boolean ends(UpstreamResponse response) {
        try {
            return response.body().read() < 0;
        } catch (IOException closed) {
            return true;
        }
    }

    @Test
    void closingEarlyClosesTheConnection() throws Exception {
        RawServer[] self = new RawServer[1];
        try (var server =
                new RawServer(c -> {
                    RawServer.send(c, "HTTP/1.1 200 OK\r\n\r\ndata: a\n\n");
                    self[0].awaitClose(c);
                })) {
            self[0] = server;
            try (var response = upstream.send(request(server.uri("/"), Timeouts.DEFAULT))) {
                assertThat(response.body().read()).isEqualTo('d');
            }
            assertThat(server.clientGone.await(5, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void anUpstreamThatNeverAnswersMeetsTheFirstByteDeadline() throws Exception {
        RawServer[] self = new RawServer[1];
        try (var server = new RawServer(c -> self[0].awaitClose(c))) {
            self[0] = server;
            var limits = Timeouts.DEFAULT.withFirstByte(SHORT);
            assertThat(kindOf(request(server.uri("/"), limits))).isEqualTo(Kind.FIRST_BYTE_TIMEOUT);
            assertThat(server.clientGone.await(5, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void aBodyThatStandsStillMeetsTheIdleDeadline() throws Exception {
        RawServer[] self = new RawServer[1];
        try (var server =
                new RawServer(c -> {
                    RawServer.send(c, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab");
                    self[0].awaitClose(c);
                })) {
            self[0] = server;
            var limits = new Timeouts(SHORT, Duration.ofSeconds(5), SHORT, Duration.ZERO);
            try (var response = upstream.send(request(server.uri("/"), limits))) {
                var failure =
                        catchThrowableOfType(
                                UpstreamException.class, () -> response.body().readAllBytes());
                assertThat(failure.kind()).isEqualTo(Kind.IDLE_TIMEOUT);
            }
            assertThat(server.clientGone.await(5, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void aBodyThatDripsForeverMeetsTheTotalDeadline() throws Exception {
        try (var server =
                new RawServer(c -> {
                    RawServer.send(c, "HTTP/1.1 200 OK\r\n\r\n");
                    while (true) {
                        RawServer.send(c, "x");
                        Thread.sleep(5);
                    }
                })) {
            var limits = Timeouts.DEFAULT.withTotal(SHORT);
            try (var response = upstream.send(request(server.uri("/"), limits))) {
                var failure =
                        catchThrowableOfType(
                                UpstreamException.class, () -> response.body().readAllBytes());
                assertThat(failure.kind()).isEqualTo(Kind.TOTAL_TIMEOUT);
            }
            assertThat(server.clientGone.await(5, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void abortEndsTheWaitForTheResponse() throws Exception {
        RawServer[] self = new RawServer[1];
        try (var server = new RawServer(c -> self[0].awaitClose(c))) {
            self[0] = server;
            var request = request(server.uri("/"), Timeouts.DEFAULT);
            Thread.startVirtualThread(() -> {
                while (server.requests.isEmpty()) {
                    Thread.onSpinWait();
                }
                request.abort().fire(Kind.CLIENT_GONE);
            });
            assertThat(kindOf(request)).isEqualTo(Kind.CLIENT_GONE);
            assertThat(server.clientGone.await(5, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void aCutBodyIsAReset() throws Exception {
        try (var server =
                new RawServer(c ->
                        RawServer.send(
                                c,
                                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"))) {
            try (var response = upstream.send(request(server.uri("/"), Timeouts.DEFAULT))) {
                var failure =
                        catchThrowableOfType(
                                UpstreamException.class, () -> response.body().readAllBytes());
                assertThat(failure.kind()).isEqualTo(Kind.RESET);
            }
        }
    }

    @Test
    void whatCameBeforeTheConnectionBrokeIsReadBeforeTheFailure() throws Exception {
        String pieces = "5\r\nhello\r\n".repeat(2000);
        for (int round = 0; round < 20; round++) {
            try (var server =
                    new RawServer(c ->
                            RawServer.send(
                                    c,
                                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                                            + pieces))) {
                try (var response = upstream.send(request(server.uri("/"), Timeouts.DEFAULT))) {
                    byte[] all = new byte[10_000];
                    // Everything, and the break behind it, is here before the first byte is read.
                    server.closed.await(5, TimeUnit.SECONDS);
                    assertThat(response.body().readNBytes(all, 0, all.length)).isEqualTo(10_000);
                    var failure =
                            catchThrowableOfType(
                                    UpstreamException.class, () -> response.body().read());
                    assertThat(failure.kind()).isEqualTo(Kind.RESET);
                }
            }
        }
    }

    /// The JDK fails the whole exchange when head, data and the break are there before it has begun
    /// to read the body; on a busy machine they are.
    @Test
    void whatCameTogetherWithTheBreakIsAnAnswerAllTheSame() throws Exception {
        for (int round = 0; round < 200; round++) {
            try (var server =
                            new RawServer(c -> {
                                RawServer.send(
                                        c,
                                        "HTTP/1.1 200 OK\r\nX-Own: a\r\n"
                                                + "Transfer-Encoding: chunked\r\n\r\n"
                                                + "3\r\nabc\r\n3\r\ndef\r\n");
                                c.close();
                            });
                    var response = upstream.send(request(server.uri("/"), Timeouts.DEFAULT))) {
                assertThat(response.status()).isEqualTo(200);
                assertThat(response.first("x-own")).contains("a");
                assertThat(response.body().readNBytes(6)).isEqualTo("abcdef".getBytes(UTF_8));
                var failure =
                        catchThrowableOfType(UpstreamException.class, () -> response.body().read());
                assertThat(failure.kind()).isEqualTo(Kind.RESET);
            }
        }
    }

    @Test
    void aClosedPortIsAConnectFailureWithNothingSent() throws Exception {
        int port;
        try (var unused = new ServerSocket(0)) {
            port = unused.getLocalPort();
        }
        var kind = kindOf(request(URI.create("http://127.0.0.1:" + port + "/"), Timeouts.DEFAULT));
        assertThat(kind).isEqualTo(Kind.CONNECT);
        assertThat(kind.nothingSent()).isTrue();
    }

    @Test
    void whatIsNotHttpSaysSo() throws Exception {
        try (var server = new RawServer(c -> RawServer.send(c, "SSH-2.0-OpenSSH_9\r\n\r\n"))) {
            assertThat(kindOf(request(server.uri("/"), Timeouts.DEFAULT))).isEqualTo(Kind.PROTOCOL);
        }
    }

    @Test
    void aHeaderThatCannotBeSentIsRefusedWithoutItsValue() {
        var request =
                new UpstreamRequest(
                        "POST",
                        URI.create("http://127.0.0.1:1/"),
                        List.of(new HttpField("authorization", "Bearer se\ncret")),
                        new byte[0],
                        Timeouts.DEFAULT,
                        new Abort());
        var failure = catchThrowableOfType(UpstreamException.class, () -> upstream.send(request));
        assertThat(failure.kind()).isEqualTo(Kind.PROTOCOL);
        assertThat(failure).hasNoCause().message().doesNotContain("cret");
        assertThat(request.fields().toString()).doesNotContain("cret");
    }

    String bodyOf(String method, URI uri) throws IOException {
        try (var response = upstream.send(request(method, uri))) {
            return new String(response.body().readAllBytes(), UTF_8);
        }
    }

    static UpstreamRequest request(String method, URI uri) {
        return request(method, uri, new byte[0]);
    }

    static UpstreamRequest request(String method, URI uri, byte[] body) {
        return new UpstreamRequest(method, uri, List.of(), body, Timeouts.DEFAULT, new Abort());
    }

    Kind kindOf(UpstreamRequest request) {
        return catchThrowableOfType(UpstreamException.class, () -> upstream.send(request)).kind();
    }

    private static UpstreamRequest request(URI uri, Timeouts timeouts) {
        return new UpstreamRequest(
                "POST",
                uri,
                List.of(
                        new HttpField("authorization", "Bearer secret"),
                        new HttpField("Host", "evil")),
                "{}".getBytes(UTF_8),
                timeouts,
                new Abort());
    }
}
