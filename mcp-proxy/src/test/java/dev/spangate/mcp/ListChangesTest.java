package dev.spangate.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.testing.Script;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// How a server's word that a list changed reaches us, in each era, also across a gap.
class ListChangesTest {
    private static final String CHANGED =
            "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/%s/list_changed\"}\n\n";

    private final Upstreams upstreams = new Upstreams();
    private final List<String> kinds = new CopyOnWriteArrayList<>();

    @AfterEach
    void stop() {
        upstreams.close();
    }

    @Test
    void aLegacyServerTellsOnTheGetStream() throws Exception {
        try (var fake = FakeHttpServer.legacy()) {
            fake.on(
                    "GET",
                    _ ->
                            Script.sseHead()
                                    .chunk(CHANGED.formatted("tools"))
                                    .chunk(CHANGED.formatted("prompts"))
                                    .hang());
            var server = watched(fake);

            Upstreams.eventually(() -> kinds.size() == 2);

            assertThat(kinds).containsExactly("tools", "prompts");
            assertThat(fake.received("GET").getFirst().http().header("mcp-session-id"))
                    .isEqualTo("s-1");
            assertThat(server.status().state()).isEqualTo(ServerStatus.State.READY);
        }
    }

    @Test
    void aStreamThatBreaksIsOpenedAgainWithItsLastIdAndEveryListIsDoubted() throws Exception {
        try (var fake = FakeHttpServer.legacy()) {
            var opened = new AtomicInteger();
            fake.on(
                    "GET",
                    _ ->
                            opened.incrementAndGet() == 1
                                    ? Script.sseHead()
                                            .chunk("retry: 5\nid: e-9\ndata:\n\n")
                                            .lastChunk()
                                    : Script.sseHead().chunk(": here again\n\n").hang());
            watched(fake);

            Upstreams.eventually(() -> kinds.containsAll(List.of("tools", "prompts", "resources")));

            assertThat(fake.received("GET").get(1).http().header("last-event-id")).isEqualTo("e-9");
        }
    }

    @Test
    void aServerWithoutAGetStreamIsNotAskedAgain() throws Exception {
        try (var fake = FakeHttpServer.legacy()) {
            var server = watched(fake);
            Upstreams.eventually(() -> fake.received("GET").size() == 1);

            server.request(UpstreamCall.own("tools/list", Json.object(), Calls.PATIENT));

            assertThat(fake.received("GET")).hasSize(1);
            assertThat(server.status().lastError()).isNull();
        }
    }

    @Test
    void aModernServerIsAskedForTheListsItTellsAbout() throws Exception {
        try (var fake = FakeHttpServer.modern()) {
            discoverable(fake);
            fake.on(
                    "subscriptions/listen",
                    _ ->
                            Script.sseHead()
                                    .chunk(
                                            "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/subscriptions/acknowledged\",\"params\":{}}\n\n")
                                    .chunk(CHANGED.formatted("tools"))
                                    .hang());
            watched(fake);

            Upstreams.eventually(() -> kinds.contains("tools"));

            var asked =
                    fake.received("subscriptions/listen").getFirst().params().path("notifications");
            assertThat(asked).hasToString("{\"toolsListChanged\":true}");
        }
    }

    @Test
    void aModernServerThatKnowsNoSubscriptionsIsLeftInPeace() throws Exception {
        try (var fake = FakeHttpServer.modern()) {
            discoverable(fake);
            fake.on(
                    "subscriptions/listen",
                    message ->
                            Script.answer(
                                    404,
                                    "application/json",
                                    message.failure(-32601, "Method not found")));
            var server = watched(fake);

            Upstreams.eventually(() -> fake.received("subscriptions/listen").size() == 1);

            assertThat(server.status().state()).isEqualTo(ServerStatus.State.READY);
            assertThat(server.status().lastError()).isNull();
        }
    }

    @Test
    void closingAListenerClosesItsStream() throws Exception {
        try (var fake = FakeHttpServer.modern()) {
            var listening = new CountDownLatch(1);
            fake.on(
                    "subscriptions/listen",
                    _ -> {
                        listening.countDown();
                        return Script.sseHead().chunk(": open\n\n").hang();
                    });
            var server = upstreams.http(fake, "");
            var handle =
                    server.listen(
                            Calls.call(
                                    "subscriptions/listen",
                                    "{'notifications':{'resourceSubscriptions':['file:///a']}}"));
            listening.await();

            handle.close();

            Upstreams.eventually(() -> fake.wire().clientGone() >= 1);
            assertThat(
                            fake.received("subscriptions/listen")
                                    .getFirst()
                                    .params()
                                    .path("notifications"))
                    .hasToString("{\"resourceSubscriptions\":[\"file:///a\"]}");
        }
    }

    private static void discoverable(FakeHttpServer fake) {
        fake.on(
                "server/discover",
                message ->
                        message.answer(
                                "{'resultType':'complete','supportedVersions':['2026-07-28'],'capabilities':{'tools':{'listChanged':true},'prompts':{}}}"));
    }

    private ConnectedServer watched(FakeHttpServer fake) {
        var server = upstreams.http(fake, "");
        server.onListChanged(kinds::add);
        server.hello(UpstreamCall.own("initialize", Json.object(), Calls.PATIENT));
        return server;
    }
}
