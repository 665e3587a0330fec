package dev.spangate.mcp;

import dev.spangate.testing.NodeTools;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientSseClientTransport;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.client.transport.ServerParameters;
import io.modelcontextprotocol.client.transport.StdioClientTransport;
import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Client programs that people use, run to their end against one target.
final class RealClients {
    private static final long PATIENCE_SECONDS = 90;

    private final NodeTools node;

    RealClients(NodeTools node) {
        this.node = node;
    }

    /// One client program in one era.
    enum Kind {
        INSPECTOR_LEGACY,
        INSPECTOR_MODERN,
        TYPESCRIPT_V1,
        TYPESCRIPT_V2_LEGACY,
        TYPESCRIPT_V2_MODERN,
        JAVA;

        boolean modern() {
            return this == INSPECTOR_MODERN || this == TYPESCRIPT_V2_MODERN;
        }

        boolean inspector() {
            return this == INSPECTOR_LEGACY || this == INSPECTOR_MODERN;
        }
    }

    /// A server as clients are told of it: `{command,args,env}` or `{url,type}`.
    record Target(ObjectNode spec) {
        static Target stdio(NodeTools node, Map<String, String> environment, String... args) {
            var spec = Json.object().put("command", node.node().toString());
            var list = spec.putArray("args");
            List.of(args).forEach(list::add);
            var env = spec.putObject("env");
            environment.forEach(env::put);
            return new Target(spec);
        }

        static Target http(String type, String url) {
            return new Target(Json.object().put("url", url).put("type", type));
        }

        boolean isStdio() {
            return spec.has("command");
        }
    }

    /// What a client does. `plain`: its arguments are scalars, as the inspector's command line
    /// wants them.
    record Operation(String method, ObjectNode params, boolean plain) {
        static Operation of(String method) {
            return new Operation(method, Json.object(), true);
        }

        static Operation tool(String name, String arguments, boolean plain) {
            return of("tools/call", "{'name':'" + name + "','arguments':" + arguments + "}", plain);
        }

        static Operation of(String method, String params, boolean plain) {
            return new Operation(method, Calls.object(params), plain);
        }
    }

    /// The results in order; `{"error":…}` where one failed.
    List<JsonNode> run(Kind kind, Target target, List<Operation> operations)
            throws InterruptedException {
        return switch (kind) {
            case INSPECTOR_LEGACY -> inspector("legacy", target, operations);
            case INSPECTOR_MODERN -> inspector("modern", target, operations);
            case TYPESCRIPT_V1 -> script("client-v1.mjs", "legacy", target, operations);
            case TYPESCRIPT_V2_LEGACY -> script("client-v2.mjs", "legacy", target, operations);
            case TYPESCRIPT_V2_MODERN -> script("client-v2.mjs", "modern", target, operations);
            case JAVA -> java(target, operations);
        };
    }

    private List<JsonNode> script(
            String name, String era, Target target, List<Operation> operations)
            throws InterruptedException {
        node.script("operations.mjs", RealClients.class.getResourceAsStream("operations.mjs"));
        var script = node.script(name, RealClients.class.getResourceAsStream(name));
        var task = Json.object().put("era", era);
        task.set("target", target.spec());
        var list = task.putArray("operations");
        operations.forEach(operation ->
                list.addObject()
                        .put("method", operation.method())
                        .set("params", operation.params()));
        var output = node.run(Map.of(), PATIENCE_SECONDS, script.toString(), Json.text(task));
        if (output.exit() != 0) {
            return List.of(Json.object().put("failed", output.err() + output.out()));
        }
        var results = new ArrayList<JsonNode>();
        ((ArrayNode) Json.parse(output.out())).forEach(results::add);
        return results;
    }

    private List<JsonNode> inspector(String era, Target target, List<Operation> operations)
            throws InterruptedException {
        var results = new ArrayList<JsonNode>();
        for (var operation : operations) {
            var words = new ArrayList<String>();
            words.add(node.file(".bin/inspector").toString());
            words.add("--cli");
            if (target.isStdio()) {
                target.spec()
                        .path("env")
                        .properties()
                        .forEach(entry ->
                                words.addAll(
                                        List.of(
                                                "-e",
                                                entry.getKey()
                                                        + "="
                                                        + entry.getValue().stringValue())));
                words.add(target.spec().path("command").stringValue());
                target.spec().path("args").forEach(arg -> words.add(arg.stringValue()));
            } else {
                words.add(target.spec().path("url").stringValue());
                words.addAll(List.of("--transport", target.spec().path("type").stringValue()));
            }
            words.addAll(
                    List.of(
                            "--protocol-era",
                            era,
                            "--format",
                            "json",
                            "--method",
                            operation.method()));
            addArguments(operation, words);
            var output = node.run(Map.of(), PATIENCE_SECONDS, words.toArray(String[]::new));
            results.add(inspected(output));
        }
        return results;
    }

