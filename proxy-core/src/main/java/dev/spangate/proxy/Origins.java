package dev.spangate.proxy;

import dev.spangate.linking.Origin;
import dev.spangate.linking.TraceContext;
import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads from a request what linking may know of its sender: session, user, agent, trace context.
///
/// Nothing here is authority: identity is the [Caller] alone.
public final class Origins {
    private static final String[] SESSION_HEADERS = {
        "x-claude-code-session-id", "session-id", "x-session-id", "x-session-affinity"
    };

    private Origins() {}

    /// @param meta string entries of `params._meta` (MCP) or empty
    /// @param session what the body says of the session, if anything
    /// @param user what the body says of the end user, if anything
    /// @param connection names the client's connection, or empty
    public static Origin of(
            Caller caller,
            Headers headers,
            Map<String, String> meta,
            @Nullable String session,
            @Nullable String user,
            String connection) {
        var ids = new LinkedHashMap<String, String>();
        String supplied = session;
        for (int i = 0; supplied == null && i < SESSION_HEADERS.length; i++) {
            supplied = header(headers, SESSION_HEADERS[i]).orElse(null);
        }
        if (supplied == null) {
            supplied = meta.get("sessionId");
        }
        if (supplied != null) {
            ids.put("session", supplied);
        }
        header(headers, "thread-id")
                .or(() -> Optional.ofNullable(meta.get("threadId")))
                .ifPresent(thread -> ids.put("thread", thread));
        return new Origin(
                caller.linkScope(),
                caller.name(),
                header(headers, "x-agent-name").orElse(null),
                header(headers, "user-agent").map(Origins::product).orElse(null),
                supplied,
                user,
                ids,
                context(headers, meta).orElse(null),
                caller.traceMode(),
                caller.tags(),
                null,
                connection,
                Map.of());
    }

    private static Optional<TraceContext> context(Headers headers, Map<String, String> meta) {
        var inMeta = meta.get("traceparent");
        if (inMeta != null) {
            return TraceContext.parse(inMeta, meta.getOrDefault("tracestate", ""));
        }
        return header(headers, "traceparent")
                .flatMap(value ->
                        TraceContext.parse(value, header(headers, "tracestate").orElse("")));
    }

    private static Optional<String> header(Headers headers, String name) {
        return headers.first(HeaderNames.create(name)).filter(value -> !value.isBlank());
    }

    private static String product(String userAgent) {
        int end = 0;
        while (end < userAgent.length() && "/ (;".indexOf(userAgent.charAt(end)) < 0) {
            end++;
        }
        return userAgent.substring(0, end);
    }
}
