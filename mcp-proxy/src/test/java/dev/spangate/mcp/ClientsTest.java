package dev.spangate.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spangate.mcp.RealClients.Kind;
import dev.spangate.mcp.RealClients.Operation;
import dev.spangate.mcp.RealClients.Target;
import dev.spangate.testing.NodeTools;
import dev.spangate.testing.SuiteNotes;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Real clients get from real servers behind the gateway what they get directly.
///
/// A modern client gets from these legacy servers what a legacy client gets: directly it cannot
/// speak with them.
@Tag("clients")
class ClientsTest {
    private static final List<String> OF_THE_ENVELOPE =
            List.of("_meta", "resultType", "ttlMs", "cacheScope", "nextCursor");
    private static final List<Process> STARTED = new ArrayList<>();
    private static int pairs;
    private static int equal;

    @TempDir static Path folder;
    private static NodeTools node;
    private static RealClients clients;

    /// A server, made anew for each use where it keeps state.
    record Server(String name, Supplier<Target> target, List<Operation> operations) {}

    @BeforeAll
    static void install() {
        try {
            node =
                    NodeTools.with(
                            "@modelcontextprotocol/server-everything@2026.8.31",
                            "@modelcontextprotocol/server-filesystem@2026.8.31",
                            "@modelcontextprotocol/server-memory@2026.8.31",
                            "@modelcontextprotocol/server-sequential-thinking@2026.8.31",
                            "@modelcontextprotocol/inspector@2.12.0",
                            "@modelcontextprotocol/sdk@1.32.2",
                            "@modelcontextprotocol/client@2.4.0");
        } catch (NodeTools.Missing missing) {
            SuiteNotes.skipped("clients", missing.getMessage());
            assumeTrue(false, missing.getMessage());
        }
        clients = new RealClients(node);
    }

    @AfterAll
    static void figures() throws InterruptedException {
        for (var process : STARTED) {
            process.destroy();
            process.waitFor(10, TimeUnit.SECONDS);
        }
        SuiteNotes.figures("clients", "pairs=%d equal=%d".formatted(pairs, equal));
    }

    @TestFactory
    Stream<DynamicTest> behindTheGatewayAllIsAsDirectly() throws IOException, InterruptedException {
        return servers().stream()
                .flatMap(server ->
                        Stream.of(Kind.values())
                                .filter(kind ->
                                        SuiteNotes.full()
                                                || kind == Kind.TYPESCRIPT_V2_MODERN
                                                || kind == Kind.JAVA)
                                .map(kind ->
                                        DynamicTest.dynamicTest(
                                                kind + " and " + server.name(),
                                                () -> compare(kind, server))));
    }

    private static void compare(Kind kind, Server server) throws InterruptedException {
        pairs++;
        var operations =
                server.operations().stream()
                        .filter(operation -> operation.plain() || !kind.inspector())
                        .toList();
        var direct =
                clients.run(
                        kind.modern() ? legacyOf(kind) : kind, server.target().get(), operations);
        List<JsonNode> behind;
        try (var gateway = new GatewayUnderTest(config(server.target().get()))) {
            behind = clients.run(kind, Target.http("http", gateway.url()), operations);
        }
        assertThat(direct).as("directly").noneMatch(result -> result.has("failed"));
        assertThat(behind).as("behind").hasSameSizeAs(direct);
        for (var i = 0; i < direct.size(); i++) {
            var difference =
                    TreeDifference.first(
                            comparable(direct.get(i), kind), comparable(behind.get(i), kind));
            assertThat(difference).as("%s %s", kind, operations.get(i)).isEmpty();
        }
        equal++;
    }

    private static Kind legacyOf(Kind modern) {
        return modern == Kind.INSPECTOR_MODERN ? Kind.INSPECTOR_LEGACY : Kind.TYPESCRIPT_V2_LEGACY;
    }

