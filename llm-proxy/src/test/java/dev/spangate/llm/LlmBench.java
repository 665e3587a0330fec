package dev.spangate.llm;

import dev.spangate.linking.EpochClock;
import dev.spangate.linking.JournalRecord;
import dev.spangate.linking.LinkingConfig;
import dev.spangate.linking.ObservationType;
import dev.spangate.linking.TraceLinker;
import dev.spangate.proxy.Authentication;
import dev.spangate.proxy.Policy;
import dev.spangate.proxy.Upstream;
import dev.spangate.testing.Script;
import dev.spangate.testing.ScriptedUpstream;
import dev.spangate.testing.WireClient;
import dev.spangate.testing.WireRequest;
import io.helidon.webserver.WebServer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/// The LLM proxy alone in a server, before a scripted upstream; drafts are collected.
final class LlmBench implements AutoCloseable {
    private static final Set<ObservationType> OWN =
            Set.of(ObservationType.GENERATION, ObservationType.EMBEDDING, ObservationType.SPAN);

    final ScriptedUpstream upstream;
    final List<JournalRecord.Draft> drafts = new CopyOnWriteArrayList<>();
    final List<JournalRecord.Release> releases = new CopyOnWriteArrayList<>();
    private final Upstream client = Upstream.create();
    private final TraceLinker linker;
    private final LlmProxy proxy;
    private final WebServer server;

    private LlmBench(
            ScriptedUpstream upstream,
            LlmConfig config,
            Authentication authentication,
            Policy policy) {
        this.upstream = upstream;
        this.linker =
                TraceLinker.create(LinkingConfig.defaults(), EpochClock.system(), this::collect);
        this.proxy = new LlmProxy(config, authentication, policy, linker, client);
        this.server =
                WebServer.builder()
                        .host("127.0.0.1")
                        .port(0)
                        .connectionOptions(o -> o.tcpNoDelay(true))
                        .routing(r -> r.register("/", proxy))
                        .build()
                        .start();
    }

    /// Providers `openai` and `anthropic`, both at the scripted upstream, with keys of ours.
    static LlmBench start(Function<WireRequest, Script> scripts) {
        return start(scripts, "{}");
    }

    static LlmBench start(Script script) {
        return start(_ -> script);
    }

    /// With more configuration, merged over the usual one; `$URL` is the scripted upstream.
    static LlmBench start(Function<WireRequest, Script> scripts, String json) {
        return start(scripts, json, Authentication.of(java.util.Map.of()), Policy.allowAll());
    }

    static LlmBench start(
            Function<WireRequest, Script> scripts,
            String json,
            Authentication authentication,
            Policy policy) {
        var upstream = ScriptedUpstream.start(scripts);
        String usual =
                """
                {"providers":{
                  "openai":{"api-key":"sk-configured-openai","base-url":"$URL"},
                  "anthropic":{"api-key":"sk-configured-anthropic","base-url":"$URL"}}}
                """;
        var tree = merge(parse(usual, upstream), parse(json, upstream));
        return new LlmBench(upstream, LlmConfig.from(tree), authentication, policy);
    }

    private static JsonNode parse(String json, ScriptedUpstream upstream) {
        return Json.object(json.replace("$URL", upstream.uri().toString())).orElseThrow();
    }

    private static JsonNode merge(JsonNode base, JsonNode over) {
        if (!(base instanceof tools.jackson.databind.node.ObjectNode object) || !over.isObject()) {
            return over;
        }
        over.properties()
                .forEach(field -> {
                    var known = object.get(field.getKey());
                    object.set(
                            field.getKey(),
                            known == null ? field.getValue() : merge(known, field.getValue()));
                });
        return object;
    }

    int port() {
        return server.port();
    }

    WireClient client() throws IOException {
        return WireClient.connect(port());
    }

    /// One request, its whole answer.
    WireClient.Answer post(String path, String body, String... headers) throws IOException {
        try (var client = client()) {
            var lines = new java.util.ArrayList<>(List.of("Content-Type: application/json"));
            lines.addAll(List.of(headers));
            return client.request("POST", path, body, lines.toArray(String[]::new)).readAnswer();
        }
    }

    /// Waits until so many spans have ended.
    List<JournalRecord.Draft> drafts(int count) {
        long deadline = System.nanoTime() + Duration.ofSeconds(15).toNanos();
        while (drafts.size() < count && System.nanoTime() < deadline) {
            Thread.onSpinWait();
            linker.tick();
        }
        if (drafts.size() < count) {
            throw new AssertionError("only " + drafts.size() + " spans: " + drafts);
        }
        return drafts;
    }

    /// The first inference or plain call; what the linker makes of runs and tools aside.
    JournalRecord.Draft draft() {
        long deadline = System.nanoTime() + Duration.ofSeconds(15).toNanos();
        while (System.nanoTime() < deadline) {
            for (var draft : drafts) {
                if (OWN.contains(draft.type())) {
                    return draft;
                }
            }
            Thread.onSpinWait();
        }
        throw new AssertionError("no span of ours: " + drafts);
    }

    /// The trace that a span ended up in.
    String traceOf(String spanId) {
        long deadline = System.nanoTime() + Duration.ofSeconds(15).toNanos();
        while (System.nanoTime() < deadline) {
            for (var release : releases) {
                if (release.spanId().equals(spanId)) {
                    return release.traceId();
                }
            }
            linker.tick();
            Thread.onSpinWait();
        }
        throw new AssertionError("span " + spanId + " was never placed");
    }

    TraceLinker linker() {
        return linker;
    }

    private void collect(JournalRecord record) {
        if (record instanceof JournalRecord.Release release) {
            releases.add(release);
        }
        if (record instanceof JournalRecord.Draft draft) {
            drafts.add(draft);
        } else if (record instanceof JournalRecord.Release release && release.draft() != null) {
            drafts.add(release.draft());
        }
    }

    @Override
    public void close() {
        server.stop();
        proxy.close();
        client.close();
        upstream.close();
        linker.close();
    }
}
