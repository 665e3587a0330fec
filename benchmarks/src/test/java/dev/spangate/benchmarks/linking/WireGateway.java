package dev.spangate.benchmarks.linking;

import dev.spangate.linking.Capture;
import dev.spangate.linking.InferenceStart;
import dev.spangate.linking.TraceLinker;
import dev.spangate.linking.TraceMode;
import dev.spangate.llm.LlmConfig;
import dev.spangate.llm.LlmProxy;
import dev.spangate.proxy.Authentication;
import dev.spangate.proxy.Caller;
import dev.spangate.proxy.Policy;
import dev.spangate.proxy.Secret;
import dev.spangate.proxy.Upstream;
import io.helidon.webserver.WebServer;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/// The real LLM proxy on a port, before a provider that a world drives; its linker is the world's.
///
/// One for many worlds, one after the other.
final class WireGateway implements AutoCloseable {
    private static final String PROVIDERS =
            """
            {"providers":{
              "openai":{"api-key":"k","base-url":"$URL","stream-usage":false},
              "mistral":{"api-key":"k","base-url":"$URL","stream-usage":false},
              "anthropic":{"api-key":"k","base-url":"$URL"},
              "gemini":{"api-key":"k","base-url":"$URL"},
              "bedrock":{"api-key":"k","base-url":"$URL"},
              "ollama":{"base-url":"$URL"}},
             "models":{"model-1":["mistral/model-1"],"claude-1":["anthropic/model-1"]}}
            """;

    final SteppedProvider provider = new SteppedProvider();
    private final Upstream upstream = Upstream.create();
    private final WebServer server;
    private volatile LlmProxy proxy;
    private TraceLinker known;

    WireGateway() throws IOException {
        server =
                WebServer.builder()
                        .host("127.0.0.1")
                        .port(0)
                        .shutdownHook(false)
                        .connectionOptions(options -> options.tcpNoDelay(true))
                        .routing(routing ->
                                routing.any((request, response) -> proxy.handle(request, response)))
                        .build()
                        .start();
    }

    int port() {
        return server.port();
    }

    /// Opens the legs of one world in a column's dialects.
    InferenceLeg.Opener legs(Column column, Records records) {
        return (port, start, streamed) -> {
            useLinker(port.linker());
            return new WireLeg(this, column, records, start, streamed);
        };
    }

    private void useLinker(TraceLinker linker) {
        if (linker == known) {
            return;
        }
        close(proxy);
        known = linker;
        var tree =
                JsonMapper.shared()
                        .readTree(PROVIDERS.replace("$URL", "http://127.0.0.1:" + provider.port()));
        proxy =
                new LlmProxy(
                        LlmConfig.from(tree),
                        Authentication.of(callers()),
                        Policy.allowAll(),
                        linker,
                        upstream);
    }

    /// As many as any scenario has.
    private static Map<Caller, Secret> callers() {
        var callers = new HashMap<Caller, Secret>();
        for (int i = 0; i < 16; i++) {
            String name = "team-" + i;
            callers.put(
                    new Caller(name, name, false, TraceMode.JOIN, Capture.NONE, List.of()),
                    Secret.of(key(name)));
        }
        return callers;
    }

    static String key(String scope) {
        return "sgk_" + scope;
    }

    /// The lines that say of a request what its origin says.
    static String headers(InferenceStart start) {
        var origin = start.origin();
        var lines = new StringBuilder();
        lines.append("x-spangate-key: ").append(key(origin.scope())).append("\r\n");
        if (origin.session() != null) {
            lines.append("x-session-id: ").append(origin.session()).append("\r\n");
        }
        if (origin.ids().containsKey("thread")) {
            lines.append("thread-id: ").append(origin.ids().get("thread")).append("\r\n");
        }
        var context = origin.context();
        if (context != null) {
            lines.append(
                    "traceparent: 00-%s-%s-0%d\r\n"
                            .formatted(
                                    context.traceId(),
                                    context.spanId(),
                                    context.sampled() ? 1 : 0));
        }
        if (start.retry()) {
            lines.append("x-stainless-retry-count: 1\r\n");
        }
        return lines.toString();
    }

    private static void close(LlmProxy old) {
        if (old != null) {
            old.close();
        }
    }

    @Override
    public void close() throws IOException {
        server.stop();
        close(proxy);
        upstream.close();
        provider.close();
    }
}
