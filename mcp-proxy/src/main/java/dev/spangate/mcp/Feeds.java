package dev.spangate.mcp;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Brings to a client what a server sends outside of calls, and tells the server what the client
/// wants of that: log severity, resources.
///
/// A session listens to a server from the first request that goes there: nobody's server is started
/// for a client that does not use it.
final class Feeds {
    private static final Duration DEADLINE = Duration.ofSeconds(10);
    private static final int MAX_LEVELS = 10_000;

    /// The severity last told to a server for a stateless caller.
    private final Map<String, LogLevel> told = new ConcurrentHashMap<>();

    /// The request as it goes to its owner, after what must go there before it.
    Outgoing prepared(Visit visit, Outgoing outgoing) {
        var session = visit.exchange().session();
        var server = outgoing.server();
        boolean modern = server.status().era() == Era.MODERN;
        if (session == null) {
            if (!modern) {
                tellStateless(visit, server);
            }
            return outgoing;
        }
        if (modern) {
            return withLevel(session, outgoing);
        }
        open(visit.exchange(), session, server);
        return outgoing;
    }

    /// Starts to listen to a server for a session, once.
    void open(Exchange exchange, Session session, UpstreamServer server) {
        if (session.feeds().containsKey(server.name())) {
            return;
        }
        var level = session.logLevel();
        if (level != null) {
            tell(server, exchange.upstreamCaller(), level);
        }
        listen(exchange, session, server, Json.object());
    }

    /// The session's client wants log lines of this severity from every server it uses.
    void level(Exchange exchange, Session session, LogLevel level) {
        session.logLevel(level);
        for (var facts : session.feeds().entrySet()) {
            if (facts.getValue() instanceof Feed feed && !feed.modern()) {
                tell(feed.server(), exchange.upstreamCaller(), level);
            }
        }
    }

    /// Listens anew to a stateless server, for the resources the session now wants of it.
    void subscribe(Exchange exchange, Session session, UpstreamServer server) {
        var filter = Json.object();
        var uris = filter.putArray("resourceSubscriptions");
        session.subscribed().forEach(uris::add);
        var params = Json.object();
        params.set("notifications", filter);
        listen(exchange, session, server, params);
    }

    private record Feed(UpstreamServer server, UpstreamServer.Subscription open, boolean modern)
            implements UpstreamServer.Subscription {
        @Override
        public void close() {
            open.close();
        }
    }

    private static void listen(
            Exchange exchange, Session session, UpstreamServer server, ObjectNode params) {
        var call =
                new UpstreamCall(
                        "subscriptions/listen",
                        params,
                        exchange.upstreamCaller(),
                        Map.of(),
                        null,
                        new SessionListener(session, server));
        var feed = new Feed(server, server.listen(call), server.status().era() == Era.MODERN);
        close(session.feeds().put(server.name(), feed));
        if (session.isClosed()) {
            close(session.feeds().remove(server.name()));
        }
    }

    private static void close(UpstreamServer.@Nullable Subscription old) {
        if (old != null) {
            old.close();
        }
    }

    /// A stateless server takes the severity from each request.
    private static Outgoing withLevel(Session session, Outgoing outgoing) {
        var level = session.logLevel();
        if (level == null) {
            return outgoing;
        }
        var params = outgoing.params().deepCopy();
        params.withObjectProperty("_meta").put(ModernRules.LOG_LEVEL_KEY, level.wire());
        return outgoing.with(params);
    }

    /// A server with sessions must be told the severity that a stateless request asks for.
    private void tellStateless(Visit visit, UpstreamServer server) {
        LogLevel.of(Json.string(visit.request().meta(), ModernRules.LOG_LEVEL_KEY))
                .ifPresent(level -> {
                    var caller = visit.exchange().upstreamCaller();
                    var key = server.name() + " " + caller.key();
                    if (told.size() > MAX_LEVELS) {
                        told.clear();
                    }
                    if (told.put(key, level) != level) {
                        tell(server, caller, level);
                    }
                });
    }

    /// Says the severity; a server that has no log, or fails, is left alone.
    private static void tell(UpstreamServer server, UpstreamCall.Caller caller, LogLevel level) {
        try {
            var hello = server.hello(call("initialize", Json.object(), caller));
            if (hello.capabilities().has("logging")) {
                server.request(
                        call("logging/setLevel", Json.object().put("level", level.wire()), caller));
            }
        } catch (McpUpstreamException _) {
            // The request that follows will say what is wrong.
        }
    }

    private static UpstreamCall call(String method, ObjectNode params, UpstreamCall.Caller caller) {
        return new UpstreamCall(method, params, caller, Map.of(), DEADLINE, MessageListener.deaf());
    }
}
