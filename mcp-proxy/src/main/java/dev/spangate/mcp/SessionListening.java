package dev.spangate.mcp;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Keeps the stream of messages that belong to no call open for one listener, across sessions.
final class SessionListening implements UpstreamServer.Subscription {
    private static final Logger LOG = System.getLogger(SessionListening.class.getName());
    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration MAX_RETRY = Duration.ofSeconds(30);
    private static final Duration NO_END = Duration.ofDays(36_500);

    private final ConnectedServer server;
    private final UpstreamCall call;
    private final Abort abort = new Abort();
    private boolean gap;

    private SessionListening(ConnectedServer server, UpstreamCall call) {
        this.server = server;
        this.call = call;
    }

    static SessionListening start(ConnectedServer server, UpstreamCall call) {
        var listening = new SessionListening(server, call);
        Thread.ofVirtual().name("mcp-subscription-" + server.name()).start(listening::run);
        return listening;
    }

    @Override
    public void close() {
        abort.abort();
    }

    private void run() {
        var retry = FIRST_RETRY;
        while (!abort.aborted() && !server.isStopped()) {
            var session = open();
            var opened = System.nanoTime();
            if (session != null && !follow(session)) {
                return;
            }
            if (System.nanoTime() - opened > MAX_RETRY.toNanos()) {
                retry = FIRST_RETRY;
            }
            if (!abort.pause(retry)) {
                return;
            }
            var doubled = retry.multipliedBy(2);
            retry = doubled.compareTo(MAX_RETRY) < 0 ? doubled : MAX_RETRY;
        }
    }

    private @Nullable UpstreamSession open() {
        try {
            var session = server.session(call);
            if (gap) {
                server.everyListMayHaveChanged();
            }
            gap = true;
            return session;
        } catch (TransportFailure failure) {
            if (!abort.aborted()) {
                server.failed(failure);
            }
            return null;
        }
    }

    /// Returns when the stream or the session has ended; whether it is worth opening again.
    private boolean follow(UpstreamSession session) {
        if (session.hello().revision().era() == Era.MODERN) {
            return subscribe(session);
        }
        awaitEnd(session);
        return true;
    }

    private void awaitEnd(UpstreamSession session) {
        var end = new CountDownLatch(1);
        abort.on(end::countDown);
        try (var _ = session.subscribe(call.listener());
                var _ = session.onEnd(end::countDown);
                var _ = session.listen(server::everyListMayHaveChanged)) {
            end.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            abort.abort();
        }
    }

    /// One long request whose notifications are what we want; its result is the server's good-bye.
    private boolean subscribe(UpstreamSession session) {
        var subscription =
                new UpstreamCall(
                        "subscriptions/listen",
                        filtered(session.hello()),
                        new UpstreamCall.Caller(call.callerKey(), call.client()),
                        Map.of(),
                        NO_END,
                        call.listener());
        abort.on(() -> subscription.cancel("closed"));
        try {
            return session.request(subscription) instanceof UpstreamReply.Result;
        } catch (TransportFailure ended) {
            LOG.log(
                    Level.DEBUG,
                    "subscription at MCP server {0}: {1}",
                    server.name(),
                    ended.getMessage());
            return true;
        }
    }

    /// The caller's own filter, else every list that the server says it tells about.
    private ObjectNode filtered(ServerHello hello) {
        var params = call.params().deepCopy();
        if (!params.has("notifications")) {
            var filter = params.putObject("notifications");
            for (var kind : List.of("tools", "prompts", "resources")) {
                if (hello.capabilities().path(kind).path("listChanged").asBoolean(false)) {
                    filter.put(kind + "ListChanged", true);
                }
            }
        }
        return params;
    }
}
