package dev.spangate.mcp;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/// An upstream server whose answers a test scripts by method.
final class FakeServer implements UpstreamServer {
    final List<UpstreamCall> calls = new CopyOnWriteArrayList<>();
    final List<UpstreamCall> notified = new CopyOnWriteArrayList<>();
    final List<String> released = new CopyOnWriteArrayList<>();
    final List<UpstreamCall> listening = new CopyOnWriteArrayList<>();
    private final ServerConfig config;
    private final Map<String, Function<UpstreamCall, UpstreamReply>> answers =
            new ConcurrentHashMap<>();
    private final List<Consumer<String>> changes = new CopyOnWriteArrayList<>();
    private volatile Function<UpstreamCall, ServerHello> hello;
    private volatile Era era = Era.LEGACY;

    FakeServer(String name) {
        this(name, "{\"url\": \"http://127.0.0.1:9/mcp\"}");
    }

    FakeServer(String name, String settings) {
        this.config =
                ServerConfig.from(
                        name, dev.spangate.proxy.Settings.of("server", Json.parse(settings)));
        says("{'capabilities': {'tools': {}}}");
    }

    /// What it says in its hello; `revision` is 2025-11-25 unless given.
    FakeServer says(String json) {
        var node = (ObjectNode) json(json);
        var revision = Json.string(node, "revision");
        var said =
                new ServerHello(
                        revision == null
                                ? Revision.V2025_11_25
                                : Revision.of(revision).orElseThrow(),
                        (ObjectNode) node.get("capabilities"),
                        Json.object().put("name", config.name()),
                        Json.string(node, "instructions"));
        hello = call -> said;
        return this;
    }

    FakeServer era(Era spoken) {
        era = spoken;
        return this;
    }

    /// It cannot be reached.
    FakeServer dead() {
        hello =
                call -> {
                    throw new McpUpstreamException(
                            name(), McpUpstreamException.Kind.CONNECT, "connection refused");
                };
        return this;
    }

    FakeServer greets(Function<UpstreamCall, ServerHello> answer) {
        hello = answer;
        return this;
    }

    FakeServer tools(String... names) {
        var definitions = new ArrayList<String>();
        for (var name : names) {
            definitions.add("{'name': '" + name + "', 'inputSchema': {'type': 'object'}}");
        }
        return on("tools/list", "{'tools': [" + String.join(", ", definitions) + "]}");
    }

    FakeServer on(String method, String result) {
        return on(method, call -> new UpstreamReply.Result((ObjectNode) json(result)));
    }

    FakeServer on(String method, Function<UpstreamCall, UpstreamReply> answer) {
        answers.put(method, answer);
        return this;
    }

    void changes(String kind) {
        changes.forEach(listener -> listener.accept(kind));
    }

    UpstreamCall lastCall(String method) {
        return calls.stream()
                .filter(call -> call.method().equals(method))
                .reduce((first, second) -> second)
                .orElseThrow();
    }

    long count(String method) {
        return calls.stream().filter(call -> call.method().equals(method)).count();
    }

    static tools.jackson.databind.JsonNode json(String text) {
        return Json.parse(text.replace('\'', '"'));
    }

    @Override
    public ServerConfig config() {
        return config;
    }

    @Override
    public ServerStatus status() {
        return new ServerStatus(ServerStatus.State.READY, era, null, null, "127.0.0.1:9");
    }

    @Override
    public ServerHello hello(UpstreamCall call) {
        return hello.apply(call);
    }

    @Override
    public UpstreamReply request(UpstreamCall call) {
        calls.add(call);
        var answer = answers.get(call.method());
        return answer == null
                ? new UpstreamReply.RpcError(
                        JsonRpc.METHOD_NOT_FOUND, "Method not found: " + call.method(), null)
                : answer.apply(call);
    }

    @Override
    public void notify(UpstreamCall call) {
        notified.add(call);
    }

    @Override
    public Subscription listen(UpstreamCall call) {
        listening.add(call);
        return () -> listening.remove(call);
    }

    @Override
    public void release(String callerKey) {
        released.add(callerKey);
    }

    @Override
    public void onListChanged(Consumer<String> kind) {
        changes.add(kind);
    }

    @Override
    public void close() {}
}
