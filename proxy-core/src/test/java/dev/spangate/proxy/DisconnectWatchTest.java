package dev.spangate.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.proxy.UpstreamException.Kind;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.ServerRequest;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class DisconnectWatchTest {
    @Test
    @EnabledOnOs(OS.LINUX)
    void aClientThatLeavesWhileNothingIsWrittenIsNoticed() throws Exception {
        isNoticed(false);
    }

    /// A reset takes the connection out of the table at once, perhaps before anybody looked there.
    @Test
    @EnabledOnOs(OS.LINUX)
    void aClientThatResetsAtOnceIsNoticed() throws Exception {
        isNoticed(true);
    }

    private static void isNoticed(boolean reset) throws Exception {
        var abort = new Abort();
        var waiting = new CountDownLatch(1);
        var fired = new CountDownLatch(1);
        abort.onFire(fired::countDown);
        try (var watch = new DisconnectWatch()) {
            var server =
                    WebServer.builder()
                            .host("127.0.0.1")
                            .port(0)
                            .routing(r ->
                                    r.get(
                                            "/",
                                            (q, p) -> {
                                                try (var _ = watched(watch, q, abort)) {
                                                    waiting.countDown();
                                                    fired.await(10, TimeUnit.SECONDS);
                                                }
                                                p.send("too late");
                                            }))
                            .build()
                            .start();
            try (var client = new Socket("127.0.0.1", server.port())) {
                client.getOutputStream()
                        .write(
                                "GET / HTTP/1.1\r\nHost: x\r\n\r\n"
                                        .getBytes(StandardCharsets.US_ASCII));
                waiting.await();
                assertThat(abort.reason()).isNull();
                client.setSoLinger(reset, 0);
            }
            assertThat(fired.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(abort.reason()).isEqualTo(Kind.CLIENT_GONE);
            server.stop();
        }
    }

    @Test
    void tablesAreReadByPortsAndAnOpenConnectionOutweighsADeadOne() {
        var states = new HashMap<Integer, Integer>();
        DisconnectWatch.readTable(
                List.of(
                        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt",
                        "   0: 0100007F:1F90 0100007F:D3A2 08 00000000:00000000 00:00000000",
                        "   1: 0100007F:1F90 0200007F:D3A2 01 00000000:00000000 00:00000000",
                        "   2: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000",
                        "   3: 0000000000000000FFFF00000100007F:1F90 0000000000000000FFFF00000100007F:D3A3 08 0:0 0"),
                states);
        assertThat(states)
                .containsEntry((0xD3A2 << 16) | 0x1F90, 1)
                .containsEntry((0xD3A3 << 16) | 0x1F90, 8);
    }

    private static AutoCloseable watched(
            DisconnectWatch watch, ServerRequest request, Abort abort) {
        return watch.watch(request.remotePeer(), request.localPeer(), abort);
    }
}
