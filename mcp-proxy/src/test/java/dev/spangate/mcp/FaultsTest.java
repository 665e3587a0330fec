package dev.spangate.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.testing.Script;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/// One server misbehaves beside one that does not: the good one's lists and calls stay right and
/// within their own time, and what is said of the bad one names it and the cause.
@Tag("faults")
class FaultsTest {
    /// Far above what a good call takes, far below what any fault here lasts.
    private static final Duration OWN_TIME = Duration.ofSeconds(8);

    private static final String STDIO = FaultsTest.class.getResource("stdio-server.sh").getPath();

    /// @param server the entry of the bad server; `URL` stands for the scripted one
    /// @param says what the answer to its call must say; for a fault that must be survived, what
    ///   its text must say
    record Fault(
            String name,
            String server,
            Function<FakeHttpServer.Message, Script> script,
            String tool,
            boolean survived,
            String says) {
        @Override
        public String toString() {
            return name;
        }

        static Fault http(
                String name, Function<FakeHttpServer.Message, Script> script, String says) {
            return new Fault(name, "'url':'URL'", script, "trouble", false, says);
        }

        static Fault stdio(String name, String tool, boolean survived, String says) {
            return new Fault(
                    name, "'command':'sh','args':['" + STDIO + "']", null, tool, survived, says);
        }
    }

