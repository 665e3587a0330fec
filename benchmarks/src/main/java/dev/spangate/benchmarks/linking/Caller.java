package dev.spangate.benchmarks.linking;

import dev.spangate.linking.Capture;
import dev.spangate.linking.Origin;
import dev.spangate.linking.TraceContext;
import dev.spangate.linking.TraceMode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Who an agent says it is on each of its two legs.
///
/// @param scope the caller's key
/// @param session the client's own session id
/// @param connection names its MCP connection
/// @param mode what its trace context does
record Caller(String scope, Habits habits, String session, String connection, TraceMode mode) {
    private static final String CONSTANT = "7c1f3e9a5b2d48607c1f3e9a5b2d4860";

    Origin llm(String traceId, RandomGenerator random) {
        boolean named =
                switch (habits.hint()) {
                    case CLAUDE_CODE, CODEX, LLM_SESSION, SESSION -> true;
                    case NONE, TRACE, MCP_TRACE, CONSTANT_TRACE -> false;
                };
        var context =
                switch (habits.hint()) {
                    case TRACE -> context(traceId, random);
                    case CONSTANT_TRACE -> context(CONSTANT, random);
                    default -> null;
                };
        return origin(named, context);
    }

    Origin mcp(String traceId, RandomGenerator random) {
        boolean named = habits.hint() == Hint.CODEX || habits.hint() == Hint.SESSION;
        var context =
                switch (habits.hint()) {
                    case TRACE, MCP_TRACE -> context(traceId, random);
                    case CONSTANT_TRACE -> context(CONSTANT, random);
                    default -> null;
                };
        return origin(named, context);
    }

    private Origin origin(boolean named, @Nullable TraceContext context) {
        Map<String, String> ids = new HashMap<>();
        if (named) {
            ids.put("session", session);
        }
        if (named && habits.hint() == Hint.CODEX) {
            ids.put("thread", "thread-" + session);
        }
        return new Origin(
                scope,
                scope,
                null,
                null,
                named ? session : null,
                null,
                ids,
                context,
                mode,
                List.of(),
                null,
                connection,
                Map.of(),
                Capture.FULL);
    }

    private static TraceContext context(String traceId, RandomGenerator random) {
        String spanId = "%016x".formatted(random.nextLong() | 1L);
        return new TraceContext(traceId, spanId, random.nextBoolean(), "");
    }
}
