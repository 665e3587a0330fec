package dev.spangate.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.testing.Script;
import dev.spangate.testing.SuiteNotes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Guarantee 1 of the proxy over sockets, in the four combinations of eras: whatever a client or a
/// server says reaches the other side field by field, and only what the era's envelope asks for is
/// added. A failure names the seed.
class LosslessTest {
    private static final int ROUNDS = SuiteNotes.full() ? 1_000 : 40;

    /// What belongs to the connection and not to the message.
    private static final List<String> OF_THE_CONNECTION = List.of("traceparent", "tracestate");

    private static final String ERA_KEY = "io.modelcontextprotocol/";

    @ParameterizedTest(name = "{0} client, {1} server")
    @CsvSource({"legacy,legacy", "legacy,modern", "modern,legacy", "modern,modern"})
    void callsAndResults(String client, String server) {
        try (var way = new Way(client, server)) {
            for (var seed = 0; seed < ROUNDS; seed++) {
                var trees = new RandomTrees(seed);
                var params = trees.object(4).put("name", "t");
                params.set("arguments", trees.object(5));
                params.set("_meta", trees.object(4));
                params.withObjectProperty("_meta").set("deep", trees.deep(60));
                var result = trees.object(4);
                result.set("content", trees.content());
                result.set("structuredContent", trees.object(5));
                result.set("_meta", trees.object(4));
                result.remove(List.of("resultType", "task", "taskId"));

                way.answers(result);
                var got = way.ask("tools/call", params).path("result");

                same(seed, "params", params, way.arrived());
                same(seed, "result", result, got);
            }
        }
    }

    @ParameterizedTest(name = "{0} client, {1} server")
    @CsvSource({"legacy,legacy", "legacy,modern", "modern,legacy", "modern,modern"})
    void errorsWithTheirData(String client, String server) {
        try (var way = new Way(client, server)) {
            for (var seed = 0; seed < ROUNDS / 4; seed++) {
                var trees = new RandomTrees(seed);
                var error = Json.object().put("code", -31_000 - seed).put("message", "m" + seed);
                error.set("data", trees.value(5));
                way.refuses(error);

                var params = Json.object().put("name", "t");
                var got = way.ask("tools/call", params).path("error");

                same(seed, "error", error, got);
            }
        }
    }

    @ParameterizedTest(name = "{0} client, {1} server")
    @CsvSource({"legacy,legacy", "legacy,modern", "modern,legacy", "modern,modern"})
    void promptsAndResources(String client, String server) {
        try (var way = new Way(client, server)) {
            for (var seed = 0; seed < ROUNDS / 4; seed++) {
                var trees = new RandomTrees(seed);
                for (var method : List.of("prompts/get", "resources/read")) {
                    var params = trees.object(3);
                    params.put(method.equals("prompts/get") ? "name" : "uri", "x:p");
                    var result = trees.object(4);
                    result.set(
                            method.equals("prompts/get") ? "messages" : "contents",
                            Json.array().add(trees.object(3)));
                    result.remove(List.of("resultType", "ttlMs", "cacheScope", "task", "taskId"));
                    way.answers(result);
                    var got = way.ask(method, params).path("result");

                    same(seed, method + " params", params, way.arrived());
                    same(seed, method + " result", result, got);
                }
            }
        }
    }

    @ParameterizedTest(name = "{0} client, {1} server")
    @CsvSource({"legacy,legacy", "legacy,modern", "modern,legacy", "modern,modern"})
    void progressAndLogLines(String client, String server) {
        try (var way = new Way(client, server)) {
            for (var seed = 0; seed < ROUNDS / 4; seed++) {
                var trees = new RandomTrees(seed);
                var progress = trees.object(3);
                progress.set("progress", Json.parse("1e-7"));
                progress.remove("progressToken");
                var log = trees.object(3).put("level", "error");
                log.set("data", trees.value(4));
                way.says(
                        Map.of(
                                "notifications/progress", progress,
                                "notifications/message", log));
                var params = Json.object().put("name", "t");
                var meta = params.putObject("_meta").put("progressToken", "token " + seed);
                meta.put("io.modelcontextprotocol/logLevel", "debug");

                way.ask("tools/call", params);

                var told = way.told();
                var shown = (ObjectNode) told.get("notifications/progress").deepCopy();
                assertThat(shown.remove("progressToken").stringValue()).isEqualTo("token " + seed);
                same(seed, "progress", progress, shown);
                same(seed, "log", log, told.get("notifications/message"));
            }
        }
    }

    @ParameterizedTest(name = "{0} client, {1} server")
    @CsvSource({"legacy,legacy", "legacy,modern", "modern,legacy", "modern,modern"})
    void definitions(String client, String server) {
        for (var seed = 0; seed < (SuiteNotes.full() ? 40 : 4); seed++) {
            var trees = new RandomTrees(seed);
            var lists = new LinkedHashMap<String, ObjectNode>();
            lists.put("tools", trees.object(4).put("name", "t"));
            lists.get("tools").set("inputSchema", trees.object(4).put("type", "object"));
            lists.get("tools").set("_meta", trees.deep(30));
            lists.put("prompts", trees.object(4).put("name", "x:p"));
            lists.put("resources", trees.object(4).put("uri", "x:p"));
            lists.put("resourceTemplates", trees.object(4).put("uriTemplate", "y:{z}"));
            try (var way = new Way(client, server, lists)) {
                for (var list : lists.entrySet()) {
                    var method =
                            list.getKey().equals("resourceTemplates")
                                    ? "resources/templates/list"
                                    : list.getKey() + "/list";
                    var got = way.ask(method, Json.object()).path("result").path(list.getKey());

                    assertThat(got).as("seed %d %s", seed, method).hasSize(1);
                    same(seed, method, list.getValue(), got.get(0));
                }
            }
        }
    }

