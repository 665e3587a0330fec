package dev.spangate.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/// A legacy server may list other things for a client that it can ask: behind the gateway each kind
/// of client sees what it would see directly.
class CapabilityListsTest {
    private static final String CAN_SAMPLE =
            "{'_meta':{'io.modelcontextprotocol/clientCapabilities':{'sampling':{}}}}";

    @Test
    void aToolForClientsThatCanBeAskedIsListedForThemAlone() {
        try (var harness = McpHarness.of(asking())) {
            var can = harness.client().initialize("2025-11-25");
            var cannot = without(harness.client());

            assertThat(names(can.legacy("tools/list", "{}"))).containsExactly("ask", "plain");
            assertThat(names(cannot.legacy("tools/list", "{}"))).containsExactly("plain");
            assertThat(names(harness.client().modern("tools/list", "{}"))).containsExactly("plain");
            assertThat(names(harness.client().modern("tools/list", CAN_SAMPLE)))
                    .containsExactly("ask", "plain");
        }
    }

    @Test
    void callsFollowWhatTheirClientSees() {
        var server = asking();
        try (var harness = McpHarness.of(server)) {
            var can = harness.client().initialize("2025-11-25");
            var cannot = without(harness.client());

            assertThat(can.legacy("tools/call", "{'name':'ask'}").result().has("content")).isTrue();
            assertThat(cannot.legacy("tools/call", "{'name':'ask'}").errorCode()).isEqualTo(-32602);
            assertThat(server.count("tools/call")).isEqualTo(1);
        }
    }

    @Test
    void promptsResourcesAndWhatTheServerSaysOfItselfFollowToo() {
        var server =
                new FakeServer("a")
                        .tools("t")
                        .on(
                                "prompts/list",
                                call -> reply(call, "{'prompts':[{'name':'p'}]}", "{'prompts':[]}"))
                        .on(
                                "resources/list",
                                call ->
                                        reply(
                                                call,
                                                "{'resources':[{'uri':'x:1','name':'r'}]}",
                                                "{'resources':[]}"))
                        .on("prompts/get", "{'messages':[]}");
        server.greets(call ->
                new ServerHello(
                        Revision.V2025_11_25,
                        Calls.object(
                                call.client().capabilities().has("sampling")
                                        ? "{'tools':{},'prompts':{},'resources':{},'logging':{}}"
                                        : "{'tools':{},'prompts':{},'resources':{}}"),
                        Json.object(),
                        null));
        try (var harness = McpHarness.of(server)) {
            var can = harness.client();
            var hello = initialize(can, "{'sampling':{}}");
            var cannot = harness.client();
            var other = initialize(cannot, "{}");

            assertThat(hello.result().at("/capabilities/logging").isObject()).isTrue();
            assertThat(other.result().at("/capabilities/logging").isMissingNode()).isTrue();
            assertThat(can.legacy("prompts/list", "{}").result().get("prompts")).hasSize(1);
            assertThat(cannot.legacy("prompts/list", "{}").result().get("prompts")).isEmpty();
            assertThat(can.legacy("resources/list", "{}").result().get("resources")).hasSize(1);
            assertThat(cannot.legacy("resources/list", "{}").result().get("resources")).isEmpty();
            assertThat(can.legacy("prompts/get", "{'name':'p'}").result()).isNotNull();
            assertThat(cannot.legacy("prompts/get", "{'name':'p'}").errorCode()).isEqualTo(-32602);
        }
    }

    @Test
    void clientsOfOneKindShareOneListAndAModernServerHasOneForAll() {
        var legacy = asking();
        var modern = new FakeServer("b").tools("m").era(Era.MODERN);
        var shared =
                new FakeServer("c", "{\"url\":\"http://127.0.0.1:9/mcp\",\"session\":\"shared\"}")
                        .tools("s");
        try (var harness = McpHarness.of("{'prefix':'never'}", legacy, modern, shared)) {
            for (var i = 0; i < 3; i++) {
                harness.client().initialize("2025-11-25").legacy("tools/list", "{}");
                without(harness.client()).legacy("tools/list", "{}");
            }

            assertThat(legacy.count("tools/list")).as("one per kind").isEqualTo(2);
            assertThat(modern.count("tools/list")).isEqualTo(1);
            assertThat(shared.count("tools/list")).isEqualTo(1);
        }
    }

    /// A stateless client is as fast as one without capabilities: its server decides.
    @Test
    void aToolThatEveryClientSeesIsCalledWithoutAListForThisKindOfClient() {
        var server = asking();
        try (var harness = McpHarness.of(server)) {
            harness.client().modern("tools/list", "{}");
            var call = "{'name':'plain'," + CAN_SAMPLE.substring(1);

            assertThat(harness.client().modern("tools/call", call).result().has("content"))
                    .isTrue();
            assertThat(server.count("tools/list")).isEqualTo(1);

            var own = "{'name':'ask'," + CAN_SAMPLE.substring(1);
            assertThat(harness.client().modern("tools/call", own).result().has("content"))
                    .as("a tool for its kind alone is looked up")
                    .isTrue();
            assertThat(server.count("tools/list")).isEqualTo(2);
        }
    }

