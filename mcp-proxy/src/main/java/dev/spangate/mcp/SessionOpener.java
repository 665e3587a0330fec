package dev.spangate.mcp;

import dev.spangate.mcp.McpUpstreamException.Kind;
import io.modelcontextprotocol.spec.McpClientTransport;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Opens sessions with one server in the era it speaks, and remembers which that is.
///
/// Where the configuration does not say: a `server/discover` goes first. An answer that only a
/// modern server gives makes it modern; any other answer, a refusal of the message, or a process
/// that dies of it makes it legacy. Silence and server errors prove nothing: then `initialize`
/// decides, and the next session asks again.
final class SessionOpener {
    private static final Duration PROBE = Duration.ofSeconds(5);
    private static final Duration STREAM = Duration.ofSeconds(2);

    private final Function<UpstreamCall.Caller, McpClientTransport> transports;
    private final ServerConfig config;
    private final UpstreamLimits limits;
    private final Deadlines deadlines;
    private final IncomingMessages.Scope scope;
    private volatile @Nullable Era verdict;

    /// A session whose stream did not open in time; while it still has not, no other one waits.
    private volatile @Nullable UpstreamSession silent;

    SessionOpener(
            Function<UpstreamCall.Caller, McpClientTransport> transports,
            ServerConfig config,
            Deadlines deadlines,
            IncomingMessages.Scope scope) {
        this.transports = transports;
        this.config = config;
        this.limits = UpstreamLimits.of(config);
        this.deadlines = deadlines;
        this.scope = scope;
        this.verdict =
                switch (config.era()) {
                    case MODERN -> Era.MODERN;
                    case LEGACY -> Era.LEGACY;
                    case AUTO ->
                            config.transport() instanceof ServerConfig.Transport.Sse
                                    ? Era.LEGACY
                                    : null;
                };
    }

    /// The era as far as known.
    @Nullable Era era() {
        return verdict;
    }

    /// Connects and shakes hands.
    ///
    /// @throws TransportFailure if that fails
    UpstreamSession open(UpstreamCall.Caller caller) {
        var known = verdict;
        var session = connect(caller);
        try {
            if (known == Era.LEGACY) {
                initialize(session, caller);
            } else if (known == Era.MODERN) {
                modern(session, caller);
            } else {
                session = detect(session, caller);
            }
            return session;
        } catch (RuntimeException failed) {
            session.close();
            if (isDetected()) {
                verdict = null; // a server may have been replaced by one of the other era
            }
            throw failed;
        }
    }

    private boolean isDetected() {
        return config.era() == ServerConfig.EraChoice.AUTO
                && !(config.transport() instanceof ServerConfig.Transport.Sse);
    }

    private UpstreamSession connect(UpstreamCall.Caller caller) {
        return UpstreamSession.connect(
                new TransportSeam(transports.apply(caller)),
                limits,
                deadlines,
                scope.openedBy(caller));
    }

    private void modern(UpstreamSession session, UpstreamCall.Caller caller) {
        if (new Handshake(session, caller, limits.connect()).discover() == null) {
            throw new TransportFailure(
                    Kind.PROTOCOL, "does not speak 2026-07-28; set its `era` to auto or legacy");
        }
    }

    /// Many servers ask a client on the stream that belongs to no call, and drop what they want to
    /// know where it is not open: for a client that can be asked it opens before the first call.
    private void initialize(UpstreamSession session, UpstreamCall.Caller caller) {
        new Handshake(session, caller, limits.connect()).initialize();
        if (!caller.profile().capabilities().isEmpty()) {
            session.listen(() -> {});
            var late = silent;
            if (late == null || late.awaitListening(Duration.ZERO)) {
                silent = session.awaitListening(shorter(STREAM, limits.connect())) ? null : session;
            }
        }
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private UpstreamSession detect(UpstreamSession first, UpstreamCall.Caller caller) {
        var probe = shorter(limits.connect(), PROBE);
        var proven = true;
        try {
            if (new Handshake(first, caller, probe).discover() != null) {
                verdict = Era.MODERN;
                return first;
            }
        } catch (TransportFailure failure) {
            proven = provesLegacy(failure);
            if (!proven && !provesNothing(failure)) {
                throw failure;
            }
        }
        var session = first.isLost() ? connect(caller) : first;
        try {
            initialize(session, caller);
        } catch (RuntimeException failed) {
            session.close();
            throw failed;
        }
        verdict = proven ? Era.LEGACY : null;
        return session;
    }

    private boolean provesLegacy(TransportFailure failure) {
        var refused =
                failure.kind() == Kind.HTTP_STATUS
                        && failure.status() >= 400
                        && failure.status() < 500;
        var died =
                failure.kind() == Kind.CLOSED
                        && config.transport() instanceof ServerConfig.Transport.Stdio;
        return (refused && failure.status() != 429) || died;
    }

    private static boolean provesNothing(TransportFailure failure) {
        return failure.kind() == Kind.TIMEOUT
                || (failure.kind() == Kind.PROTOCOL && failure.status() == 0)
                || (failure.kind() == Kind.HTTP_STATUS && failure.status() >= 500)
                || (failure.kind() == Kind.CLOSED && failure.status() != 0);
    }
}
