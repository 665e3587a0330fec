package dev.spangate.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class CatalogTest {
    @Test
    void toolsAreInOrderOfServerThenName() {
        var z = new FakeServer("z").tools("c", "a", "b");
        var a = new FakeServer("a").tools("y", "x");
        try (var harness = McpHarness.of("{'prefix': 'always'}", z, a)) {
            var client = harness.client().initialize("2025-11-25");
            var expected = List.of("z_a", "z_b", "z_c", "a_x", "a_y");
            for (int i = 0; i < 20; i++) {
                assertThat(names(client.legacy("tools/list", "{}"))).isEqualTo(expected);
            }
        }
    }

    @Test
    void everyPageOfAServerIsShown() {
        var server =
                new FakeServer("a")
                        .on(
                                "tools/list",
                                call -> {
                                    var cursor = Json.string(call.params(), "cursor");
                                    int page = cursor == null ? 0 : Integer.parseInt(cursor);
                                    var result = Json.object();
                                    result.putArray("tools").addObject().put("name", "t" + page);
                                    if (page < 4) {
                                        result.put("nextCursor", String.valueOf(page + 1));
                                    }
                                    return new UpstreamReply.Result(result);
                                });
        try (var harness = McpHarness.of(server)) {
            assertThat(names(harness.client().modern("tools/list", "{}")))
                    .containsExactly("t0", "t1", "t2", "t3", "t4");
        }
    }

    @Test
    void listThatNeverEndsIsAFailureOfThatServerAlone() {
        var liar = new FakeServer("liar").on("tools/list", "{'tools': [], 'nextCursor': 'x'}");
        var good = new FakeServer("good").tools("t");
        try (var harness = McpHarness.of("{'prefix': 'never'}", liar, good)) {
            assertThat(names(harness.client().modern("tools/list", "{}"))).containsExactly("t");
            assertThat(harness.client("/mcp/liar").modern("tools/list", "{}").errorMessage())
                    .contains("liar")
                    .contains("does not end");
        }
    }

    @Test
    void ourPagesHoldEverythingOnce() {
        var names = IntStream.range(0, 25).mapToObj(i -> String.format("t%02d", i)).toList();
        var server = new FakeServer("a").tools(names.toArray(String[]::new));
        try (var harness = McpHarness.of("{'lists': {'page-size': 10}}", server)) {
            var client = harness.client();
            var seen = new ArrayList<String>();
            String cursor = "";
            while (cursor != null) {
                var answer = client.modern("tools/list", cursor.isEmpty() ? "{}" : cursor);
                seen.addAll(names(answer));
                var next = Json.string(answer.result(), "nextCursor");
                cursor = next == null ? null : "{'cursor': '" + next + "'}";
            }
            assertThat(seen).isEqualTo(names);
            assertThat(client.modern("tools/list", "{'cursor': 'made up'}").errorCode())
                    .isEqualTo(-32602);
        }
    }

    @Test
    void definitionsKeepWhatWeDoNotKnow() {
        var definition =
                "{'name': 't', 'title': 'T', 'inputSchema': {'$schema': 'x', 'type': 'object'},"
                        + " 'icons': [{'src': 'data:,'}], 'execution': {'taskSupport': 'optional'},"
                        + " 'annotations': {'future': 1e-7}, '_meta': {'ui': {'resourceUri': 'ui://x'}},"
                        + " 'futureField': [12345678901234567890]}";
        var server = new FakeServer("a").on("tools/list", "{'tools': [" + definition + "]}");
        try (var harness = McpHarness.of(server)) {
            assertThat(harness.client().modern("tools/list", "{}").result().get("tools").get(0))
                    .isEqualTo(FakeServer.json(definition));
        }
    }

    @Test
    void deadServerCostsTheOthersNothingAndIsNamedAlone() {
        var dead = new FakeServer("dead").dead();
        var good = new FakeServer("good").tools("t");
        try (var harness = McpHarness.of("{'prefix': 'never'}", dead, good)) {
            assertThat(names(harness.client().modern("tools/list", "{}"))).containsExactly("t");
            var alone = harness.client("/mcp/dead").modern("tools/list", "{}");
            assertThat(alone.errorCode()).isEqualTo(JsonRpc.UPSTREAM_FAILED);
            assertThat(alone.errorMessage()).isEqualTo("MCP server 'dead': connection refused");
        }
    }

    @Test
    void silentServerIsWaitedForOnceAndShownWhenItComes() throws Exception {
        var answering = new CountDownLatch(1);
        var slow = new FakeServer("slow").tools("s");
        slow.greets(call -> {
            await(answering);
            return new ServerHello(
                    Revision.V2025_11_25,
                    (tools.jackson.databind.node.ObjectNode) FakeServer.json("{'tools': {}}"),
                    Json.object(),
                    null);
        });
        var good = new FakeServer("good").tools("t");
        try (var harness =
                McpHarness.of("{'prefix': 'never', 'lists': {'first-wait': '50ms'}}", slow, good)) {
            var client = harness.client().initialize("2025-11-25");
            var stream = client.open("GET", "", java.util.Map.of());
            assertThat(names(client.legacy("tools/list", "{}"))).containsExactly("t");
            answering.countDown();
            List<String> shown = List.of();
            // each server's first list is told, that of the good one perhaps before
            for (int told = 0; told < 2 && !shown.contains("s"); told++) {
                assertThat(Json.string(SseLines.nextMessage(stream.body()), "method"))
                        .isEqualTo("notifications/tools/list_changed");
                shown = names(client.legacy("tools/list", "{}"));
            }
            assertThat(shown).containsExactly("s", "t");
            stream.body().close();
        }
    }

    /// A list answered from our table leaves no span (T): none of the later ones asked or waited.
    @Test
    void aServerThatStaysSilentHoldsUpTheFirstListOnly() throws Exception {
        var never = new CountDownLatch(1);
        var silent = new FakeServer("silent").tools("s");
        silent.greets(call -> {
            await(never);
            throw new IllegalStateException("too late");
        });
        var good = new FakeServer("good").tools("t");
        try (var harness =
                McpHarness.of(
                        "{'prefix': 'never', 'lists': {'first-wait': '50ms'}}", silent, good)) {
            var client = harness.client();
            assertThat(names(client.modern("tools/list", "{}"))).containsExactly("t");
            int waited = harness.spans("tools/list").size();

            for (int i = 0; i < 5; i++) {
                assertThat(names(client.modern("tools/list", "{}"))).containsExactly("t");
            }

            assertThat(waited).isPositive();
            assertThat(harness.spans("tools/list")).hasSize(waited);
            never.countDown();
        }
    }

    @Test
    void changeIsToldOnceTheTableKnowsIt() throws Exception {
        var server = new FakeServer("a").tools("old");
        try (var harness = McpHarness.of(server)) {
            var client = harness.client().initialize("2025-11-25");
            client.legacy("tools/list", "{}");
            var stream = client.open("GET", "", java.util.Map.of());
            server.tools("old", "new");
            server.changes("tools");
            assertThat(Json.string(SseLines.nextMessage(stream.body()), "method"))
                    .isEqualTo("notifications/tools/list_changed");
            assertThat(names(client.legacy("tools/list", "{}"))).containsExactly("new", "old");
            stream.body().close();
        }
    }

    @Test
    void changeOfOneServerIsNotToldToWhoCannotSeeIt() throws Exception {
        var a = new FakeServer("a").tools("t");
        var b = new FakeServer("b").tools("t");
        try (var harness = McpHarness.of(a, b)) {
            var client = harness.client("/mcp/b").initialize("2025-11-25");
            client.legacy("tools/list", "{}");
            harness.client().modern("tools/list", "{}");
            var stream = client.open("GET", "", java.util.Map.of());
            a.tools("changed");
            a.changes("tools");
            var all = harness.client();
            while (!names(all.modern("tools/list", "{}")).contains("changed")) {
                Thread.onSpinWait();
            }
            b.tools("mine");
            b.changes("prompts");
            assertThat(Json.string(SseLines.nextMessage(stream.body()), "method"))
                    .isEqualTo("notifications/prompts/list_changed");
            stream.body().close();
        }
    }

    @Test
    void serversMayComeAndGo() {
        var a = new FakeServer("a").tools("x");
        try (var harness = McpHarness.of("{'prefix': 'never'}", a)) {
            var client = harness.client();
            assertThat(names(client.modern("tools/list", "{}"))).containsExactly("x");
            harness.servers.put(new FakeServer("b").tools("y"));
            assertThat(names(client.modern("tools/list", "{}"))).containsExactly("x", "y");
            harness.servers.remove("a");
            assertThat(names(client.modern("tools/list", "{}"))).containsExactly("y");
            assertThat(client.modern("tools/call", "{'name': 'x'}").errorCode()).isEqualTo(-32602);
        }
    }

    @Test
    void listIsAskedForAgainAfterItsTime() {
        var asked = new AtomicInteger();
        var server =
                new FakeServer("a")
                        .on(
                                "tools/list",
                                call -> {
                                    var result = Json.object();
                                    result.putArray("tools")
                                            .addObject()
                                            .put("name", "t" + asked.incrementAndGet());
                                    return new UpstreamReply.Result(result);
                                });
        try (var harness = McpHarness.of("{'lists': {'ttl': '0s'}}", server)) {
            var client = harness.client();
            assertThat(names(client.modern("tools/list", "{}"))).containsExactly("t1");
            while (names(client.modern("tools/list", "{}")).contains("t1")) {
                Thread.onSpinWait();
            }
            assertThat(asked.get()).isGreaterThan(1);
        }
    }

    private static List<String> names(McpTestClient.Answer answer) {
        var names = new ArrayList<String>();
        for (JsonNode tool : answer.result().get("tools")) {
            names.add(tool.get("name").stringValue());
        }
        return names;
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