    static Stream<Fault> faults() {
        var big = "x".repeat(20 << 20);
        return Stream.of(
                Fault.http("hang", _ -> Script.script().hang(), "did not answer"),
                Fault.http(
                        "hang after the stream's head",
                        _ -> Script.sseHead().hang(),
                        "did not answer"),
                Fault.http(
                        "half an event, end",
                        _ -> Script.sseHead().chunk("data: {\"jsonrpc\"").lastChunk(),
                        "before the answer"),
                Fault.http(
                        "half an event, reset",
                        _ -> Script.sseHead().chunk("data: {").reset(),
                        "broke off"),
                Fault.http(
                        "half a JSON body",
                        _ ->
                                Script.script()
                                        .send(
                                                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{\"jsonrpc\"")
                                        .cut(),
                        "broke off"),
                Fault.http(
                        "no HTTP",
                        _ -> Script.script().send("SSH-2.0-OpenSSH_9\r\n").cut(),
                        "MCP server 'bad'"),
                Fault.http(
                        "closed without a byte",
                        _ -> Script.script().cut(),
                        "closed the connection"),
                Fault.http(
                        "400 with a JSON-RPC error",
                        message ->
                                Script.answer(
                                        400,
                                        "application/json",
                                        message.failure(-32602, "bad arguments")),
                        "bad arguments"),
                Fault.http(
                        "400 with a page",
                        _ -> Script.answer(400, "text/html", "<p>no</p>"),
                        "HTTP 400"),
                Fault.http(
                        "401",
                        _ -> Script.answer(401, "text/plain", "who"),
                        "refused our credentials"),
                Fault.http("403", _ -> Script.answer(403, "text/plain", "no"), "denied access"),
                Fault.http("404", _ -> Script.answer(404, "text/plain", "what"), "404"),
                Fault.http("429", _ -> Script.answer(429, "text/plain", "slow down"), "HTTP 429"),
                Fault.http("500", _ -> Script.answer(500, "text/plain", "oops"), "HTTP 500"),
                Fault.http("503", _ -> Script.answer(503, "text/plain", "later"), "HTTP 503"),
                Fault.http("no JSON", _ -> Script.json("{'"), "not JSON"),
                Fault.http(
                        "JSON that is no message",
                        _ -> Script.json("{\"hello\":1}"),
                        "not a JSON-RPC message"),
                Fault.http(
                        "202 to a request",
                        _ -> Script.answer(202, "text/plain", ""),
                        "without the response"),
                Fault.http(
                        "an answer to another request",
                        _ -> Script.json("{\"jsonrpc\":\"2.0\",\"id\":4711,\"result\":{}}"),
                        "without the response"),
                Fault.http(
                        "a result that is no object",
                        message -> message.answer("[1]"),
                        "not an object"),
                Fault.http(
                        "a redirect in a circle",
                        message ->
                                Script.script()
                                        .send(
                                                "HTTP/1.1 307 T\r\nLocation: "
                                                        + message.http().target()
                                                        + "\r\nContent-Length: 0\r\n\r\n"),
                        "redirected"),
                new Fault(
                        "20 MB result",
                        "'url':'URL'",
                        message -> message.text(big),
                        "trouble",
                        true,
                        "xxxx"),
                new Fault(
                        "20 MB result over the limit",
                        "'url':'URL','max-response':'10MB'",
                        message -> message.text(big),
                        "trouble",
                        false,
                        "max-response"),
                new Fault(
                        "20 MB event over the limit",
                        "'url':'URL','max-response':'10MB'",
                        message -> FakeHttpServer.sse(message.envelope("{'t':'" + big + "'}")),
                        "trouble",
                        false,
                        "max-response"),
                new Fault(
                        "slow start",
                        "'command':'sh','args':['" + STDIO + "'],'env':{'START_DELAY':'2'}",
                        null,
                        "ok",
                        true,
                        "pid"),
                new Fault(
                        "dies of the probe",
                        "'command':'sh','args':['" + STDIO + "'],'env':{'DIE_ON_DISCOVER':'1'}",
                        null,
                        "ok",
                        true,
                        "pid"),
                Fault.stdio("garbage on stdout", "garbage", true, "after garbage"),
                Fault.stdio("id null", "nullid", true, "after null id"),
                Fault.stdio("exit in the middle of a call", "die", false, "exited with code 3"),
                Fault.stdio("silence on stdio", "hang", false, "did not answer"),
                Fault.stdio("stops reading its input", "deaf", false, "did not answer"));
    }

    @AfterAll
    static void figures() {
        FaultFigures.tell();
    }

    @ParameterizedTest
    @MethodSource("faults")
    void aBadServerHarmsNobodyAndIsNamed(Fault fault) throws InterruptedException {
        FaultFigures.faults(1);
        try (var good = server("good");
                var bad =
                        server("trouble")
                                .on(
                                        "trouble",
                                        fault.script() == null
                                                ? _ -> Script.script().cut()
                                                : fault.script());
                var gateway =
                        new GatewayUnderTest(
                                "{'servers':{'good':{'url':'%s'},'bad':{%s,'era':'auto','timeouts':{'idle':'4s','total':'10s'}}}}"
                                        .formatted(
                                                good.url(),
                                                fault.server().replace("URL", bad.url())))) {
            var client = gateway.client().initialize("2025-11-25");
            harmless(() -> assertThat(names(client)).contains("good_fine"));
            awaitListed(gateway, "bad_");

            var answers = new ArrayList<McpTestClient.Answer>();
            var trouble =
                    Thread.ofVirtual()
                            .start(() ->
                                    answers.add(
                                            call(
                                                    gateway.client().initialize("2025-11-25"),
                                                    "bad_" + fault.tool())));
            for (var i = 0; i < 10; i++) {
                harmless(() -> assertThat(text(call(client, "good_fine"))).isEqualTo("fine"));
            }
            trouble.join(Duration.ofSeconds(60));

            assertThat(answers).as("an answer to the bad call").hasSize(1);
            judge(fault, answers.getFirst());
            harmless(() -> assertThat(names(client)).contains("good_fine"));
            harmless(() -> assertThat(text(call(client, "good_fine"))).isEqualTo("fine"));
        }
    }

    @Test
    void fiftyServersOfWhichFiveAreDeadAnswerForFortyFive() {
        FaultFigures.faults(5);
        var fakes = new ArrayList<FakeHttpServer>();
        var entries = new ArrayList<String>();
        for (var i = 0; i < 50; i++) {
            var fake = server("tool" + i);
            fakes.add(fake);
            entries.add(
                    "'s%02d':{'url':'%s','timeouts':{'connect':'5s'}}".formatted(i, fake.url()));
            if (i % 10 == 9) {
                fakeDeath(fake, i);
            }
        }
        try (var gateway =
                new GatewayUnderTest("{'servers':{" + String.join(",", entries) + "}}")) {
            var client = gateway.client().initialize("2025-11-25");
            var names = names(client);
            for (var i = 0; i < 50; i++) {
                var name = "s%02d_tool%d".formatted(i, i);
                if (i % 10 == 9) {
                    assertThat(names).doesNotContain(name);
                } else {
                    harmless(() -> assertThat(names).contains(name));
                    harmless(() -> assertThat(text(call(client, name))).isEqualTo("fine"));
                }
            }
            harmless(() -> assertThat(names(client)).hasSize(45));
            assertThat(gateway.servers.all())
                    .filteredOn(server -> server.status().lastError() != null)
                    .extracting(server -> server.config().name())
                    .isSubsetOf("s09", "s19", "s29", "s39", "s49");
        } finally {
            fakes.forEach(FakeHttpServer::close);
        }
    }

    @Test
    void twoThousandToolsOfOneServerLeaveTheOthersTheirs() {
        FaultFigures.faults(1);
        var tools = new ArrayList<String>();
        for (var i = 0; i < 2_000; i++) {
            tools.add(
                    "{'name':'t%04d','description':'%s','inputSchema':{'type':'object'}}"
                            .formatted(i, "d".repeat(200)));
        }
        try (var good = server("fine");
                var many =
                        server("t0000")
                                .on(
                                        "tools/list",
                                        message ->
                                                message.answer(
                                                        "{'tools':["
                                                                + String.join(",", tools)
                                                                + "]}"));
                var gateway =
                        new GatewayUnderTest(
                                "{'servers':{'good':{'url':'%s'},'many':{'url':'%s'}}}"
                                        .formatted(good.url(), many.url()))) {
            var client = gateway.client().initialize("2025-11-25");

            harmless(() ->
                    assertThat(names(client))
                            .hasSize(2_001)
                            .contains("good_fine", "many_t0000", "many_t1999"));
            harmless(() -> assertThat(text(call(client, "good_fine"))).isEqualTo("fine"));
            harmless(() -> assertThat(text(call(client, "many_t1999"))).isEqualTo("fine"));
        }
    }

    @Test
    void equalToolNamesReachTheirOwnServers() {
        FaultFigures.faults(1);
        try (var one = server("same").on("same", message -> message.text("one"));
                var two = server("same").on("same", message -> message.text("two"));
                var gateway =
                        new GatewayUnderTest(
                                "{'servers':{'one':{'url':'%s'},'two':{'url':'%s'}},'prefix':'on-collision'}"
                                        .formatted(one.url(), two.url()))) {
            var client = gateway.client().initialize("2025-11-25");

            harmless(() -> assertThat(names(client)).hasSize(2).doesNotHaveDuplicates());
            var texts = names(client).stream().map(name -> text(call(client, name))).toList();
            harmless(() -> assertThat(texts).containsExactlyInAnyOrder("one", "two"));
        }
    }

    private static void fakeDeath(FakeHttpServer fake, int number) {
        switch (number) {
            case 9, 19 -> fake.close();
            case 29 ->
                    fake.on("server/discover", _ -> Script.script().hang())
                            .on("initialize", _ -> Script.script().hang());
            case 39 ->
                    fake.on("server/discover", _ -> Script.answer(500, "text/plain", ""))
                            .on("initialize", _ -> Script.answer(500, "text/plain", ""));
            default -> fake.on("tools/list", _ -> Script.script().hang());
        }
    }

    private static FakeHttpServer server(String tool) {
        return FakeHttpServer.legacy()
                .on(
                        "tools/list",
                        message ->
                                message.answer(
                                        "{'tools':[{'name':'%s','inputSchema':{'type':'object'}}]}"
                                                .formatted(tool.equals("good") ? "fine" : tool)))
                .on("tools/call", message -> message.text("fine"));
    }

    private static void judge(Fault fault, McpTestClient.Answer answer) {
        if (fault.survived()) {
            assertThat(text(answer)).contains(fault.says());
            return;
        }
        assertThat(answer.last().has("error")).as("%s", answer.last()).isTrue();
        assertThat(answer.errorMessage()).contains(fault.says());
        if (!fault.name().equals("400 with a JSON-RPC error")) {
            assertThat(answer.errorMessage()).contains("'bad'");
        }
    }

    /// Runs what the good server must be able to do, and counts where it is not.
    private static void harmless(Runnable expectation) {
        var start = System.nanoTime();
        try {
            expectation.run();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(OWN_TIME);
        } catch (AssertionError | RuntimeException harm) {
            FaultFigures.harmed();
            throw harm;
        }
    }

    private static void awaitListed(GatewayUnderTest gateway, String prefix)
            throws InterruptedException {
        var deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        var client = gateway.client().initialize("2025-11-25");
        while (names(client).stream().noneMatch(name -> name.startsWith(prefix))) {
            assertThat(System.nanoTime())
                    .as("tools of the bad server are listed in time")
                    .isLessThan(deadline);
            Thread.sleep(50);
        }
    }

    private static List<String> names(McpTestClient client) {
        var names = new ArrayList<String>();
        for (JsonNode tool : client.legacy("tools/list", "{}").result().path("tools")) {
            names.add(tool.path("name").stringValue());
        }
        return names;
    }

    private static McpTestClient.Answer call(McpTestClient client, String tool) {
        return client.legacy("tools/call", "{'name':'" + tool + "','arguments':{}}");
    }

    private static String text(McpTestClient.Answer answer) {
        assertThat(answer.last().has("result")).as("%s", answer.last()).isTrue();
        return answer.result().path("content").path(0).path("text").stringValue();
    }
}