    private static void addArguments(Operation operation, List<String> words) {
        var params = operation.params();
        switch (operation.method()) {
            case "tools/call" -> {
                words.addAll(List.of("--tool-name", params.path("name").stringValue()));
                params.path("arguments")
                        .properties()
                        .forEach(entry ->
                                words.addAll(
                                        List.of(
                                                "--tool-arg",
                                                entry.getKey()
                                                        + "="
                                                        + entry.getValue().asString())));
            }
            case "resources/read" ->
                    words.addAll(List.of("--uri", params.path("uri").stringValue()));
            case "prompts/get" -> {
                words.addAll(List.of("--prompt-name", params.path("name").stringValue()));
                params.path("arguments")
                        .properties()
                        .forEach(entry ->
                                words.addAll(
                                        List.of(
                                                "--prompt-args",
                                                entry.getKey()
                                                        + "="
                                                        + entry.getValue().asString())));
            }
            default -> {}
        }
    }

    private static JsonNode inspected(NodeTools.Output output) {
        var start = output.out().indexOf('{');
        if (start < 0) {
            return Json.object().put("failed", output.err() + output.out());
        }
        var tree = Json.parse(output.out().substring(start).strip());
        return tree.has("result") ? tree.get("result") : tree;
    }

    private static List<JsonNode> java(Target target, List<Operation> operations) {
        try (var client = McpClient.sync(transport(target)).build()) {
            client.initialize();
            return operations.stream().map(operation -> one(client, operation)).toList();
        }
    }

    private static JsonNode one(McpSyncClient client, Operation operation) {
        var params = operation.params();
        try {
            return tree(
                    switch (operation.method()) {
                        case "tools/list" -> client.listTools();
                        case "tools/call" ->
                                client.callTool(
                                        new McpSchema.CallToolRequest(
                                                params.path("name").stringValue(),
                                                map(params.path("arguments"))));
                        case "prompts/list" -> client.listPrompts();
                        case "prompts/get" ->
                                client.getPrompt(
                                        new McpSchema.GetPromptRequest(
                                                params.path("name").stringValue(),
                                                map(params.path("arguments"))));
                        case "resources/list" -> client.listResources();
                        case "resources/templates/list" -> client.listResourceTemplates();
                        case "resources/read" ->
                                client.readResource(
                                        new McpSchema.ReadResourceRequest(
                                                params.path("uri").stringValue()));
                        default -> throw new IllegalArgumentException(operation.method());
                    });
        } catch (RuntimeException failed) {
            return Json.object().put("failed", String.valueOf(failed.getMessage()));
        }
    }

    private static Map<String, Object> map(JsonNode node) {
        return Json.MAPPER.convertValue(
                node,
                Json.MAPPER
                        .getTypeFactory()
                        .constructMapType(LinkedHashMap.class, String.class, Object.class));
    }

    private static JsonNode tree(Object result) {
        try {
            return Json.parse(McpJsonDefaults.getMapper().writeValueAsString(result));
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static McpClientTransport transport(Target target) {
        var spec = target.spec();
        if (target.isStdio()) {
            var env = new LinkedHashMap<String, String>();
            spec.path("env")
                    .properties()
                    .forEach(entry -> env.put(entry.getKey(), entry.getValue().stringValue()));
            var args = new ArrayList<String>();
            spec.path("args").forEach(arg -> args.add(arg.stringValue()));
            var parameters =
                    ServerParameters.builder(spec.path("command").stringValue())
                            .args(args)
                            .env(env)
                            .build();
            return new StdioClientTransport(parameters, McpJsonDefaults.getMapper());
        }
        var url = URI.create(spec.path("url").stringValue());
        var base = url.getScheme() + "://" + url.getAuthority();
        return spec.path("type").stringValue().equals("sse")
                ? HttpClientSseClientTransport.builder(base).sseEndpoint(url.getPath()).build()
                : HttpClientStreamableHttpTransport.builder(base).endpoint(url.getPath()).build();
    }
}
