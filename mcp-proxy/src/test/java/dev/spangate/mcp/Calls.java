package dev.spangate.mcp;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Calls and answers as the tests of the upstream half write them.
final class Calls {
    static final Duration PATIENT = Duration.ofSeconds(30);

    private Calls() {}

    static UpstreamCall.Caller client(String key) {
        var capabilities = object("{'elicitation':{},'sampling':{}}");
        return new UpstreamCall.Caller(
                key,
                new ClientProfile(
                        Revision.V2025_11_25,
                        object("{'name':'test','version':'1'}"),
                        capabilities));
    }

    static UpstreamCall call(String method, String params) {
        return call(method, params, MessageListener.deaf());
    }

    static UpstreamCall call(String method, String params, MessageListener listener) {
        return new UpstreamCall(
                method, object(params), client("alice"), Map.of(), PATIENT, listener);
    }

    static UpstreamCall tool(String name) {
        return tool(name, PATIENT);
    }

    static UpstreamCall tool(String name, Duration deadline) {
        return new UpstreamCall(
                "tools/call",
                object("{'name':'" + name + "','arguments':{}}"),
                client("alice"),
                Map.of(),
                deadline,
                MessageListener.deaf());
    }

    static UpstreamCall tool(String name, MessageListener listener) {
        return call("tools/call", "{'name':'" + name + "','arguments':{}}", listener);
    }

    static ObjectNode object(String json) {
        return (ObjectNode) Json.parse(json.replace('\'', '"'));
    }

    static ObjectNode result(UpstreamReply reply) {
        return switch (reply) {
            case UpstreamReply.Result(var result) -> result;
            case UpstreamReply.RpcError error -> throw new AssertionError("answered with " + error);
        };
    }

    static String text(UpstreamReply reply) {
        return result(reply).path("content").path(0).path("text").stringValue();
    }

    static UpstreamReply.RpcError error(UpstreamReply reply) {
        return (UpstreamReply.RpcError) reply;
    }

    static ServerConfig server(String yamlLikeJson) {
        JsonNode tree = Json.parse(("{'servers':{'srv':" + yamlLikeJson + "}}").replace('\'', '"'));
        return McpConfig.from(tree).servers().get("srv");
    }

    /// Keeps what it is told and answers requests with a fixed result.
    static final class Recorder implements MessageListener {
        final List<ObjectNode> notifications = new CopyOnWriteArrayList<>();
        final List<String> requests = new CopyOnWriteArrayList<>();
        private final ObjectNode answer;

        Recorder(String answer) {
            this.answer = object(answer);
        }

        @Override
        public void notification(ObjectNode message) {
            notifications.add(message);
        }

        @Override
        public UpstreamReply request(String method, ObjectNode params) {
            requests.add(method + " " + params);
            return new UpstreamReply.Result(answer);
        }
    }
}