    private static List<Server> servers() throws IOException, InterruptedException {
        var files = Files.createDirectories(folder.resolve("files")).toRealPath();
        Files.writeString(files.resolve("a.txt"), "content of a\n");
        var everything =
                node.file("@modelcontextprotocol/server-everything/dist/index.js").toString();
        var overHttp = Target.http("http", start(everything, "streamableHttp") + "/mcp");
        var overSse = Target.http("sse", start(everything, "sse") + "/sse");
        var servers = new ArrayList<Server>();
        servers.add(
                new Server(
                        "everything over stdio",
                        () -> Target.stdio(node, Map.of(), everything, "stdio"),
                        everythingOperations()));
        servers.add(new Server("everything over HTTP", () -> overHttp, everythingOperations()));
        if (SuiteNotes.full()) {
            servers.add(new Server("everything over SSE", () -> overSse, everythingOperations()));
            servers.add(
                    new Server(
                            "filesystem",
                            () ->
                                    Target.stdio(
                                            node, Map.of(), main("filesystem"), files.toString()),
                            List.of(
                                    Operation.of("tools/list"),
                                    Operation.tool(
                                            "list_directory", "{'path':'" + files + "'}", true),
                                    Operation.tool(
                                            "read_text_file",
                                            "{'path':'" + files.resolve("a.txt") + "'}",
                                            true),
                                    Operation.tool(
                                            "read_text_file", "{'path':'/etc/passwd'}", true))));
            servers.add(
                    new Server(
                            "memory",
                            () ->
                                    Target.stdio(
                                            node,
                                            Map.of("MEMORY_FILE_PATH", fresh()),
                                            main("memory")),
                            List.of(
                                    Operation.of("tools/list"),
                                    Operation.tool(
                                            "create_entities",
                                            "{'entities':[{'name':'n','entityType':'t','observations':['o']}]}",
                                            false),
                                    Operation.tool("read_graph", "{}", true))));
            servers.add(
                    new Server(
                            "sequential-thinking",
                            () -> Target.stdio(node, Map.of(), main("sequential-thinking")),
                            List.of(
                                    Operation.of("tools/list"),
                                    Operation.tool(
                                            "sequentialthinking",
                                            "{'thought':'think','nextThoughtNeeded':false,'thoughtNumber':1,'totalThoughts':1}",
                                            true))));
        }
        return servers;
    }

    private static List<Operation> everythingOperations() {
        return List.of(
                Operation.of("tools/list"),
                Operation.tool("echo", "{'message':'hi there'}", true),
                Operation.tool("get-sum", "{'a':2,'b':3}", true),
                Operation.tool("get-tiny-image", "{}", true),
                Operation.tool(
                        "get-annotated-message",
                        "{'messageType':'error','includeImage':true}",
                        true),
                Operation.tool("get-structured-content", "{'location':'New York'}", true),
                Operation.tool("get-resource-links", "{'count':3}", false),
                Operation.tool("get-sum", "{'a':'no number'}", false));
    }

    private static String main(String server) {
        return node.file("@modelcontextprotocol/server-" + server + "/dist/index.js").toString();
    }

    private static String fresh() {
        return folder.resolve("memory-" + System.nanoTime() + ".jsonl").toString();
    }

    private static String start(String program, String transport)
            throws IOException, InterruptedException {
        int port;
        try (var free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        var loopback =
                node.script("loopback.mjs", ClientsTest.class.getResourceAsStream("loopback.mjs"));
        STARTED.add(
                node.background(
                        Map.of("PORT", String.valueOf(port)),
                        folder.resolve(transport + ".log"),
                        "--import",
                        loopback.toString(),
                        program,
                        transport));
        var deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!listens(port)) {
            assertThat(System.nanoTime())
                    .as("%s listens within 60 s", transport)
                    .isLessThan(deadline);
            Thread.sleep(50);
        }
        return "http://127.0.0.1:" + port;
    }

    private static boolean listens(int port) {
        try (var _ = new Socket("127.0.0.1", port)) {
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    private static String config(Target target) {
        var config = Json.object().put("prefix", "never");
        config.putObject("servers").set("real", target.spec());
        return Json.text(config);
    }

    /// Without what belongs to the era's envelope; lists by name, for the gateway's order is its
    /// own.
    private static JsonNode comparable(JsonNode result, Kind kind) {
        if (!(result.deepCopy() instanceof ObjectNode object)) {
            return result;
        }
        OF_THE_ENVELOPE.forEach(object::remove);
        for (var list : List.of("tools", "prompts", "resources", "resourceTemplates")) {
            if (object.get(list) instanceof ArrayNode entries) {
                var sorted = new ArrayList<JsonNode>();
                entries.forEach(sorted::add);
                if (kind.modern()) { // 2026-07-28 knows no such member, and its clients drop it as
                    // they read
                    sorted.forEach(entry -> ((ObjectNode) entry).remove("execution"));
                }
                sorted.sort(
                        Comparator.comparing(entry ->
                                entry.path("name").asString("") + entry.path("uri").asString("")));
                object.set(list, Json.array().addAll(sorted));
            }
        }
        return object;
    }
}
