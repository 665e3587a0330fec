package dev.spangate.mcp;

import dev.spangate.mcp.McpUpstreamException.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A registered server over any transport: its sessions, its backoff, its health.
///
/// Only its own callers ever wait for it.
final class ConnectedServer implements UpstreamServer {
    private static final Duration SHORT_WAIT = Duration.ofSeconds(1);

    private final ServerConfig config;
    private final ServerCredentials credentials;
    private final SessionOpener opener;
    private final SessionPool sessions;
    private final Backoff backoff = new Backoff(System::nanoTime);
    private final List<Consumer<String>> listListeners = new CopyOnWriteArrayList<>();
    private final AtomicBoolean watching = new AtomicBoolean();
    private volatile @Nullable Subscription watch;
    private volatile @Nullable ServerHello modernHello;
    private volatile @Nullable Failure lastFailure;
    private volatile ServerStatus.State state = ServerStatus.State.IDLE;

    private record Failure(String message, Instant at) {}

    ConnectedServer(ServerConfig config, UpstreamTransports transports, int maxSessions) {
        this.config = config;
        this.credentials = transports.credentials(config);
        this.opener =
                new SessionOpener(
                        caller ->
                                transports.create(
                                        config, () -> credentials.headers(caller.headers())),
                        config,
                        transports.deadlines(),
                        new IncomingMessages.Scope(
                                config.name(), this::listChanged, new ToolHeaders(config.name())));
        this.sessions = new SessionPool(opener, maxSessions, System::nanoTime);
    }

    @Override
    public ServerConfig config() {
        return config;
    }

    @Override
    public ServerStatus status() {
        var failure = lastFailure;
        return new ServerStatus(
                state,
                opener.era(),
                failure == null ? null : failure.message(),
                failure == null ? null : failure.at(),
                UpstreamTransports.address(config.transport()));
    }

    @Override
    public boolean listsDependOnClient() {
        return config.session() == ServerConfig.SessionMode.PER_CLIENT
                && opener.era() != Era.MODERN;
    }

    @Override
    public ServerHello hello(UpstreamCall call) {
        var known = modernHello;
        if (known != null) {
            return known;
        }
        try {
            return identified(call, () -> session(call).hello());
        } catch (TransportFailure failure) {
            throw failed(failure);
        }
    }

    @Override
    public UpstreamReply request(UpstreamCall call) {
        try {
            var reply = identified(call, () -> inSession(call));
            succeeded();
            return reply;
        } catch (TransportFailure failure) {
            throw failed(failure);
        }
    }

    private UpstreamReply inSession(UpstreamCall call) {
        var session = session(call);
        try {
            return session.request(call);
        } catch (TransportFailure failure) {
            if (!failure.repeatable()) {
                throw failure;
            }
            sessions.discard(session);
            return session(call).request(call);
        }
    }

    /// With what shows the server who the call is for; once more where it refused that and there is
    /// another token: a request that was answered 401 was not processed.
    private <T> T identified(UpstreamCall call, Supplier<T> use) {
        if (credentials.none()) {
            return use.get();
        }
        call.credentials(credentials.headers(call.caller().headers()));
        try {
            return use.get();
        } catch (TransportFailure failure) {
            if (failure.status() != 401
                    || !credentials.refused(call.caller().headers(), call.credentials())) {
                throw failure;
            }
            call.credentials(credentials.headers(call.caller().headers()));
            return use.get();
        }
    }

    @Override
    public void notify(UpstreamCall call) {
        try {
            identified(
                    call,
                    () -> {
                        session(call).notify(call);
                        return true;
                    });
        } catch (TransportFailure failure) {
            throw failed(failure);
        }
    }

    @Override
    public Subscription listen(UpstreamCall call) {
        return SessionListening.start(this, call);
    }

    @Override
    public void release(String callerKey) {
        if (!callerKey.isEmpty()) {
            sessions.release(callerKey);
        }
    }

    @Override
    public void onListChanged(Consumer<String> kind) {
        listListeners.add(kind);
    }

    @Override
    public void close() {
        state = ServerStatus.State.STOPPED;
        var listening = watch;
        if (listening != null) {
            listening.close();
        }
        sessions.close();
    }

