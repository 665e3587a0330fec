package dev.spangate.telemetry;

import dev.spangate.linking.JournalRecord.Draft;
import dev.spangate.linking.JournalRecord.Release;
import dev.spangate.linking.JournalRecord.RunAttributes;
import dev.spangate.linking.JournalRecord.SpanLink;
import dev.spangate.linking.Level;
import dev.spangate.linking.ObservationType;
import dev.spangate.linking.Usage;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Records as the linker makes them, and configurations for them.
final class Samples {
    static final long NOW = 1_790_000_000_000_000_000L;
    static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    static final String INPUT =
            """
            {"messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Weather in Paris?"}],\
            "tools":[{"type":"function","function":{"name":"weather","parameters":{"type":"object"}}}]}\
            """;
    static final String OUTPUT =
            """
            {"role":"assistant","content":null,"tool_calls":[{"id":"call_a","type":"function",\
            "function":{"name":"weather","arguments":"{\\"city\\":\\"Paris\\"}"}}]}\
            """;

    private Samples() {}

    static Identity identity(String... secrets) {
        return new Identity("my-gateway", "0.1.0", KnownSecrets.of(List.of(secrets)));
    }

    /// A configuration with its journal in `dir` and OTLP/HTTP to the given endpoints.
    static TelemetryConfig config(Path dir, URI... endpoints) {
        var yaml = new StringBuilder("{\"otlp\":[");
        for (int i = 0; i < endpoints.length; i++) {
            yaml.append(i == 0 ? "" : ",")
                    .append(
                            "{\"name\":\"sink-%d\",\"endpoint\":\"%s\"}"
                                    .formatted(i, endpoints[i]));
        }
        return config(dir, yaml.append("]}").toString());
    }

    static TelemetryConfig config(Path dir, String json) {
        var config = TelemetryConfig.from(Json.read(json), Map.of());
        var journal = config.journal();
        return config.with(
                new TelemetryConfig.JournalSettings(
                        dir,
                        journal.fsync(),
                        journal.maxBytes(),
                        journal.maxAge(),
                        journal.segmentBytes(),
                        journal.keep(),
                        Duration.ofSeconds(10)));
    }

    static String span(int number) {
        return "%016x".formatted(0x5100000000000000L + number);
    }

    static Draft generation(int number) {
        var attributes = new HashMap<String, Object>();
        attributes.put("gen_ai.operation.name", "chat");
        attributes.put("gen_ai.provider.name", "openai");
        attributes.put("gen_ai.request.model", "gpt-4.1-mini");
        attributes.put("gen_ai.response.model", "gpt-4.1-mini-2025-04-14");
        attributes.put("gen_ai.request.temperature", 0.2);
        attributes.put("gen_ai.request.stream", true);
        attributes.put("gen_ai.response.finish_reasons", List.of("tool_calls"));
        attributes.put("server.address", "api.openai.com");
        attributes.put("server.port", 443L);
        return new Draft(
                span(number),
                ObservationType.GENERATION,
                "chat gpt-4.1-mini",
                true,
                NOW + number * 1_000_000L,
                NOW + number * 1_000_000L + 900_000_000L,
                Level.DEFAULT,
                null,
                false,
                NOW + number * 1_000_000L + 120_000_000L,
                INPUT,
                OUTPUT,
                null,
                null,
                new Usage(310, 60, 128, 0, 20, Map.of(), false),
                Map.of("total", 0.00022),
                attributes,
                "{\"hashes\":[1,2]}");
    }

    static Draft tool(int number, String result) {
        return new Draft(
                span(number),
                ObservationType.TOOL,
                "tools/call weather",
                true,
                NOW + 910_000_000L,
                NOW + 1_250_000_000L,
                Level.DEFAULT,
                null,
                false,
                0,
                "{\"city\":\"Paris\"}",
                result,
                null,
                null,
                null,
                Map.of(),
                Map.of(
                        "gen_ai.operation.name", "execute_tool",
                        "gen_ai.tool.name", "weather",
                        "mcp.method.name", "tools/call"),
                "{}");
    }

    /// A tool that says itself what went wrong: its words are content.
    static Draft failedTool(int number, String words) {
        var good = tool(number, words);
        var attributes = new HashMap<>(good.attributes());
        attributes.put("error.type", "tool_error");
        return new Draft(
                good.spanId(),
                good.type(),
                good.name(),
                true,
                good.startNanos(),
                good.endNanos(),
                Level.ERROR,
                words,
                true,
                0,
                good.input(),
                good.output(),
                null,
                null,
                null,
                Map.of(),
                attributes,
                "{}");
    }

    static Draft top(int number, int inputFrom, int outputFrom) {
        return new Draft(
                span(number),
                ObservationType.AGENT,
                "invoke_agent travel-agent",
                false,
                NOW,
                NOW + 2_400_000_000L,
                Level.DEFAULT,
                null,
                false,
                0,
                null,
                null,
                span(inputFrom),
                span(outputFrom),
                null,
                Map.of(),
                Map.of("gen_ai.operation.name", "invoke_agent"),
                null);
    }

    static RunAttributes run(String runId) {
        return new RunAttributes(
                runId,
                "travel-agent",
                "conv-1",
                "team-a",
                List.of("spangate"),
                "Demo",
                "team-a",
                true);
    }

    /// A root release that holds its draft.
    static Release release(Draft draft) {
        return release(draft.spanId(), null, draft, null);
    }

    static Release release(String spanId, String parent, Draft draft, String keptFor) {
        return new Release(
                spanId,
                TRACE,
                parent,
                false,
                false,
                run(TRACE),
                List.of(),
                Map.of(),
                draft,
                keptFor,
                null);
    }

    /// The release of a tool span that is linked to a generation.
    static Release linked(String spanId, String parent, String generation, Draft draft) {
        var link = Map.<String, Object>of("spangate.link.method", "call-id");
        return new Release(
                spanId,
                TRACE,
                parent,
                false,
                false,
                run(TRACE),
                List.of(new SpanLink(TRACE, generation, link)),
                Map.of(
                        "spangate.link.method", "call-id",
                        "spangate.link.confidence", "certain",
                        "gen_ai.tool.call.id", "call_a"),
                draft,
                null,
                null);
    }
}
