package dev.spangate.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spangate.testing.Script;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Which clients share a session, and when one ends.
class SessionsOfAServerTest {
    private final FakeHttpServer fake = FakeHttpServer.legacy();
    private final Upstreams upstreams = new Upstreams();

    @AfterEach
    void stop() {
        upstreams.close();
        fake.close();
    }

    @Test
    void eachClientHasItsOwnSession() {
        var server = upstreams.http(fake, "");

        List.of("alice", "bob", "alice").forEach(client -> server.request(of(client)));

        assertThat(fake.received("initialize")).hasSize(2);
    }

    @Test
    void clientsShareOneWhereConfigured() {
        var server = upstreams.http(fake, ",'session':'shared'");

        List.of("alice", "bob").forEach(client -> server.request(of(client)));

        assertThat(fake.received("initialize")).hasSize(1);
    }

    @Test
    void aModernServerIsDiscoveredOnceForAll() {
        try (var modern = FakeHttpServer.modern()) {
            var server = upstreams.http(modern, ",'era':'modern'");

            List.of("alice", "bob", "carol").forEach(client -> server.request(of(client)));

            assertThat(modern.received("server/discover")).hasSize(1);
        }
    }

    @Test
    void aClientThatIsGoneLeavesNoSession() throws Exception {
        var server = upstreams.http(fake, "");
        server.request(of("alice"));
        server.request(of("bob"));

        server.release("alice");
        server.release("nobody");
        server.release("");

        Upstreams.eventually(() -> fake.received("DELETE").size() == 1);
        server.request(of("bob"));
        assertThat(fake.received("initialize")).hasSize(2);
    }

    @Test
    void callersOfOneKeyShareTheOpening() throws InterruptedException {
        var release = new CountDownLatch(1);
        fake.on(
                "server/discover",
                message ->
                        Script.script()
                                .await(release)
                                .send("HTTP/1.1 400 B\r\nContent-Length: 0\r\n\r\n"));
        var server = upstreams.http(fake, "");
        var threads =
                IntStream.range(0, 20)
                        .mapToObj(_ -> Thread.ofVirtual().start(() -> server.request(of("alice"))))
                        .toList();

        release.countDown();
        for (var thread : threads) {
            thread.join();
        }

        assertThat(fake.received("initialize")).hasSize(1);
        assertThat(fake.received("tools/call")).hasSize(20);
    }

    @Test
    void anExpiredSessionUnderManyCallsIsReplacedOnceAndEachCallIsAnswered()
            throws InterruptedException {
        var server = upstreams.http(fake, "");
        server.request(of("alice"));
        fake.session("s-2");
        var failures = new ArrayList<Throwable>();
        var threads =
                IntStream.range(0, 20)
                        .mapToObj(_ ->
                                Thread.ofVirtual().unstarted(() -> server.request(of("alice"))))
                        .toList();
        threads.forEach(thread ->
                thread.setUncaughtExceptionHandler((_, failure) -> failures.add(failure)));

        threads.forEach(Thread::start);
        for (var thread : threads) {
            thread.join();
        }

        assertThat(failures).isEmpty();
        assertThat(fake.received("initialize")).hasSize(2);
    }

    @Test
    void theBoundEndsTheLongestIdleSessionAndRefusesWhereAllAreBusy() throws Exception {
        var busy = new CountDownLatch(2);
        fake.on(
                "hang",
                _ -> {
                    busy.countDown();
                    return Script.script().hang();
                });
        try (var bounded =
                new ConnectedServer(
                        Calls.server("{'url':'" + fake.url() + "'}"), upstreams.transports(), 2)) {
            for (var client : List.of("a", "b", "c")) {
                bounded.request(of(client));
            }
            Upstreams.eventually(() -> fake.received("DELETE").size() == 1);
            for (var client : List.of("b", "c")) {
                Thread.ofVirtual().start(() -> bounded.request(of(client, "hang")));
            }
            assertThat(busy.await(20, TimeUnit.SECONDS)).isTrue();

            assertThatThrownBy(() -> bounded.request(of("d")))
                    .hasMessageContaining("busy sessions");
        }
    }

    @Test
    void aStoppedServerRefusesAndNamesItself() {
        var server = upstreams.http(fake, "");
        server.request(of("alice"));

        server.close();

        assertThatThrownBy(() -> server.request(of("alice")))
                .isInstanceOf(McpUpstreamException.class)
                .hasMessageContaining("'srv'");
        assertThat(server.status().state()).isEqualTo(ServerStatus.State.STOPPED);
    }

    @Test
    void aServerReplacedByOneOfTheOtherEraIsDetectedAnew() {
        var server = upstreams.http(fake, "");
        server.request(of("alice"));
        fake.session("s-2");
        fake.on(
                "server/discover",
                message ->
                        message.answer("{'supportedVersions':['2026-07-28'],'capabilities':{}}"));
        fake.on(
                "initialize",
                message ->
                        Script.answer(
                                404,
                                "application/json",
                                message.failure(-32601, "Method not found")));

        assertThatThrownBy(() -> server.request(of("alice")))
                .hasMessageContaining("refused initialize");

        assertThat(Calls.text(server.request(of("alice")))).isEqualTo("plain");
        assertThat(server.status().era()).isEqualTo(Era.MODERN);
    }

    private static UpstreamCall of(String client) {
        return of(client, "a");
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
}
