package dev.spangate.telemetry;

import dev.spangate.linking.JournalRecord;
import dev.spangate.linking.JournalRecord.Draft;
import dev.spangate.linking.JournalRecord.Release;
import dev.spangate.linking.Usage;
import dev.spangate.telemetry.TelemetryConfig.Semconv;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleCounter;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.LongHistogram;
import io.opentelemetry.api.metrics.Meter;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Measures finished spans, before any sampling (GenAI and MCP metric conventions).
///
/// Names that a client may invent are labels only once somebody accepted them: a model that
/// answered, a tool that a server has.
final class SpanMetrics {
    private static final List<Double> GEN_AI_SECONDS =
            List.of(
                    0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96,
                    81.92);
    private static final List<Double> AGENT_SECONDS =
            List.of(0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 51.2, 102.4, 204.8, 409.6);
    private static final List<Double> MCP_SECONDS =
            List.of(0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0);
    private static final List<Long> TOKENS =
            List.of(
                    1L, 4L, 16L, 64L, 256L, 1024L, 4096L, 16384L, 65536L, 262144L, 1048576L,
                    4194304L, 16777216L, 67108864L);
    private static final int MAX_MODELS = 500;
    private static final String ERROR = "error.type";

    private final Labels.Known known = new Labels.Known();
    private final boolean older;
    private final Set<String> acceptedModels = ConcurrentHashMap.newKeySet();
    private final DoubleHistogram inference;
    private final DoubleHistogram firstChunk;
    private final DoubleHistogram otherOperation;
    private final DoubleHistogram agent;
    private final DoubleHistogram tool;
    private final DoubleHistogram mcp;
    private final Map<String, LongCounter> usage;
    private final LongHistogram inputTokens;
    private final LongHistogram outputTokens;
    private final LongHistogram legacyTokens;
    private final DoubleHistogram attempt;
    private final DoubleCounter cost;
    private final LongCounter links;
    private final LongCounter runs;
    private final LongCounter guardrails;
    private final RunSizes sizes;

    SpanMetrics(Meter meter, Semconv semconv) {
        this.older = semconv != Semconv.LATEST;
        this.inference =
                seconds(meter, "gen_ai.client.inference.duration", GEN_AI_SECONDS, "Inferences");
        this.firstChunk =
                seconds(
                        meter,
                        "gen_ai.client.inference.time_to_first_chunk",
                        GEN_AI_SECONDS,
                        "Streamed inferences, from the request to the first token");
        this.otherOperation =
                seconds(
                        meter,
                        "gen_ai.client.operation.duration",
                        GEN_AI_SECONDS,
                        "GenAI operations; chat too, under its older name");
        this.agent = seconds(meter, "gen_ai.invoke_agent.duration", AGENT_SECONDS, "Runs");
        this.tool =
                seconds(meter, "gen_ai.execute_tool.duration", GEN_AI_SECONDS, "Tool executions");
        this.mcp =
                seconds(
                        meter,
                        "mcp.client.operation.duration",
                        MCP_SECONDS,
                        "MCP requests upstream");
        this.usage = new ConcurrentHashMap<>();
        for (String kind :
                List.of(
                        "input_tokens",
                        "output_tokens",
                        "cache_read.input_tokens",
                        "cache_write.input_tokens",
                        "reasoning.output_tokens")) {
            usage.put(
                    kind,
                    count(meter, "gen_ai.client.inference.usage." + kind, "{token}", "Tokens"));
        }
        this.inputTokens =
                tokens(
                        meter,
                        "gen_ai.client.inference.operation.input_tokens",
                        "Input tokens of one inference");
        this.outputTokens =
                tokens(
                        meter,
                        "gen_ai.client.inference.operation.output_tokens",
                        "Output tokens of one inference");
        this.legacyTokens =
                tokens(
                        meter,
                        "gen_ai.client.token.usage",
                        "Tokens of one inference (older convention)");
        this.attempt =
                seconds(
                        meter,
                        "http.client.request.duration",
                        GEN_AI_SECONDS, // models take longer than the convention's ten seconds
                        "Tries at upstreams of models, retries and failover included");
        this.cost =
                meter.counterBuilder("spangate.llm.cost")
                        .ofDoubles()
                        .setUnit("USD")
                        .setDescription("Cost of inferences by the price table")
                        .build();
        this.links =
                count(
                        meter,
                        "spangate.tool.links",
                        "{execution}",
                        "Tool executions by link method");
        this.runs = count(meter, "spangate.runs", "{run}", "Runs by how they ended");
        this.guardrails = count(meter, "spangate.guardrails", "{action}", "Policies that acted");
        this.sizes = new RunSizes(meter);
    }