    boolean isStopped() {
        return state == ServerStatus.State.STOPPED;
    }

    /// Ends sessions that nobody used for `time`.
    void reap(Duration time) {
        sessions.reap(time);
    }

    /// The session for a call, opened where needed.
    ///
    /// @throws TransportFailure if there is none to be had
    UpstreamSession session(UpstreamCall call) {
        var key = key(call.caller());
        var caller = key.equals(SessionPool.Key.SHARED) ? forAll(call.caller()) : call.caller();
        awaitBackoff();
        SessionPool.Lease lease;
        try {
            lease = sessions.get(key, caller);
        } catch (TransportFailure failure) {
            backoff.failed();
            throw failure;
        }
        opened(lease, caller);
        return lease.session();
    }

    /// Whatever was listed may have changed.
    void everyListMayHaveChanged() {
        List.of("tools", "prompts", "resources").forEach(this::listChanged);
    }

    /// Records a failure and names the server.
    McpUpstreamException failed(TransportFailure failure) {
        if (failure.kind() != Kind.CANCELLED && state != ServerStatus.State.STOPPED) {
            lastFailure = new Failure(String.valueOf(failure.getMessage()), Instant.now());
            if (failure.kind() != Kind.TIMEOUT && failure.kind() != Kind.TOO_LARGE) {
                state = ServerStatus.State.FAILED;
            }
        }
        return failure.of(config.name());
    }

    /// Modern servers keep no session, so one serves all; a shared one is the gateway's own.
    private SessionPool.Key key(UpstreamCall.Caller caller) {
        if (opener.era() == Era.MODERN || config.session() == ServerConfig.SessionMode.SHARED) {
            return SessionPool.Key.SHARED;
        }
        var capabilities = Json.text(caller.profile().capabilities());
        return caller.key().startsWith("caller:")
                ? new SessionPool.Key(
                        caller.key() + credentials.identity(caller.headers()), capabilities)
                : new SessionPool.Key(caller.key(), capabilities);
    }

    /// What a shared session does outside of calls, it does for nobody in particular.
    private static UpstreamCall.Caller forAll(UpstreamCall.Caller first) {
        return new UpstreamCall.Caller(first.key(), first.profile());
    }

    private void opened(SessionPool.Lease lease, UpstreamCall.Caller caller) {
        if (state != ServerStatus.State.STOPPED) {
            state = ServerStatus.State.READY;
        }
        var hello = lease.session().hello();
        if (hello.revision().era() == Era.MODERN) {
            modernHello = hello;
        }
        if (lease.reopened()) {
            everyListMayHaveChanged();
        }
        if (caller.key().isEmpty()
                && tellsOfChanges(hello)
                && watching.compareAndSet(false, true)) {
            watch =
                    SessionListening.start(
                            this,
                            new UpstreamCall(
                                    "subscriptions/listen",
                                    Json.object(),
                                    caller,
                                    Map.of(),
                                    SHORT_WAIT,
                                    MessageListener.deaf()));
        }
    }

    private static boolean tellsOfChanges(ServerHello hello) {
        return hello.capabilities().properties().stream()
                .anyMatch(capability -> capability.getValue().path("listChanged").asBoolean(false));
    }

    private void succeeded() {
        backoff.succeeded();
        if (state != ServerStatus.State.STOPPED) {
            state = ServerStatus.State.READY;
        }
    }

    /// Waits out a short pause; a longer one fails at once with what failed before.
    private void awaitBackoff() {
        var left = backoff.remaining();
        if (left.isZero() || sessions.any().isPresent()) {
            return;
        }
        var failure = lastFailure;
        if (left.compareTo(SHORT_WAIT) > 0) {
            throw new TransportFailure(
                    Kind.UNAVAILABLE,
                    "is tried again in %d s; it failed with: %s"
                            .formatted(
                                    left.toSeconds() + 1,
                                    failure == null ? "no connection" : failure.message()));
        }
        try {
            Thread.sleep(left);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new TransportFailure(Kind.CANCELLED, "call was interrupted", interrupted);
        }
    }

    private void listChanged(String kind) {
        listListeners.forEach(listener -> listener.accept(kind));
    }
}