    /// The change is told by one of the gateway's sessions and looked up for every kind.
    @Test
    void aChangedListIsAskedForAnewForEveryKind() throws Exception {
        var more = new AtomicReference<>("");
        var server =
                new FakeServer("a")
                        .on(
                                "tools/list",
                                call ->
                                        reply(
                                                call,
                                                "{'tools':[{'name':'ask" + more + "'}]}",
                                                "{'tools':[{'name':'plain" + more + "'}]}"));
        try (var harness = McpHarness.of(server)) {
            var can = harness.client().initialize("2025-11-25");
            var cannot = without(harness.client());
            assertThat(names(can.legacy("tools/list", "{}"))).containsExactly("ask");
            assertThat(names(cannot.legacy("tools/list", "{}"))).containsExactly("plain");

            more.set("2");
            server.changes("tools");

            Upstreams.eventually(
                    () -> names(can.legacy("tools/list", "{}")).equals(List.of("ask2")));
            Upstreams.eventually(
                    () -> names(cannot.legacy("tools/list", "{}")).equals(List.of("plain2")));
        }
    }

    /// That a list came for the first time, for one kind of client, is no news to another kind.
    @Test
    void theFirstListOfOneKindIsNoChangeForAnother() throws Exception {
        try (var harness = McpHarness.of(asking())) {
            var cannot = without(harness.client());
            cannot.legacy("tools/list", "{}");
            try (var stream = cannot.open("GET", "", Map.of()).body()) {
                var can = harness.client().initialize("2025-11-25");
                assertThat(names(can.legacy("tools/list", "{}"))).contains("ask");
                can.legacy("tools/list", "{}");
                // The only thing it hears of is what is sent now.
                harness.servers.put(new FakeServer("z").tools("z"));
                var first = SseLines.nextMessage(stream);

                assertThat(first.path("method").stringValue())
                        .isEqualTo("notifications/tools/list_changed");
                assertThat(names(cannot.legacy("tools/list", "{}"))).contains("z");
            }
        }
    }

    /// Over sockets: the session in which the gateway lists declares what the client declared, and
    /// is the only one beside the client's own.
    @Test
    void theGatewayListsInASessionThatDeclaresWhatTheClientDeclared() {
        var lists = new ConcurrentHashMap<String, String>();
        try (var fake = FakeHttpServer.legacy()) {
            fake.on(
                    "tools/list",
                    message -> {
                        lists.put("list", message.http().header("mcp-session-id"));
                        return message.answer(
                                "{'tools':[{'name':'t','inputSchema':{'type':'object'}}]}");
                    });
            try (var gateway =
                    new GatewayUnderTest("{'servers':{'fake':{'url':'" + fake.url() + "'}}}")) {
                var client = gateway.client().initialize("2025-11-25");
                client.legacy("tools/list", "{}");
                client.legacy("tools/call", "{'name':'t'}");

                assertThat(fake.received("initialize"))
                        .hasSize(2)
                        .allSatisfy(message ->
                                assertThat(message.params().get("capabilities"))
                                        .isEqualTo(
                                                Calls.object(
                                                        "{'elicitation':{},'sampling':{},'roots':{}}")));
                assertThat(fake.received("initialize"))
                        .extracting(
                                message -> message.params().at("/clientInfo/name").stringValue())
                        .containsExactly("spangate", "t");
            }
        }
    }

    /// A server that keeps silent keeps the second kind of client waiting no more than the first.
    @Test
    void aServerThatFailedForOneKindIsNotWaitedForByAnother() {
        var release = new CountDownLatch(1);
        var server = new FakeServer("good").tools("t");
        var bad =
                new FakeServer("bad")
                        .greets(call -> {
                            if (!call.client().capabilities().isEmpty()) {
                                await(release); // whoever waits for it waits for ever
                            }
                            throw new McpUpstreamException(
                                    "bad", McpUpstreamException.Kind.CONNECT, "refused");
                        });
        try (var harness =
                McpHarness.of("{'prefix':'never','lists':{'first-wait':'10m'}}", server, bad)) {
            assertThat(names(without(harness.client()).legacy("tools/list", "{}")))
                    .containsExactly("t");
            var can = harness.client().initialize("2025-11-25");
            assertThat(names(can.legacy("tools/list", "{}"))).containsExactly("t");
            release.countDown();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static FakeServer asking() {
        return new FakeServer("a")
                .on(
                        "tools/list",
                        call ->
                                reply(
                                        call,
                                        "{'tools':[{'name':'plain'},{'name':'ask'}]}",
                                        "{'tools':[{'name':'plain'}]}"))
                .on("tools/call", "{'content':[]}");
    }

    private static UpstreamReply reply(UpstreamCall call, String can, String cannot) {
        return new UpstreamReply.Result(
                Calls.object(call.client().capabilities().has("sampling") ? can : cannot));
    }

    private static McpTestClient without(McpTestClient client) {
        initialize(client, "{}");
        return client;
    }

    private static McpTestClient.Answer initialize(McpTestClient client, String capabilities) {
        var answer =
                client.legacy(
                        "initialize",
                        "{'protocolVersion':'2025-11-25','capabilities':"
                                + capabilities
                                + ",'clientInfo':{'name':'c','version':'1'}}");
        client.header(
                "Mcp-Session-Id",
                answer.http().headers().firstValue("Mcp-Session-Id").orElseThrow());
        return answer;
    }

    private static List<String> names(McpTestClient.Answer answer) {
        return StreamSupport.stream(answer.result().get("tools").spliterator(), false)
                .map(tool -> tool.get("name").stringValue())
                .toList();
    }
}
