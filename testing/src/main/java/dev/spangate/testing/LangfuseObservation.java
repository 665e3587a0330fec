package dev.spangate.testing;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One span as Langfuse v4 stores it.
///
/// @param traceId the trace id
/// @param spanId the span id
/// @param parentSpanId empty for a root
/// @param type `GENERATION`, `EMBEDDING`, `AGENT`, `TOOL`, `SPAN`, `GUARDRAIL`, ..
/// @param name the observation's name (`gen_ai.tool.name` overrides the span's)
/// @param startNanos epoch nanoseconds
/// @param endNanos epoch nanoseconds
/// @param level `DEBUG`, `DEFAULT`, `WARNING` or `ERROR`
/// @param statusMessage empty when there is none
/// @param input as found by the extraction order; null when none
/// @param output as found by the extraction order; null when none
/// @param model empty when none
/// @param modelParameters name to text
/// @param usage tokens by Langfuse key
/// @param cost US dollars by Langfuse key
/// @param completionStart ISO 8601 text of the first token; empty when unknown
/// @param traceName `langfuse.trace.name`; empty when absent
/// @param sessionId the session; null when absent
/// @param userId the user; null when absent
/// @param tags the trace's tags
/// @param environment `default` when none is valid
/// @param release empty when none
/// @param version empty when none
/// @param metadata top-level keys that a person can filter on
/// @param appRoot `langfuse.internal.is_app_root`
/// @param toolDefinitions names of the tools offered in the input
/// @param toolCalls names of the tools called in the output
/// @param span the span itself
public record LangfuseObservation(
        String traceId,
        String spanId,
        String parentSpanId,
        String type,
        String name,
        long startNanos,
        long endNanos,
        String level,
        String statusMessage,
        @Nullable String input,
        @Nullable String output,
        String model,
        Map<String, String> modelParameters,
        Map<String, Long> usage,
        Map<String, Double> cost,
        String completionStart,
        String traceName,
        @Nullable String sessionId,
        @Nullable String userId,
        List<String> tags,
        String environment,
        String release,
        String version,
        Map<String, String> metadata,
        boolean appRoot,
        List<String> toolDefinitions,
        List<String> toolCalls,
        SinkSpan span) {

    static LangfuseObservation of(SinkSpan span) {
        var read = new LangfuseAttributes(span);
        var content = LangfuseContent.of(span);
        return new LangfuseObservation(
                span.traceId(),
                span.spanId(),
                span.parentSpanId(),
                read.type(),
                read.name(),
                span.startNanos() == 0 ? span.endNanos() : span.startNanos(),
                span.endNanos() == 0 ? span.startNanos() : span.endNanos(),
                read.level(),
                read.first("langfuse.observation.status_message", span.status().message()),
                content.input(),
                content.output(),
                read.model(),
                read.modelParameters(),
                LangfuseUsage.usage(span),
                LangfuseUsage.cost(span),
                span.text("langfuse.observation.completion_start_time"),
                span.text("langfuse.trace.name"),
                read.orNull("langfuse.session.id", "session.id", "gen_ai.conversation.id"),
                read.orNull("langfuse.user.id", "user.id"),
                read.tags(),
                read.environment(),
                read.release(),
                read.version(),
                read.metadata(),
                span.text("langfuse.internal.is_app_root").equals("true"),
                content.toolDefinitions(),
                content.toolCalls(),
                span);
    }

    /// Milliseconds between start and end, as Langfuse draws it.
    public long millis() {
        return endNanos / 1_000_000 - startNanos / 1_000_000;
    }
}
