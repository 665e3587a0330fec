package dev.spangate.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.spangate.proxy.UpstreamException.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Our own client: the cases of every adapter, and its connections, heads and bodies to the byte.
class PlainUpstreamTest extends UpstreamCases {
    @Override
    Upstream create() {
        return new PlainUpstream();
    }

    @Test
    void oneConnectionServesOneRequestAfterTheOther() throws Exception {
        try (var server = new KeepAliveServer(_ -> ok("hello"))) {
            for (int i = 0; i < 5; i++) {
                assertThat(bodyOf("POST", server.uri("/" + i))).isEqualTo("hello");
            }
            assertThat(server.connections()).isEqualTo(1);
            assertThat(server.requests())
                    .hasSize(5)
                    .last()
                    .asString()
                    .startsWith("POST /4 HTTP/1.1\r\nHost: 127.0.0.1:");
        }
    }

    /// A body that its reader leaves early cannot be followed by another answer.
    @Test
    void aConnectionIsNotUsedAgainBeforeItsBodyHasEnded() throws Exception {
        try (var server = new KeepAliveServer(_ -> ok("hello"))) {
            try (var first = upstream.send(request("POST", server.uri("/1")))) {
                assertThat(first.body().read()).isEqualTo('h');
                assertThat(bodyOf("POST", server.uri("/2"))).isEqualTo("hello");
            }
            assertThat(bodyOf("POST", server.uri("/3"))).isEqualTo("hello");
            assertThat(server.connections()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello",
                "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
            })
    void aConnectionThatIsOfNoFurtherUseIsClosed(String answer) throws Exception {
        try (var server = new KeepAliveServer(_ -> answer)) {
            assertThat(bodyOf("POST", server.uri("/"))).isEqualTo("hello");
            assertThat(server.clientGone.await(5, TimeUnit.SECONDS)).isTrue();
            assertThat(bodyOf("POST", server.uri("/"))).isEqualTo("hello");
            assertThat(server.connections()).isEqualTo(2);
        }
    }

    @Test
    void aConnectionThatTheUpstreamClosedMeanwhileIsNotUsed() throws Exception {
        for (int round = 0; round < 20; round++) {
            try (var server = new KeepAliveServer(_ -> ok("hello"))) {
                assertThat(bodyOf("POST", server.uri("/"))).isEqualTo("hello");
                server.closeConnections();
                assertThat(bodyOf("POST", server.uri("/"))).isEqualTo("hello");
                assertThat(server.requests()).hasSize(2);
            }
        }
    }

    /// Nothing is sent twice: the upstream has the request and may have acted on it.
    @Test
    void aRequestThatWasSentOnAConnectionThatBreaksIsNotSentAgain() throws Exception {
        var count = new AtomicInteger();
        try (var server =
                new KeepAliveServer(_ -> count.getAndIncrement() == 0 ? ok("hello") : "")) {
            assertThat(bodyOf("POST", server.uri("/"))).isEqualTo("hello");

            assertThat(kindOf(request("POST", server.uri("/")))).isEqualTo(Kind.RESET);

            assertThat(server.requests()).hasSize(2);
        }
    }

    /// An answer that nobody asked for must not become somebody's answer.
    @Test
    void bytesBehindAnAnswerMakeTheConnectionUseless() throws Exception {
        try (var server =
                new KeepAliveServer(n -> n == 0 ? ok("hello") + ok("another's") : ok("mine"))) {
            assertThat(bodyOf("POST", server.uri("/"))).isEqualTo("hello");
            assertThat(bodyOf("POST", server.uri("/"))).isNotEqualTo("another's");
            assertThat(server.connections()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "HEAD, 'HTTP/1.1 200 OK|Content-Length: 5||'",
        "GET, 'HTTP/1.1 204 No Content||'",
        "GET, 'HTTP/1.1 304 Not Modified|Content-Length: 5||'",
        "GET, 'HTTP/1.1 200 OK|Content-Length: 0||'",
    })
    void anAnswerWithoutABodyEndsWithItsHead(String method, String answer) throws Exception {
        try (var server = new KeepAliveServer(_ -> answer.replace("|", "\r\n"))) {
            assertThat(bodyOf(method, server.uri("/"))).isEmpty();
            assertThat(bodyOf(method, server.uri("/"))).isEmpty();
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @Test
    void interimAnswersAreSteppedOver() throws Exception {
        try (var server =
                new KeepAliveServer(_ ->
                        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
                                + ok("hello"))) {
            try (var response = upstream.send(request("POST", server.uri("/")))) {
                assertThat(response.status()).isEqualTo(200);
                assertThat(response.first("link")).isEmpty();
                assertThat(response.body().readAllBytes()).isEqualTo("hello".getBytes(UTF_8));
            }
        }
    }

    @Test
    void chunksMayHaveExtensionsAndTrailers() throws Exception {
        try (var server =
                new KeepAliveServer(_ ->
                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"
                                + "3;name=\"v\"\r\nabc\r\nA \r\n0123456789\r\n000\r\nX-Late: 1\r\n\r\n")) {
            assertThat(bodyOf("POST", server.uri("/"))).isEqualTo("abc0123456789");
            assertThat(bodyOf("POST", server.uri("/"))).isEqualTo("abc0123456789");
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @Test
    void aFoldedHeaderIsOneValue() throws Exception {
        try (var server =
                new KeepAliveServer(_ ->
                        "HTTP/1.1 200 OK\r\nX-Long: one\r\n  two\r\n\tthree\r\nContent-Length: 0\r\n\r\n")) {
            try (var response = upstream.send(request("POST", server.uri("/")))) {
                assertThat(response.first("x-long")).contains("one two three");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/2 200 OK\r\n\r\n",
                "HTTP/1.1 20 OK\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nContent-Length: 5, 6\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nContent-Length : 5\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nno colon\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\n: no name\r\n\r\nhello",
                "HTTP/1.1 101 Switching Protocols\r\n\r\n",
            })
    void aHeadThatCannotBeTrustedIsNotHttp(String answer) throws Exception {
        try (var server = new KeepAliveServer(_ -> answer)) {
            assertThat(kindOf(request("POST", server.uri("/")))).isEqualTo(Kind.PROTOCOL);
            assertThat(server.clientGone.await(5, TimeUnit.SECONDS)).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "xyz\r\nhello",
                "\r\nhello",
                "-5\r\nhello",
                "3\r\nhello\r\n0\r\n\r\n",
                "fffffffffffffffff\r\n"
            })
    void chunksThatLieAreNotHttp(String chunks) throws Exception {
        try (var server =
                new KeepAliveServer(
                        _ -> "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks)) {
            try (var response = upstream.send(request("POST", server.uri("/")))) {
                var failure =
                        catchThrowableOfType(
                                UpstreamException.class, () -> response.body().readAllBytes());
                assertThat(failure.kind()).isEqualTo(Kind.PROTOCOL);
            }
        }
    }

    @Test
    void aHeadWithoutEndIsGivenUp() throws Exception {
        try (var server =
                new RawServer(c -> {
                    RawServer.send(c, "HTTP/1.1 200 OK\r\n");
                    String line = "X-Filler: " + "x".repeat(1000) + "\r\n";
                    while (true) {
                        RawServer.send(c, line);
                    }
                })) {
            assertThat(kindOf(request("POST", server.uri("/")))).isEqualTo(Kind.PROTOCOL);
            assertThat(server.clientGone.await(5, TimeUnit.SECONDS)).isTrue();
        }
    }

    /// A refusal that comes before the body was read is the answer, whatever becomes of the body.
    @Test
    void anAnswerBeforeTheRequestWasReadCounts() throws Exception {
        var answered = new CountDownLatch(1);
        try (var server =
                new RawServer(c -> {
                    RawServer.send(c, "HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno");
                    c.shutdownOutput();
                    answered.await();
                })) {
            byte[] large = new byte[1 << 20];
            try (var response = upstream.send(request("POST", server.uri("/"), large))) {
                assertThat(response.status()).isEqualTo(413);
                assertThat(response.body().readAllBytes()).isEqualTo("no".getBytes(UTF_8));
            } finally {
                answered.countDown();
            }
        }
    }

    @Test
    void aLargeBodyArrivesWhole() throws Exception {
        byte[] large = new byte[3_000_001];
        for (int i = 0; i < large.length; i++) {
            large[i] = (byte) ('a' + i % 26);
        }
        try (var server = new KeepAliveServer(_ -> ok("read"))) {
            try (var response = upstream.send(request("PUT", server.uri("/"), large))) {
                assertThat(response.body().readAllBytes()).isEqualTo("read".getBytes(UTF_8));
            }
            assertThat(server.bodies()).containsExactly(new String(large, ISO_8859_1));
        }
    }

    @Test
    void anAbortAfterTheEndDoesNotDisturbTheConnectionsNextRequest() throws Exception {
        try (var server = new KeepAliveServer(_ -> ok("hello"))) {
            var first = request("POST", server.uri("/1"));
            try (var response = upstream.send(first)) {
                response.body().readAllBytes();
            }
            try (var second = upstream.send(request("POST", server.uri("/2")))) {
                first.abort().fire(Kind.CLIENT_GONE);
                assertThat(second.body().readAllBytes()).isEqualTo("hello".getBytes(UTF_8));
            }
            assertThat(bodyOf("POST", server.uri("/3"))).isEqualTo("hello");
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @Test
    void anExchangeThatWasAbortedBeforeItBeganSendsNothing() throws Exception {
        try (var server = new KeepAliveServer(_ -> ok("hello"))) {
            var request = request("POST", server.uri("/"));
            request.abort().fire(Kind.CLIENT_GONE);

            assertThat(kindOf(request)).isEqualTo(Kind.CLIENT_GONE);
        }
    }

    @Test
    void closingTheClientEndsWhatWaits() throws Exception {
        RawServer[] self = new RawServer[1];
        try (var server = new RawServer(c -> self[0].awaitClose(c))) {
            self[0] = server;
            Thread.ofVirtual()
                    .start(() -> {
                        while (server.requests.isEmpty()) {
                            Thread.onSpinWait();
                        }
                        upstream.close();
                    });
            assertThat(kindOf(request("POST", server.uri("/")))).isEqualTo(Kind.CANCELLED);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'', '/', ''",
        "/a%20b?c=%2F, /a%20b?c=%2F, ''",
        "/ü, /%C3%BC, ''",
        "?only=query, /?only=query, ''",
    })
    void theTargetGoesAsItIs(String given, String sent, String nothing) throws Exception {
        try (var server = new KeepAliveServer(_ -> ok("hello"))) {
            bodyOf("GET", server.uri(given));
            assertThat(server.requests().getFirst()).startsWith("GET " + sent + " HTTP/1.1\r\n");
            assertThat(server.requests().getFirst()).doesNotContain("Content-Length");
        }
    }

    @ParameterizedTest
    @CsvSource({"'a b', c", "'a:', c", "'', c", "a, 'c\u0000'", "a, 'c\u2013'"})
    void aLineThatWouldNotBeOneLineIsNotSent(String name, String value) {
        var request =
                new UpstreamRequest(
                        "POST",
                        URI.create("http://127.0.0.1:1/"),
                        List.of(new HttpField(name, value)),
                        new byte[0],
                        Timeouts.DEFAULT,
                        new Abort());

        assertThat(kindOf(request)).isEqualTo(Kind.PROTOCOL);
    }

    @Test
    void manyAtOnceGetTheirOwnAnswers() throws Exception {
        try (var server = new KeepAliveServer(KeepAliveServer.ECHO)) {
            var wrong = new AtomicInteger();
            var threads = new ArrayList<Thread>();
            for (int i = 0; i < 16; i++) {
                int number = i;
                threads.add(
                        Thread.ofVirtual().start(() -> wrong.addAndGet(echoes(server, number))));
            }
            for (var thread : threads) {
                thread.join();
            }
            assertThat(wrong).hasValue(0);
            assertThat(server.connections()).isLessThanOrEqualTo(16);
        }
    }

    private int echoes(KeepAliveServer server, int number) {
        int wrong = 0;
        for (int i = 0; i < 50; i++) {
            String body = number + " says " + i;
            try (var response =
                    upstream.send(request("POST", server.uri("/"), body.getBytes(UTF_8)))) {
                var all = new ByteArrayOutputStream();
                response.body().transferTo(all);
                wrong += all.toString(UTF_8).equals(body) ? 0 : 1;
            } catch (IOException e) {
                wrong++;
            }
        }
        return wrong;
    }

    private static String ok(String body) {
        return "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }
}