    /// On the journal's thread.
    void observe(JournalRecord entry) {
        switch (entry) {
            case Draft draft -> {
                observe(draft);
                sizes.held(draft);
            }
            case Release release -> {
                if (release.draft() != null) {
                    observe(release.draft());
                }
                observeLink(release);
                sizes.placed(release);
            }
            case JournalRecord.State _, JournalRecord.Checkpoint _, JournalRecord.Withdrawn _ -> {
                // Nothing to measure.
            }
        }
    }

    private void observe(Draft draft) {
        switch (draft.type()) {
            case GENERATION, EMBEDDING -> observeInference(draft);
            case TOOL -> observeTool(draft);
            case SPAN -> observeMcp(draft);
            case AGENT -> observeRun(draft);
            case GUARDRAIL ->
                    guardrails.add(
                            1,
                            labels(draft.attributes(), "spangate.guardrail.action")
                                    .put("spangate.guardrail.name", lastWord(draft.name()))
                                    .build());
            case ATTEMPT -> observeAttempt(draft);
        }
    }

    private void observeInference(Draft draft) {
        var common =
                labels(
                        draft.attributes(),
                        "gen_ai.operation.name",
                        "gen_ai.provider.name",
                        "gen_ai.response.model",
                        "server.address");
        putModel(common, draft.attributes());
        var withoutError = common.build();
        var withError = common.with(ERROR, errorType(draft)).build();
        double seconds = seconds(draft.startNanos(), draft.endNanos());
        boolean embedding = "embeddings".equals(draft.attributes().get("gen_ai.operation.name"));
        if (!embedding) {
            inference.record(seconds, withError);
        }
        if (embedding || older) {
            otherOperation.record(seconds, withError);
        }
        if (draft.completionStartNanos() > 0
                && Boolean.TRUE.equals(draft.attributes().get("gen_ai.request.stream"))) {
            firstChunk.record(
                    seconds(draft.startNanos(), draft.completionStartNanos()), withoutError);
        }
        if (draft.usage() != null) {
            observeUsage(draft.usage(), common);
            inputTokens.record(draft.usage().input(), withError);
            outputTokens.record(draft.usage().output(), withError);
        }
        Double total = draft.cost() == null ? null : draft.cost().get("total");
        if (total != null && total > 0) {
            cost.add(total, withoutError);
        }
    }

    private void observeUsage(Usage tokens, Labels common) {
        var labels = common.build();
        add("input_tokens", tokens.input(), labels);
        add("output_tokens", tokens.output(), labels);
        add("cache_read.input_tokens", tokens.cacheRead(), labels);
        add("cache_write.input_tokens", tokens.cacheWrite(), labels);
        add("reasoning.output_tokens", tokens.reasoning(), labels);
        if (older) {
            String type = "gen_ai.token.type";
            legacyTokens.record(tokens.input(), common.with(type, "input").build());
            legacyTokens.record(tokens.output(), common.with(type, "output").build());
        }
    }

    private void observeAttempt(Draft draft) {
        var labels =
                labels(
                        draft.attributes(),
                        "http.request.method",
                        "server.address",
                        "http.response.status_code");
        attempt.record(
                seconds(draft.startNanos(), draft.endNanos()),
                labels.put(ERROR, errorType(draft)).build());
    }

