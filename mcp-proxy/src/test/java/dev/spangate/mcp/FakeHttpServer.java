package dev.spangate.mcp;

import dev.spangate.testing.Script;
import dev.spangate.testing.ScriptedUpstream;
import dev.spangate.testing.WireRequest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A Streamable HTTP server whose answers a test scripts per method or per tool; the rest behaves.
final class FakeHttpServer implements AutoCloseable {
    final List<Message> received = new CopyOnWriteArrayList<>();
    final List<Message> refusedRequests = new CopyOnWriteArrayList<>();
    private final Map<String, Function<Message, Script>> scripts = new ConcurrentHashMap<>();
    private final ScriptedUpstream wire;
    private volatile String session = "s-1";
    private volatile Function<WireRequest, @Nullable Script> door = _ -> null;
    private volatile String capabilities = "{'tools':{'listChanged':true}}";

    /// One JSON-RPC message with the HTTP request that brought it.
    record Message(ObjectNode body, WireRequest http) {
        String method() {
            return body.path("method").asString("");
        }

        JsonNode params() {
            return body.path("params");
        }

        String envelope(String result) {
            return "{\"jsonrpc\":\"2.0\",\"id\":"
                    + body.path("id")
                    + ",\"result\":"
                    + result.replace('\'', '"')
                    + "}";
        }

        /// The same around a tree, as it is.
        String envelope(JsonNode result) {
            var message = Json.object().put("jsonrpc", "2.0");
            message.set("id", body.get("id"));
            message.set("result", result);
            return Json.text(message);
        }

        /// A whole JSON-RPC error as the answer.
        String refusal(JsonNode error) {
            var message = Json.object().put("jsonrpc", "2.0");
            message.set("id", body.get("id"));
            message.set("error", error);
            return Json.text(message);
        }

        Script answer(String result) {
            return Script.json(envelope(result));
        }

        String failure(int code, String text) {
            return "{\"jsonrpc\":\"2.0\",\"id\":%s,\"error\":{\"code\":%d,\"message\":\"%s\"}}"
                    .formatted(body.path("id"), code, text);
        }

        Script text(String text) {
            return answer("{'content':[{'type':'text','text':'" + text + "'}]}");
        }
    }

    private FakeHttpServer() {
        wire = ScriptedUpstream.start(this::script);
    }

    /// Legacy: sessions, `server/discover` is a bad request.
    static FakeHttpServer legacy() {
        var server = new FakeHttpServer();
        server.on(
                "server/discover",
                message ->
                        Script.answer(
                                400,
                                "application/json",
                                message.failure(-32601, "Method not found")));
        server.on("initialize", message -> server.initialized(message));
        server.on("GET", _ -> Script.answer(405, "text/plain", ""));
        server.on("DELETE", _ -> Script.answer(200, "text/plain", ""));
        return server;
    }

    /// Modern: stateless.
    static FakeHttpServer modern() {
        var server = new FakeHttpServer();
        server.capabilities("{'tools':{}}");
        server.on(
                "server/discover",
                message ->
                        message.answer(
                                "{'resultType':'complete','supportedVersions':['2026-07-28'],'capabilities':"
                                        + server.capabilities
                                        + ",'_meta':{'io.modelcontextprotocol/serverInfo':{'name':'new','version':'2'}}}"));
        return server;
    }

    /// Scripts a method, a tool's name, or `GET` and `DELETE`.
    FakeHttpServer on(String key, Function<Message, Script> script) {
        scripts.put(key, script);
        return this;
    }

    /// What every request must pass first: an answer is a refusal, null lets it in.
    void wants(Function<WireRequest, @Nullable Script> check) {
        door = check;
    }

    /// What it says that it can do.
    FakeHttpServer capabilities(String json) {
        capabilities = json;
        return this;
    }

    /// From now on only this session is known.
    void session(String id) {
        session = id;
    }

    String url() {
        return wire.uri() + "/mcp";
    }

    List<Message> received(String method) {
        return received.stream().filter(message -> message.method().equals(method)).toList();
    }

    ScriptedUpstream wire() {
        return wire;
    }

    @Override
    public void close() {
        wire.close();
    }

    static Script sse(String... messages) {
        var frames = new String[messages.length];
        for (var i = 0; i < messages.length; i++) {
            frames[i] = "event: message\ndata: " + messages[i].replace('\'', '"') + "\n\n";
        }
        return Script.sse(frames);
    }

    private Script initialized(Message message) {
        var body =
                message.envelope(
                        "{'protocolVersion':%s,'capabilities':%s,'serverInfo':{'name':'old','version':'1'}}"
                                .formatted(message.params().path("protocolVersion"), capabilities));
        return Script.script()
                .send(
                        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nMcp-Session-Id: %s\r\nContent-Length: %d\r\n\r\n%s"
                                .formatted(session, body.length(), body));
    }

    private Script script(WireRequest http) {
        if (!http.method().equals("POST")) {
            var message = new Message(Json.object().put("method", http.method()), http);
            var refused = door.apply(http);
            if (refused != null) {
                refusedRequests.add(message);
                return refused;
            }
            received.add(message);
            return scripts.getOrDefault(http.method(), _ -> Script.answer(405, "text/plain", ""))
                    .apply(message);
        }
        var message = new Message((ObjectNode) Json.parse(http.body()), http);
        var refused = door.apply(http);
        if (refused != null) {
            refusedRequests.add(message);
            return refused;
        }
        received.add(message);
        var given = http.header("mcp-session-id");
        if (!given.isEmpty() && !given.equals(session)) {
            return Script.answer(
                    404,
                    "application/json",
                    "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32001,\"message\":\"Session not found\"}}");
        }
        var tool = message.params().path("name").asString("");
        var script =
                scripts.get(
                        message.method().equals("tools/call") && scripts.containsKey(tool)
                                ? tool
                                : message.method());
        if (script != null) {
            return script.apply(message);
        }
        return message.body().has("id") && message.body().has("method")
                ? message.text("plain")
                : Script.answer(202, "text/plain", "");
    }
}
