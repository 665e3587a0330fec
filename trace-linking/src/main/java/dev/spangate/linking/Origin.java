package dev.spangate.linking;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Who sent a request, as far as linking may use it.
///
/// @param scope the link scope: nothing is ever matched beyond it
/// @param caller the caller's configured name, `anonymous` without callers
/// @param agent the agent's name from hints, if any
/// @param product the product of the `User-Agent`, if any (`claude-code` of `claude-code/2.1 (..)`)
/// @param session the session or conversation id that the client supplied, if any
/// @param user the end user that the client named, if any
/// @param ids ids that both legs may carry, by kind (`session`, `thread`, `turn`); same kind and
///   different value excludes (rule L1)
/// @param context the client's own trace context; `_meta` before the HTTP header
/// @param mode what that context does
/// @param tags tags of the caller
/// @param environment the Langfuse environment, if configured
/// @param connection names the client's connection (rule L8); empty when unknown
/// @param attributes extra span attributes (`telemetry.attributes`)
/// @param capture how much content the caller's spans carry
public record Origin(
        String scope,
        String caller,
        @Nullable String agent,
        @Nullable String product,
        @Nullable String session,
        @Nullable String user,
        Map<String, String> ids,
        @Nullable TraceContext context,
        TraceMode mode,
        List<String> tags,
        @Nullable String environment,
        String connection,
        Map<String, String> attributes,
        Capture capture) {
    public Origin {
        ids = Map.copyOf(ids);
        tags = List.copyOf(tags);
        attributes = Map.copyOf(attributes);
    }

    /// Of a caller whose spans carry everything.
    public Origin(
            String scope,
            String caller,
            @Nullable String agent,
            @Nullable String product,
            @Nullable String session,
            @Nullable String user,
            Map<String, String> ids,
            @Nullable TraceContext context,
            TraceMode mode,
            List<String> tags,
            @Nullable String environment,
            String connection,
            Map<String, String> attributes) {
        this(
                scope,
                caller,
                agent,
                product,
                session,
                user,
                ids,
                context,
                mode,
                tags,
                environment,
                connection,
                attributes,
                Capture.FULL);
    }

    /// An origin with a scope alone; the caller has the scope's name.
    public static Origin of(String scope) {
        return new Origin(
                scope,
                scope,
                null,
                null,
                null,
                null,
                Map.of(),
                null,
                TraceMode.JOIN,
                List.of(),
                null,
                "",
                Map.of(),
                Capture.FULL);
    }

    /// The agent's name of rule T: hints, the caller's name, the User-Agent's product, `agent`.
    public String agentName() {
        if (agent != null) {
            return agent;
        }
        if (!caller.equals("anonymous")) {
            return caller;
        }
        return product != null ? product : "agent";
    }
}