    private void observeTool(Draft draft) {
        if (draft.attributes().containsKey("spangate.tool.observed")) {
            return;
        }
        var labels = labels(draft.attributes(), "spangate.mcp.server");
        if (draft.attributes().containsKey("spangate.mcp.server")) {
            put(labels, draft.attributes(), "gen_ai.tool.name");
        }
        var withError = labels.put(ERROR, errorType(draft)).build();
        tool.record(seconds(draft.startNanos(), draft.endNanos()), withError);
        observeMcp(draft);
    }

    private void observeMcp(Draft draft) {
        var attributes = draft.attributes();
        if (!attributes.containsKey("mcp.method.name")) {
            return;
        }
        var labels =
                labels(
                        attributes,
                        "mcp.method.name",
                        "spangate.mcp.server",
                        "gen_ai.operation.name",
                        "network.transport",
                        "mcp.protocol.version");
        if (attributes.containsKey("spangate.mcp.server")) {
            put(labels, attributes, "gen_ai.tool.name");
        }
        mcp.record(
                seconds(draft.startNanos(), draft.endNanos()),
                labels.put(ERROR, errorType(draft)).build());
    }

    private void observeRun(Draft draft) {
        var labels = labels(draft.attributes(), "gen_ai.agent.name");
        agent.record(
                seconds(draft.startNanos(), draft.endNanos()),
                labels.put(ERROR, errorType(draft)).build());
        Object end = draft.attributes().get("spangate.run.end");
        runs.add(1, known.labels().put("spangate.run.end", end == null ? "answered" : end).build());
    }

    private void observeLink(Release release) {
        Object method =
                release.attributes() == null
                        ? null
                        : release.attributes().get("spangate.link.method");
        if (method == null && release.draft() != null) {
            method = release.draft().attributes().get("spangate.link.method");
        }
        if (method != null) {
            var labels = labels(release.attributes(), "spangate.link.confidence");
            links.add(1, labels.put("spangate.link.method", method.toString()).build());
        }
    }

    private void putModel(Labels labels, Map<String, Object> attributes) {
        Object model = attributes.get("gen_ai.request.model");
        if (model == null) {
            return;
        }
        boolean answered = attributes.containsKey("gen_ai.response.model");
        if (answered && acceptedModels.size() < MAX_MODELS) {
            acceptedModels.add(model.toString());
        }
        labels.put(
                "gen_ai.request.model",
                acceptedModels.contains(model.toString()) ? model.toString() : "_OTHER");
    }

    private void add(String kind, long tokens, Attributes labels) {
        var counter = usage.get(kind);
        if (counter != null && tokens > 0) {
            counter.add(tokens, labels);
        }
    }

    private static @Nullable String errorType(Draft draft) {
        Object type = draft.attributes().get("error.type");
        return type != null ? type.toString() : draft.error() ? "_OTHER" : null;
    }

    private Labels labels(@Nullable Map<String, Object> attributes, String... keys) {
        var labels = known.labels();
        if (attributes != null) {
            for (String key : keys) {
                put(labels, attributes, key);
            }
        }
        return labels;
    }

    private static void put(Labels labels, Map<String, Object> attributes, String key) {
        labels.put(key, attributes.get(key));
    }

    private static double seconds(long from, long to) {
        return Math.max(0, to - from) / 1e9;
    }

    private static String lastWord(String name) {
        return name.substring(name.lastIndexOf(' ') + 1);
    }

    private static DoubleHistogram seconds(
            Meter meter, String name, List<Double> buckets, String description) {
        return meter.histogramBuilder(name)
                .setUnit("s")
                .setDescription(description)
                .setExplicitBucketBoundariesAdvice(buckets)
                .build();
    }

    private static LongHistogram tokens(Meter meter, String name, String description) {
        return meter.histogramBuilder(name)
                .ofLongs()
                .setUnit("{token}")
                .setDescription(description)
                .setExplicitBucketBoundariesAdvice(TOKENS)
                .build();
    }

    private static LongCounter count(Meter meter, String name, String unit, String description) {
        return meter.counterBuilder(name).setUnit(unit).setDescription(description).build();
    }
}
