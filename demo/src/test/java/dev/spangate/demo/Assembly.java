package dev.spangate.demo;

import static dev.spangate.demo.Json.object;

import dev.spangate.gateway.Gateway;
import dev.spangate.gateway.GatewayConfig;
import dev.spangate.testing.OtlpSink;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// The whole product for a test: a scripted model, an HTTP server of tools, an OTLP sink, and the
/// configuration of a gateway between them, started here or as a process of its own.
final class Assembly implements AutoCloseable {
    final ScriptedModel model;
    final ToolServer tools;
    final OtlpSink sink = OtlpSink.start();
    final Path folder;
    final Map<String, Object> config;
    private final List<AutoCloseable> started = new ArrayList<>();

    private Assembly(ModelScript script, List<SampleTool> tools) throws IOException {
        this.model = ScriptedModel.start(script);
        this.tools = ToolServer.start("tools", tools, 0);
        this.folder = Files.createTempDirectory("spangate-e2e");
        this.config = new LinkedHashMap<>(Json.map(Json.tree(defaults())));
    }

    /// Model, tools and sink run; the gateway does not yet.
    static Assembly of(ModelScript script, List<SampleTool> tools) throws IOException {
        return new Assembly(script, tools);
    }

    /// The travel agent's model and every tool of the demo on one HTTP server.
    static Assembly travel() throws IOException {
        var tools = new ArrayList<>(SampleTools.weather(Duration.ofMillis(5)));
        tools.addAll(SampleTools.office());
        return of(new TravelScript(), tools);
    }

    /// Changes the configuration before a gateway reads it.
    Assembly with(Consumer<Map<String, Object>> change) {
        change.accept(config);
        return this;
    }

    /// Puts a value at a path of keys, making the mappings on the way.
    @SuppressWarnings("unchecked") // the tree holds mappings with text keys
    Assembly set(Object value, String... path) {
        Map<String, Object> at = config;
        for (int i = 0; i < path.length - 1; i++) {
            at =
                    (Map<String, Object>)
                            at.computeIfAbsent(path[i], key -> new LinkedHashMap<String, Object>());
        }
        at.put(path[path.length - 1], value);
        return this;
    }

    /// A gateway in this process.
    Gateway start() {
        return start(Map.of());
    }

    Gateway start(Map<String, String> environment) {
        var gateway = Gateway.start(GatewayConfig.parse(Json.write(config), environment));
        started.add(gateway);
        return gateway;
    }

    /// A gateway as a process of its own; ready when this returns.
    GatewayProcess startProcess(Map<String, String> environment) throws Exception {
        var process = GatewayProcess.start(folder, Json.pretty(config), environment);
        started.add(process);
        return process;
    }

    /// An agent behind a gateway's port.
    Agent agent(int port, String name, boolean anthropic, int tries) {
        var headers = Map.of("User-Agent", name + "/1.0");
        var gateway = "http://127.0.0.1:" + port;
        LlmClient llm =
                anthropic
                        ? new AnthropicClient(
                                new HttpModel(
                                        URI.create(gateway + "/anthropic/v1/messages"),
                                        headers,
                                        true,
                                        tries),
                                "claude-haiku-4-5",
                                "Be brief.")
                        : new OpenAiClient(
                                new HttpModel(
                                        URI.create(gateway + "/openai/v1/chat/completions"),
                                        headers,
                                        true,
                                        tries),
                                "gpt-4.1-mini",
                                "Be brief.");
        return new Agent(
                llm,
                new ToolBelt(URI.create(gateway + "/mcp"), headers, SampleTools.local(), tries));
    }

    @Override
    public void close() throws Exception {
        for (AutoCloseable one : started.reversed()) {
            one.close();
        }
        sink.close();
        tools.close();
        model.close();
    }

    private Map<String, ?> defaults() {
        return object(
                "name", "e2e",
                "listen", object("host", "127.0.0.1", "port", 0, "access-log", false),
                "admin", object("host", "127.0.0.1", "port", 0),
                "llm",
                        object(
                                "providers",
                                object(
                                        "openai",
                                                object(
                                                        "type", "openai",
                                                        "base-url", model.uri() + "/v1",
                                                        "api-key", "provider-key-of-openai"),
                                        "anthropic",
                                                object(
                                                        "type", "anthropic",
                                                        "base-url", model.uri().toString(),
                                                        "api-key", "provider-key-of-anthropic"))),
                "mcp", object("servers", object("tools", object("url", tools.uri().toString()))),
                "telemetry",
                        object(
                                "otlp",
                                        List.of(
                                                object(
                                                        "name", "sink",
                                                        "endpoint", sink.uri().toString(),
                                                        "protocol", "http/protobuf")),
                                "journal", object("dir", folder.resolve("journal").toString())));
    }
}
