package dev.spangate.proxy;

import dev.spangate.linking.Origin;
import dev.spangate.linking.TraceContext;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Reads from a request what linking may know of its sender: session, user, agent, trace context.
///
/// Nothing here is authority: identity is the [Caller] alone. Values that no client sends in good
/// faith (too long, control characters) are ignored.
public final class Origins {
    /// Langfuse takes session ids of 200 characters at most.
    private static final int MAX_ID = 200;

    /// What coding agents, SDKs and other gateways' clients call it, the most specific first.
    private static final List<HeaderName> SESSIONS =
            names(
                    "x-claude-code-session-id",
                    "session-id",
                    "session_id",
                    "x-session-id",
                    "x-session-affinity",
                    "agent-session-id",
                    "x-hermes-session-id",
                    "x-copilot-session-id",
                    "x-litellm-session-id",
                    "helicone-session-id",
                    "langfuse_session_id",
                    "x-langfuse-session-id",
                    "x-openclaw-session-key",
                    "x-clawdbot-session-key",
                    "x-moltbot-session-key",
                    "x-agent-session",
                    "x-conversation-id",
                    "conversation_id");

    private static final List<HeaderName> USERS =
            names(
                    "x-user-id",
                    "helicone-user-id",
                    "x-openwebui-user-id",
                    "x-litellm-end-user-id",
                    "langfuse_user_id",
                    "x-langfuse-user-id");
    private static final List<HeaderName> AGENTS =
            names("x-agent-name", "x-openrouter-title", "x-title", "helicone-session-name");
    private static final List<HeaderName> THREADS = names("thread-id");
    private static final HeaderName TURN_METADATA = HeaderNames.create("x-codex-turn-metadata");

    private static final List<String> META_SESSIONS =
            List.of(
                    "sessionId",
                    "sessionID",
                    "session_id",
                    "agent-session-id",
                    "vscode.conversationId",
                    "antigravity.google/conversation_id",
                    "hermes_session_key");

    private static final Pattern TURN_ID =
            Pattern.compile("\"turn_id\"\\s*:\\s*\"([A-Za-z0-9._:-]{1,128})\"");

    /// `User-Agent` products whose name is not the agent's.
    private static final Map<String, String> PRODUCTS =
            Map.of(
                    "claude-cli", "claude-code",
                    "codex_cli_rs", "codex",
                    "codex-mcp-client", "codex",
                    "codex_exec", "codex",
                    "codex-tui", "codex");

    private Origins() {}

    /// As [#of(Caller, Headers, Map, Hints, String)], where the body names session and user alone.
    public static Origin of(
            Caller caller,
            Headers headers,
            Map<String, String> meta,
            @Nullable String session,
            @Nullable String user,
            String connection) {
        var hints = new Hints(session, null, null, user, null, null);
        return of(caller, headers, meta, hints, connection);
    }

    /// @param meta string entries of `params._meta` (MCP) or empty
    /// @param hints what the body says
    /// @param connection names the client's connection, or empty
    public static Origin of(
            Caller caller,
            Headers headers,
            Map<String, String> meta,
            Hints hints,
            String connection) {
        var session =
                sane(hints.session())
                        .or(() -> first(headers, SESSIONS))
                        .or(() ->
                                META_SESSIONS.stream()
                                        .map(meta::get)
                                        .flatMap(Origins::each)
                                        .findFirst());
        return new Origin(
                caller.linkScope(),
                caller.name(),
                sane(hints.agent()).or(() -> first(headers, AGENTS)).orElse(null),
                headers.first(HeaderNames.USER_AGENT).map(Origins::product).orElse(null),
                session.or(() -> sane(hints.fallbackSession())).orElse(null),
                sane(hints.user()).or(() -> first(headers, USERS)).orElse(null),
                ids(session, headers, meta, hints),
                context(headers, meta).orElse(null),
                caller.traceMode(),
                caller.tags(),
                null,
                connection,
                SpanAttributes.of(caller, headers),
                caller.capture());
    }

    private static Map<String, String> ids(
            Optional<String> session, Headers headers, Map<String, String> meta, Hints hints) {
        var ids = new LinkedHashMap<String, String>();
        session.ifPresent(id -> ids.put("session", id));
        sane(hints.thread())
                .or(() -> first(headers, THREADS))
                .or(() -> sane(meta.get("threadId")))
                .ifPresent(id -> ids.put("thread", id));
        sane(hints.turn())
                .or(() -> headers.first(TURN_METADATA).flatMap(Origins::turn))
                .or(() -> turn(meta.getOrDefault("x-codex-turn-metadata", "")))
                .ifPresent(id -> ids.put("turn", id));
        return ids;
    }

    private static Optional<String> turn(String metadata) {
        return Optional.of(TURN_ID.matcher(metadata)).filter(Matcher::find).map(m -> m.group(1));
    }

    private static Optional<TraceContext> context(Headers headers, Map<String, String> meta) {
        var inMeta = meta.get("traceparent");
        if (inMeta != null) {
            return TraceContext.parse(inMeta, meta.getOrDefault("tracestate", ""));
        }
        return headers.first(HeaderNames.create("traceparent"))
                .flatMap(value ->
                        TraceContext.parse(
                                value, headers.first(HeaderNames.create("tracestate")).orElse("")));
    }

    private static String product(String userAgent) {
        int end = 0;
        while (end < userAgent.length() && "/ (;".indexOf(userAgent.charAt(end)) < 0) {
            end++;
        }
        String name = userAgent.substring(0, Math.min(end, MAX_ID));
        return PRODUCTS.getOrDefault(name, name);
    }

    private static Optional<String> first(Headers headers, List<HeaderName> names) {
        return names.stream().flatMap(name -> each(headers.first(name).orElse(null))).findFirst();
    }

    private static Stream<String> each(@Nullable String value) {
        return sane(value).stream();
    }

    static Optional<String> sane(@Nullable String value) {
        return Optional.ofNullable(value)
                .map(String::strip)
                .filter(text -> !text.isEmpty() && text.length() <= MAX_ID)
                .filter(text -> text.chars().noneMatch(Character::isISOControl));
    }

    private static List<HeaderName> names(String... names) {
        return Stream.of(names).map(HeaderNames::create).toList();
    }
}
