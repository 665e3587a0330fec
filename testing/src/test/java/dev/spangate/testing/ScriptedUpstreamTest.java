package dev.spangate.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class ScriptedUpstreamTest {
    @Test
    void answersInOrderOnOneConnectionAndLogsRequests() throws Exception {
        try (var upstream =
                        ScriptedUpstream.start(
                                List.of(Script.json("{\"n\":1}"), Script.json("{}")));
                var client = WireClient.connect(upstream.uri())) {
            assertThat(
                            client.request("POST", "/v1/x?y=1", "hello", "X-One: 1", "x-one: 2")
                                    .readAnswer()
                                    .body())
                    .isEqualTo("{\"n\":1}");
            assertThat(client.request("GET", "/again", "").readAnswer().body()).isEqualTo("{}");

            assertThat(upstream.connections()).isEqualTo(1);
            var first = upstream.requests().getFirst();
            assertThat(first.method() + " " + first.target()).isEqualTo("POST /v1/x?y=1");
            assertThat(first.header("X-ONE")).isEqualTo("1, 2");
            assertThat(first.body()).isEqualTo("hello");
        }
    }

    @Test
    void chunksArriveOneByOneAsTheScriptLetsThemGo() throws Exception {
        var go = new CountDownLatch(1);
        var script =
                Script.sseHead().chunk("data: 1\n\n").await(go).chunk("data: 2\n\n").lastChunk();
        try (var upstream = ScriptedUpstream.start(List.of(script));
                var client = WireClient.connect(upstream.port())) {
            client.request("POST", "/", "{}");
            assertThat(client.readHead().header("content-type")).isEqualTo("text/event-stream");
            assertThat(client.readChunk()).isEqualTo("data: 1\n\n");
            go.countDown();
            assertThat(client.readChunk()).isEqualTo("data: 2\n\n");
            assertThat(client.readChunk()).isEmpty();
        }
    }

    @Test
    void halfAStreamEndsWithFinOrRst() throws Exception {
        for (Script end :
                List.of(
                        Script.sseHead().send("ff\r\nhalf").cut(),
                        Script.sseHead().send("ff\r\nhalf").reset())) {
            try (var upstream = ScriptedUpstream.start(List.of(end));
                    var client = WireClient.connect(upstream.port())) {
                client.request("POST", "/", "{}");
                assertThatThrownBy(client::readAnswer).isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void aHangLastsUntilTheClientLeavesAndIsCounted() throws Exception {
        try (var upstream = ScriptedUpstream.start(List.of(Script.script().hang()))) {
            try (var client = WireClient.connect(upstream.port()).timeout(Duration.ofMillis(50))) {
                client.request("POST", "/", "{}");
                assertThatThrownBy(client::readHead).isInstanceOf(SocketTimeoutException.class);
                assertThat(upstream.openConnections()).isEqualTo(1);
            }
            while (upstream.clientGone() == 0) { // the upstream looks every 20 ms
                Thread.onSpinWait();
            }
            assertThat(upstream.clientGone()).isEqualTo(1);
        }
    }

    @Test
    void chunkedRequestsAreReadAndMalformedOnesCanBeSent() throws Exception {
        try (var upstream = ScriptedUpstream.start(List.of(Script.json("{}")));
                var client = WireClient.connect(upstream.port())) {
            client.send(
                    "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
            assertThat(client.readAnswer().status()).isEqualTo(200);
            assertThat(upstream.requests().getFirst().body()).isEqualTo("abcde");
            client.send("rubbish\r\n").finish();
            assertThat(client.closedByServer()).isTrue();
        }
    }

    @Test
    void piecesAreWrittenAlone() throws Exception {
        byte[] bytes = "0123456789".getBytes(StandardCharsets.UTF_8);
        var script = Script.script().send(bytes, 3, Duration.ofMillis(1)).cut();
        try (var upstream = ScriptedUpstream.start(List.of(script));
                var client = WireClient.connect(upstream.port())) {
            client.request("GET", "/", "");
            assertThat(client.readUntil("9")).isEqualTo("0123456789");
            assertThat(client.readSome()).isEmpty();
        }
    }

    @Test
    void aClientMayLeaveWithAReset() throws Exception {
        var started = new CountDownLatch(1);
        try (var upstream =
                ScriptedUpstream.start(_ -> {
                    started.countDown();
                    return Script.script().hang();
                })) {
            var client = WireClient.connect(upstream.port());
            client.request("GET", "/", "");
            started.await();
            client.reset();
            while (upstream.clientGone() == 0) {
                Thread.onSpinWait();
            }
            assertThat(upstream.openConnections()).isLessThanOrEqualTo(1);
        }
    }
}
