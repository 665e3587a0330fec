package dev.spangate.mcp;

import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The upstream half as the client program that the conformance suite starts: connects to the URL
/// in the last argument and calls every tool, or what `MCP_CONFORMANCE_CONTEXT` asks for.
final class ConformanceClient {
    private final UpstreamServer server;
    private final UpstreamCall.Caller caller;

    private ConformanceClient(UpstreamServer server, UpstreamCall.Caller caller) {
        this.server = server;
        this.caller = caller;
    }

    public static void main(String[] args) {
        var context = Json.parse(System.getenv().getOrDefault("MCP_CONFORMANCE_CONTEXT", "{}"));
        var url = args[args.length - 1];
        var config = "{'servers':{'it':{'url':'" + url + "'}}}";
        try (var servers = McpServers.of(McpConfig.from(Json.parse(config.replace('\'', '"'))))) {
            var capabilities =
                    Calls.object(
                            "{'elicitation':{'form':{'applyDefaults':true},'url':{}},'sampling':{},'roots':{}}");
            var profile =
                    new ClientProfile(
                            Revision.V2025_11_25,
                            Calls.object("{'name':'spangate-test','version':'1'}"),
                            capabilities);
            new ConformanceClient(
                            servers.registry().all().getFirst(),
                            new UpstreamCall.Caller("one", profile))
                    .play(context);
        }
        System.exit(0);
    }

    private void play(JsonNode context) {
        server.hello(call("initialize", Json.object()));
        var tools = Calls.result(server.request(call("tools/list", Json.object()))).path("tools");
        if (context.path("toolCalls").isArray()) {
            context.path("toolCalls").forEach(asked -> execute((ObjectNode) asked));
            return;
        }
        for (var tool : tools) {
            var params = Json.object().put("name", tool.path("name").stringValue());
            params.set("arguments", arguments(tool, tools));
            execute(params);
        }
    }

    /// Calls a tool; while it wants input, answers and tries again, as a modern client does.
    private void execute(ObjectNode params) {
        try {
            var next = params;
            for (var round = 0; round < 5; round++) {
                var reply = server.request(call("tools/call", next));
                if (!(reply instanceof UpstreamReply.Result(var result))
                        || !result.path("resultType").asString("").equals("input_required")) {
                    System.err.println(reply);
                    return;
                }
                next = params.deepCopy();
                var responses = next.putObject("inputResponses");
                for (var wanted : result.path("inputRequests").properties()) {
                    responses.set(
                            wanted.getKey(),
                            Defaults.accept((ObjectNode) wanted.getValue().path("params")));
                }
                if (result.has("requestState")) {
                    next.set("requestState", result.get("requestState"));
                }
            }
        } catch (McpUpstreamException failure) {
            System.err.println(failure.getMessage());
        }
    }

    private static ObjectNode arguments(JsonNode tool, JsonNode tools) {
        var arguments = Json.object();
        for (var property : tool.path("inputSchema").path("properties").properties()) {
            switch (property.getValue().path("type").asString("")) {
                case "number", "integer" -> arguments.put(property.getKey(), 5);
                case "boolean" -> arguments.put(property.getKey(), true);
                case "string" -> arguments.put(property.getKey(), "text");
                case "object" -> arguments.set(property.getKey(), focal(tools));
                default -> {}
            }
        }
        return arguments;
    }

    /// The schema that a scenario wants to see again.
    private static JsonNode focal(JsonNode tools) {
        for (var tool : tools) {
            if (tool.path("inputSchema").has("$defs")) {
                return tool.path("inputSchema");
            }
        }
        return Json.object();
    }

    private UpstreamCall call(String method, ObjectNode params) {
        return new UpstreamCall(method, params, caller, Map.of(), Calls.PATIENT, new Defaults());
    }

    /// A client that accepts every elicitation with the defaults of its schema.
    private static final class Defaults implements MessageListener {
        @Override
        public void notification(ObjectNode message) {}

        @Override
        public UpstreamReply request(String method, ObjectNode params) {
            return new UpstreamReply.Result(accept(params));
        }

        static ObjectNode accept(ObjectNode params) {
            var answer = Json.object().put("action", "accept");
            var content = answer.putObject("content");
            for (var property : params.path("requestedSchema").path("properties").properties()) {
                if (property.getValue().has("default")) {
                    content.set(property.getKey(), property.getValue().get("default"));
                }
            }
            return answer;
        }
    }
}