    private static void same(long seed, String what, ObjectNode expected, JsonNode actual) {
        var cleaned = (ObjectNode) actual.deepCopy();
        if (!expected.has("resultType")) {
            cleaned.remove(List.of("resultType", "ttlMs", "cacheScope"));
        }
        var difference =
                TreeDifference.first(withoutConnection(expected), withoutConnection(cleaned));
        assertThat(difference).as("seed %d, %s: %s", seed, what, actual).isEmpty();
    }

    private static ObjectNode withoutConnection(ObjectNode tree) {
        var copy = tree.deepCopy();
        if (copy.get("_meta") instanceof ObjectNode meta) {
            meta.remove(OF_THE_CONNECTION);
            meta.propertyStream()
                    .map(Map.Entry::getKey)
                    .filter(key -> key.startsWith(ERA_KEY))
                    .toList()
                    .forEach(meta::remove);
            if (meta.isEmpty()) {
                copy.remove("_meta");
            }
        }
        return copy;
    }

    /// A client and a server of their eras with the gateway between them.
    private static final class Way implements AutoCloseable {
        private final FakeHttpServer fake;
        private final GatewayUnderTest gateway;
        private final McpTestClient client;
        private final boolean modern;
        private final List<JsonNode> arrived = new CopyOnWriteArrayList<>();
        private Map<String, ObjectNode> sayings = Map.of();
        private Map<String, JsonNode> told = Map.of();
        private ObjectNode answer = Json.object();
        private boolean refusing;

        Way(String clientEra, String serverEra) {
            this(
                    clientEra,
                    serverEra,
                    Map.of(
                            "tools", Calls.object("{'name':'t','inputSchema':{'type':'object'}}"),
                            "prompts", Calls.object("{'name':'x:p'}"),
                            "resources", Calls.object("{'uri':'x:p','name':'p'}")));
        }

        Way(String clientEra, String serverEra, Map<String, ObjectNode> lists) {
            fake = serverEra.equals("modern") ? FakeHttpServer.modern() : FakeHttpServer.legacy();
            fake.capabilities("{'tools':{},'prompts':{},'resources':{},'logging':{}}");
            for (var list : List.of("tools", "prompts", "resources", "resourceTemplates")) {
                var page = Json.object();
                var entries = page.putArray(list);
                if (lists.containsKey(list)) {
                    entries.add(lists.get(list));
                }
                fake.on(
                        list.equals("resourceTemplates")
                                ? "resources/templates/list"
                                : list + "/list",
                        message -> Script.json(message.envelope(page)));
            }
            for (var method : List.of("tools/call", "prompts/get", "resources/read")) {
                fake.on(method, this::serve);
            }
            gateway =
                    new GatewayUnderTest(
                            "{'prefix':'never','servers':{'fake':{'url':'" + fake.url() + "'}}}");
            modern = clientEra.equals("modern");
            client = modern ? gateway.client() : gateway.client().initialize("2025-11-25");
            if (!modern) {
                client.legacy("logging/setLevel", "{'level':'debug'}");
            }
        }

        private Script serve(FakeHttpServer.Message message) {
            arrived.add(message.params());
            var last = refusing ? message.refusal(answer) : message.envelope(answer);
            if (sayings.isEmpty()) {
                return Script.json(last);
            }
            var script = Script.sseHead();
            sayings.forEach((method, params) -> {
                var all = params.deepCopy();
                if (method.endsWith("progress")) {
                    all.set("progressToken", message.params().path("_meta").path("progressToken"));
                }
                var note = Json.object().put("jsonrpc", "2.0").put("method", method);
                note.set("params", all);
                script.chunk("data: " + Json.text(note) + "\n\n");
            });
            return script.chunk("data: " + last + "\n\n").lastChunk();
        }

        void answers(ObjectNode result) {
            answer = result;
            refusing = false;
        }

        void refuses(ObjectNode error) {
            answer = error;
            refusing = true;
        }

        void says(Map<String, ObjectNode> notifications) {
            sayings = notifications;
            answer = Json.object();
        }

        JsonNode ask(String method, ObjectNode params) {
            arrived.clear();
            var text = Json.text(params);
            var message = client.message(method, params.deepCopy(), modern);
            var got =
                    client.send(message, modern ? McpTestClient.modernHeaders(message) : Map.of());
            var notes = new LinkedHashMap<String, JsonNode>();
            got.before()
                    .forEach(each ->
                            notes.put(each.path("method").stringValue(), each.path("params")));
            told = notes;
            assertThat(Json.text(params)).isEqualTo(text);
            return got.last();
        }

        /// What came to the server with the last request.
        JsonNode arrived() {
            assertThat(arrived).hasSize(1);
            return arrived.getFirst();
        }

        Map<String, JsonNode> told() {
            return told;
        }

        @Override
        public void close() {
            gateway.close();
            fake.close();
        }
    }
}
