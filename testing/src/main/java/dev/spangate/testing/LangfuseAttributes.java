package dev.spangate.testing;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// How Langfuse maps one span's attributes to an observation's plain fields.
final class LangfuseAttributes {
    private static final Set<String> TYPES =
            Set.of(
                    "span",
                    "generation",
                    "event",
                    "embedding",
                    "agent",
                    "tool",
                    "chain",
                    "retriever",
                    "guardrail",
                    "evaluator");
    private static final Map<String, String> OPERATIONS =
            Map.of(
                    "chat", "GENERATION",
                    "completion", "GENERATION",
                    "text_completion", "GENERATION",
                    "generate_content", "GENERATION",
                    "generate", "GENERATION",
                    "embeddings", "EMBEDDING",
                    "invoke_agent", "AGENT",
                    "create_agent", "AGENT",
                    "execute_tool", "TOOL");
    private static final List<String> MODELS =
            List.of(
                    "langfuse.observation.model.name",
                    "gen_ai.response.model",
                    "ai.model.id",
                    "gen_ai.request.model",
                    "llm.response.model",
                    "llm.model_name",
                    "model");
    private static final Map<String, String> LEVELS =
            Map.ofEntries(
                    Map.entry("DEBUG", "DEBUG"),
                    Map.entry("TRACE", "DEBUG"),
                    Map.entry("DEFAULT", "DEFAULT"),
                    Map.entry("INFO", "DEFAULT"),
                    Map.entry("OK", "DEFAULT"),
                    Map.entry("WARNING", "WARNING"),
                    Map.entry("WARN", "WARNING"),
                    Map.entry("ERROR", "ERROR"),
                    Map.entry("FATAL", "ERROR"),
                    Map.entry("CRITICAL", "ERROR"));

    private final SinkSpan span;

    LangfuseAttributes(SinkSpan span) {
        this.span = span;
    }

    String type() {
        String own = span.text("langfuse.observation.type").toLowerCase(Locale.ROOT);
        if (TYPES.contains(own)) {
            return own.toUpperCase(Locale.ROOT);
        }
        String inference = span.text("openinference.span.kind");
        if (inference.equals("LLM")) {
            return "GENERATION";
        }
        if (TYPES.contains(inference.toLowerCase(Locale.ROOT)) && !inference.isEmpty()) {
            return inference;
        }
        String operation = OPERATIONS.get(span.text("gen_ai.operation.name"));
        if (operation != null) {
            return operation;
        }
        if (!first("gen_ai.tool.name", span.text("gen_ai.tool.call.id")).isEmpty()) {
            return "TOOL";
        }
        return MODELS.stream().anyMatch(key -> span.attribute(key) != null) ? "GENERATION" : "SPAN";
    }

    String name() {
        return first("gen_ai.tool.name", first("logfire.msg", span.name()));
    }

    String level() {
        String fallback = span.status().code().equals("ERROR") ? "ERROR" : "DEFAULT";
        String own = span.text("langfuse.observation.level").toUpperCase(Locale.ROOT);
        return LEVELS.getOrDefault(own, fallback);
    }

    String model() {
        return agentOperation()
                ? ""
                : MODELS.stream()
                        .map(span::text)
                        .filter(model -> !model.isEmpty())
                        .findFirst()
                        .orElse("");
    }

    Map<String, String> modelParameters() {
        var map = new LinkedHashMap<String, String>();
        String whole = span.text("langfuse.observation.model.parameters");
        if (!whole.isEmpty()) {
            json(whole).properties().forEach(e -> map.put(e.getKey(), plain(e.getValue())));
            return map;
        }
        span.attributes()
                .forEach((key, value) -> {
                    if (key.startsWith("gen_ai.request.") && !key.equals("gen_ai.request.model")) {
                        map.put(key.substring("gen_ai.request.".length()), value.toString());
                    }
                });
        return map;
    }

    List<String> tags() {
        for (String key : List.of("langfuse.trace.tags", "langfuse.tags", "tag.tags")) {
            Object value = span.attribute(key);
            if (value instanceof List<?> list) {
                return list.stream().map(Object::toString).toList();
            }
            if (value instanceof String text && text.startsWith("[")) {
                return json(text).valueStream().map(LangfuseAttributes::plain).toList();
            }
            if (value instanceof String text && !text.isBlank()) {
                return List.of(text.split("\\s*,\\s*", -1));
            }
        }
        return List.of();
    }

    String environment() {
        String found =
                first(
                        "langfuse.environment",
                        first("deployment.environment.name", first("deployment.environment", "")));
        String plain = found.toLowerCase(Locale.ROOT).replaceFirst("^langfuse", "");
        return plain.matches("[a-z0-9-_]{1,40}") ? plain : "default";
    }

    String release() {
        return first("langfuse.release", "");
    }

    String version() {
        Object service = span.resource().get("service.version");
        return first("langfuse.version", service == null ? "" : service.toString());
    }

    /// Metadata that is filterable: what stands under Langfuse's own keys.
    Map<String, String> metadata() {
        var map = new LinkedHashMap<String, String>();
        for (String whole :
                List.of(
                        "langfuse.observation.metadata",
                        "langfuse.trace.metadata",
                        "langfuse.metadata")) {
            if (!span.text(whole).isEmpty()) {
                json(span.text(whole))
                        .properties()
                        .forEach(e -> map.put(e.getKey(), plain(e.getValue())));
            }
            span.attributes()
                    .forEach((key, value) -> {
                        if (key.startsWith(whole + ".")) {
                            map.put(key.substring(whole.length() + 1), value.toString());
                        }
                    });
        }
        return map;
    }

    @Nullable String orNull(String... keys) {
        for (String key : keys) {
            if (!span.text(key).isEmpty()) {
                return span.text(key);
            }
        }
        return null;
    }

    /// The span's attribute, then the resource's, then the fallback.
    String first(String key, String fallback) {
        if (!span.text(key).isEmpty()) {
            return span.text(key);
        }
        Object onResource = span.resource().get(key);
        return onResource == null ? fallback : onResource.toString();
    }

    boolean agentOperation() {
        String operation = span.text("gen_ai.operation.name");
        return operation.equals("invoke_agent") || operation.equals("agent_step");
    }

    static JsonNode json(String text) {
        try {
            return JsonMapper.shared().readTree(text);
        } catch (JacksonException notJson) {
            return JsonMapper.shared().missingNode();
        }
    }

    static String plain(JsonNode node) {
        return node.isValueNode() ? node.asString() : node.toString();
    }
}
