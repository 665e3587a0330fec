package dev.spangate.mcp;

import java.time.Duration;
import java.util.Map;

/// Keeps the stream of messages that belong to no call open for one listener, across sessions.
final class SessionListening implements UpstreamServer.Subscription {
    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration MAX_RETRY = Duration.ofSeconds(30);
    private static final Duration LOOK = Duration.ofSeconds(1);
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
            try {
                var session = server.session(call);
                if (gap) {
                    server.everyListMayHaveChanged();
                }
                gap = true;
                retry = FIRST_RETRY;
                follow(session);
            } catch (TransportFailure failure) {
                if (!abort.aborted()) {
                    server.failed(failure);
                }
            }
            if (!abort.pause(retry)) {
                return;
            }
            retry =
                    retry.multipliedBy(2).compareTo(MAX_RETRY) < 0
                            ? retry.multipliedBy(2)
                            : MAX_RETRY;
        }
    }

    private void follow(UpstreamSession session) {
        if (session.hello().revision().era() == Era.MODERN) {
            subscribe(session);
        } else {
            awaitEnd(session);
        }
    }

    private void awaitEnd(UpstreamSession session) {
        try (var _ = session.subscribe(call.listener())) {
            session.listen(server::everyListMayHaveChanged);
            boolean ended = false;
            while (!ended && !abort.aborted()) {
                ended = session.awaitEnd(LOOK);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            abort.abort();
        }
    }

    /// One long request whose notifications are what we want; its result is the server's good-bye.
    private void subscribe(UpstreamSession session) {
        var subscription =
                new UpstreamCall(
                        "subscriptions/listen",
                        call.params().deepCopy(),
                        new UpstreamCall.Caller(call.callerKey(), call.client()),
                        Map.of(),
                        NO_END,
                        call.listener());
        abort.on(() -> subscription.cancel("closed"));
        session.request(subscription);
    }
}
