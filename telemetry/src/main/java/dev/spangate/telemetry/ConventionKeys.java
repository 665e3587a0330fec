package dev.spangate.telemetry;

import dev.spangate.linking.Capture;
import dev.spangate.linking.JournalRecord.Draft;
import dev.spangate.linking.JournalRecord.Release;
import dev.spangate.linking.ObservationType;
import dev.spangate.linking.Usage;
import dev.spangate.telemetry.TelemetryConfig.Audience;
import dev.spangate.telemetry.TelemetryConfig.Semconv;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The attributes of OpenTelemetry's GenAI and MCP conventions, and the older keys beside them.
///
/// Pinned to semantic-conventions-genai as of October 2026 (`main`, 6fd0d76), core 1.45.
final class ConventionKeys {
    private static final Set<String> PERSONAL = Set.of("user.id", "enduser.id", "session.id");

    /// The one listener that agents come to, as the metrics name it.
    private static final String LISTENER = "traffic";

    private final TelemetryConfig config;
    private final Identity identity;
    private final Audience audience;
    private final MessageParts parts;

    ConventionKeys(TelemetryConfig config, Identity identity, Audience audience) {
        this.config = config;
        this.identity = identity;
        this.audience = audience;
        this.parts = new MessageParts(config.semconv() != Semconv.LATEST);
    }

    void put(AttributeSet out, Release release, Draft draft, Capture capture) {
        putRecorded(out, draft.attributes(), capture);
        putRecorded(out, release.attributes(), capture);
        if (draft.usage() != null) {
            putUsage(out, draft.usage());
        }
        if (draft.completionStartNanos() > 0
                && Boolean.TRUE.equals(draft.attributes().get("gen_ai.request.stream"))) {
            long nanos = draft.completionStartNanos() - draft.startNanos();
            out.put("gen_ai.response.time_to_first_chunk", Math.max(0, nanos) / 1e9);
        }
        if (config.semconv() != Semconv.LATEST) {
            putOlder(out, draft);
        }
        if (audience == Audience.GENERIC) {
            parts.put(out, draft);
            out.put("session.id", capture == Capture.NONE ? null : release.run().sessionId());
            out.put("user.id", capture == Capture.NONE ? null : release.run().userId());
        }
        if (config.legacyContent() && draft.type() == ObservationType.GENERATION) {
            out.put("gen_ai.prompt", draft.input());
            out.put("gen_ai.completion", draft.output());
        }
    }

    private void putRecorded(
            AttributeSet out, @Nullable Map<String, Object> attributes, Capture capture) {
        if (attributes == null) {
            return;
        }
        for (var entry : attributes.entrySet()) {
            String key = entry.getKey();
            if (capture == Capture.NONE
                    && (PERSONAL.contains(key) || config.attributes().containsKey(key))) {
                continue;
            }
            out.putAny(key, entry.getValue());
        }
    }

    private void putUsage(AttributeSet out, Usage usage) {
        if (config.semconv() != Semconv.LEGACY) {
            out.put("gen_ai.usage.input_tokens", usage.input());
            out.put("gen_ai.usage.output_tokens", usage.output());
            putCount(out, "gen_ai.usage.cache_read.input_tokens", usage.cacheRead());
            putCount(out, "gen_ai.usage.cache_write.input_tokens", usage.cacheWrite());
            putCount(out, "gen_ai.usage.reasoning.output_tokens", usage.reasoning());
        }
        if (config.semconv() != Semconv.LATEST) {
            out.put("gen_ai.usage.prompt_tokens", usage.input());
            out.put("gen_ai.usage.completion_tokens", usage.output());
            out.put("gen_ai.usage.total_tokens", usage.input() + usage.output());
            putCount(out, "gen_ai.usage.cache_creation.input_tokens", usage.cacheWrite());
        }
        if (usage.partial()) {
            out.put("spangate.usage.partial", true);
        }
    }

    private static void putCount(AttributeSet out, String key, long count) {
        if (count > 0) {
            out.put(key, count);
        }
    }

    /// What older dashboards and gateway guides look for.
    private void putOlder(AttributeSet out, Draft draft) {
        var attributes = draft.attributes();
        out.put("gateway", identity.gateway());
        out.putAny("route", route(attributes));
        if (draft.client()) {
            out.putAny("listener", attributes.getOrDefault("spangate.listener", LISTENER));
        }
        out.put("endpoint", endpoint(attributes));
        Object provider = attributes.get("gen_ai.provider.name");
        if (provider != null) {
            out.putAny("gen_ai.system", system(provider.toString()));
            boolean stream = Boolean.TRUE.equals(attributes.get("gen_ai.request.stream"));
            out.put("gen_ai.streaming", stream);
        }
    }

    /// `gen_ai.system` of the conventions up to 1.36.
    private static String system(String provider) {
        return switch (provider) {
            case "x_ai" -> "xai";
            case "azure.ai.openai" -> "az.ai.openai";
            case "azure.ai.inference" -> "az.ai.inference";
            case "gcp.vertex_ai" -> "vertex_ai";
            case "gcp.gemini" -> "gemini";
            default -> provider;
        };
    }

    /// The configured provider or server key with its path.
    static @Nullable Object route(Map<String, Object> attributes) {
        Object route = attributes.get("spangate.route");
        Object server = attributes.get("spangate.mcp.server");
        return route != null ? route : server == null ? null : "/mcp/" + server;
    }

    /// The upstream as host:port.
    static @Nullable String endpoint(Map<String, Object> attributes) {
        Object address = attributes.get("server.address");
        Object port = attributes.get("server.port");
        return address == null ? null : port == null ? address.toString() : address + ":" + port;
    }
}
