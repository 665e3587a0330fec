package dev.spangate.demo;

import dev.spangate.gateway.Gateway;
import dev.spangate.gateway.GatewayConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;

/// Everything of the demo but the agent, started: a model, two MCP servers, a backend for traces,
/// and the gateway between them.
final class DemoParts implements AutoCloseable {
    private static final ScriptedModel.Pace PACE =
            new ScriptedModel.Pace(Duration.ofMillis(60), Duration.ofMillis(4));
    private static final Duration FORECAST = Duration.ofMillis(120);

    private final ScriptedModel model;
    private final ToolServer weather;
    private final TraceReceiver receiver;
    private final Path journal;
    private final Gateway gateway;

    private DemoParts(DemoOptions options) throws IOException {
        model = ScriptedModel.start(new TravelScript(), PACE, 0);
        weather = ToolServer.start("weather", SampleTools.weather(FORECAST), 0);
        receiver = TraceReceiver.start();
        journal = Files.createTempDirectory("spangate-demo");
        String yaml = DemoConfig.of(options, model.uri(), weather.uri(), receiver.uri(), journal);
        gateway = Gateway.start(GatewayConfig.parse(yaml, environment(options)));
    }

    static DemoParts start(DemoOptions options) {
        try {
            return new DemoParts(options);
        } catch (IOException e) {
            throw new UncheckedIOException("no temporary folder", e);
        }
    }

    /// Where agents connect.
    URI uri() {
        return URI.create("http://127.0.0.1:" + gateway.port());
    }

    /// Where operators connect.
    URI adminUri() {
        return URI.create("http://127.0.0.1:" + gateway.adminPort());
    }

    TraceReceiver receiver() {
        return receiver;
    }

    /// An agent of the demo, with both of its clients pointed at the gateway.
    Agent agent() {
        var headers = Map.of("User-Agent", "travel-agent/1.0");
        var chat = URI.create(uri() + "/openai/v1/chat/completions");
        var llm =
                new OpenAiClient(
                        new HttpModel(chat, headers, true, 3),
                        "gpt-4.1-mini",
                        "You are a travel agent. Be brief.");
        var endpoint = URI.create(uri() + "/mcp");
        return new Agent(llm, new ToolBelt(endpoint, headers, SampleTools.local(), 3));
    }

    /// Stops the gateway, which sends what is still to be sent, then the rest.
    @Override
    public void close() {
        gateway.close();
        receiver.close();
        weather.close();
        model.close();
        delete(journal);
    }

    /// Nothing of the user's environment leads the demo's spans anywhere, unless asked for.
    private static Map<String, String> environment(DemoOptions options) {
        var environment = new HashMap<String, String>();
        if (options.langfuse()) {
            System.getenv()
                    .forEach((name, value) -> {
                        if (name.startsWith("LANGFUSE_")) {
                            environment.put(name, value);
                        }
                    });
        }
        return environment;
    }

    private static void delete(Path folder) {
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            // a temporary folder that stays is the system's to clean up
            System.err.println("left behind: " + folder);
        }
    }
}
