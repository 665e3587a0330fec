package dev.spangate.telemetry;

import dev.spangate.linking.Capture;
import dev.spangate.linking.JournalRecord.Draft;
import dev.spangate.linking.JournalRecord.Release;
import dev.spangate.linking.JournalRecord.RunAttributes;
import dev.spangate.linking.Level;
import dev.spangate.linking.ObservationType;
import dev.spangate.linking.Usage;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// The `langfuse.*` attributes: what Langfuse v4 reads first and draws best.
///
/// Langfuse has no trace object, so the run's values go on every span (rule T3); structured values
/// are JSON text, because it decodes no OTLP maps.
final class LangfuseKeys {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String OBSERVATION = "langfuse.observation.";
    private static final String METADATA = OBSERVATION + "metadata.";
    private static final int MAX_ENVIRONMENT = 40;

    private final TelemetryConfig config;
    private final Identity identity;

    LangfuseKeys(TelemetryConfig config, Identity identity) {
        this.config = config;
        this.identity = identity;
    }

    void put(AttributeSet out, Release release, Draft draft, Capture capture) {
        putRun(out, release.run(), capture);
        if (release.appRoot()) {
            out.put("langfuse.internal.is_app_root", true);
        }
        out.put(OBSERVATION + "type", type(draft.type()));
        if (draft.level() != Level.DEFAULT) {
            out.put(OBSERVATION + "level", draft.level().name());
        }
        if (capture != Capture.NONE) {
            out.put(OBSERVATION + "status_message", draft.statusMessage());
        }
        out.put(OBSERVATION + "input", draft.input());
        out.put(
                OBSERVATION + "output",
                draft.type() == ObservationType.TOOL
                        ? ToolText.of(draft.output())
                        : draft.output());
        if (draft.type() == ObservationType.GENERATION
                || draft.type() == ObservationType.EMBEDDING) {
            putModel(out, draft);
        }
        putMetadata(out, release, draft, capture);
    }

    private void putRun(AttributeSet out, RunAttributes run, Capture capture) {
        if (!run.traceLevel()) {
            return;
        }
        out.put("langfuse.trace.name", run.traceName());
        if (capture != Capture.NONE) {
            out.put("langfuse.session.id", run.sessionId());
            out.put("langfuse.user.id", run.userId());
        }
        out.put("langfuse.trace.tags", run.tags() == null ? List.of() : run.tags());
        String environment = run.environment() == null ? config.environment() : run.environment();
        out.put("langfuse.environment", environment(environment));
        out.put("langfuse.release", config.release());
        out.put("langfuse.version", identity.version());
    }

    private static void putModel(AttributeSet out, Draft draft) {
        var attributes = draft.attributes();
        Object model = attributes.get("gen_ai.response.model");
        out.putAny(
                OBSERVATION + "model.name",
                model == null ? attributes.get("gen_ai.request.model") : model);
        var parameters = parameters(attributes);
        if (!parameters.isEmpty()) {
            out.put(OBSERVATION + "model.parameters", JSON.writeValueAsString(parameters));
        }
        if (draft.usage() != null) {
            out.put(
                    OBSERVATION + "usage_details",
                    JSON.writeValueAsString(usageDetails(draft.usage())));
        }
        if (draft.cost() != null && !draft.cost().isEmpty()) {
            out.put(
                    OBSERVATION + "cost_details",
                    JSON.writeValueAsString(new TreeMap<>(draft.cost())));
        }
        if (draft.completionStartNanos() > 0) {
            out.put(
                    OBSERVATION + "completion_start_time",
                    Instant.ofEpochSecond(0, draft.completionStartNanos())
                            .truncatedTo(ChronoUnit.MILLIS)
                            .toString());
        }
    }

    /// `gen_ai.request.*` without the model: what a person compares between two calls.
    private static Map<String, Object> parameters(Map<String, Object> attributes) {
        String prefix = "gen_ai.request.";
        var parameters = new TreeMap<String, Object>();
        attributes.forEach((key, value) -> {
            if (key.startsWith(prefix) && !key.equals("gen_ai.request.model")) {
                parameters.put(key.substring(prefix.length()), value);
            }
        });
        return parameters;
    }

    /// Disjoint counts, so that their sum is the total.
    static Map<String, Long> usageDetails(Usage usage) {
        var details = new TreeMap<String, Long>();
        long input = usage.input() - usage.cacheRead() - usage.cacheWrite();
        long output = usage.output() - usage.reasoning();
        for (var entry : usage.other().entrySet()) {
            input -= entry.getKey().startsWith("input") ? entry.getValue() : 0;
            output -= entry.getKey().startsWith("output") ? entry.getValue() : 0;
            putCount(details, entry.getKey(), entry.getValue());
        }
        putCount(details, "input_cached_tokens", usage.cacheRead());
        putCount(details, "input_cache_creation", usage.cacheWrite());
        putCount(details, "output_reasoning_tokens", usage.reasoning());
        details.put("input", Math.max(0, input));
        details.put("output", Math.max(0, output));
        details.put("total", usage.input() + usage.output());
        return details;
    }

    private static void putCount(Map<String, Long> details, String key, long count) {
        if (count > 0) {
            details.put(key, count);
        }
    }

    private void putMetadata(AttributeSet out, Release release, Draft draft, Capture capture) {
        metadata(out, "finish_reason", finishReason(draft.attributes()));
        metadata(out, "tool_call_id", either(release, draft, "gen_ai.tool.call.id"));
        metadata(out, "mcp_server", either(release, draft, "spangate.mcp.server"));
        metadata(out, "link_method", either(release, draft, "spangate.link.method"));
        metadata(out, "link_confidence", either(release, draft, "spangate.link.confidence"));
        metadata(out, "route", ConventionKeys.route(draft.attributes()));
        metadata(out, "endpoint", ConventionKeys.endpoint(draft.attributes()));
        if (capture != Capture.NONE) {
            for (String key : config.attributes().keySet()) {
                metadata(out, key, draft.attributes().get(key));
            }
        }
    }

    private static void metadata(AttributeSet out, String key, @Nullable Object value) {
        if (value != null) {
            out.putAny(METADATA + key, value);
        }
    }

    private static @Nullable Object finishReason(Map<String, Object> attributes) {
        return attributes.get("gen_ai.response.finish_reasons") instanceof List<?> reasons
                        && !reasons.isEmpty()
                ? reasons.getFirst()
                : null;
    }

    static @Nullable Object either(Release release, Draft draft, String key) {
        var late = release.attributes() == null ? null : release.attributes().get(key);
        return late != null ? late : draft.attributes().get(key);
    }

    static String type(ObservationType type) {
        return switch (type) {
            case ATTEMPT -> "span";
            case AGENT, GENERATION, EMBEDDING, TOOL, GUARDRAIL, SPAN ->
                    type.name().toLowerCase(Locale.ROOT);
        };
    }

    /// Langfuse takes `[a-z0-9-_]`, at most 40 characters, not beginning with `langfuse`.
    static @Nullable String environment(@Nullable String configured) {
        if (configured == null) {
            return null;
        }
        String name = configured.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_-]", "-");
        while (name.startsWith("langfuse")) {
            name = name.substring("langfuse".length());
        }
        name = name.length() > MAX_ENVIRONMENT ? name.substring(0, MAX_ENVIRONMENT) : name;
        return name.isEmpty() ? null : name;
    }
}
