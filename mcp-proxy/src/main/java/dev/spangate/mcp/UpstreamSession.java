package dev.spangate.mcp;

import dev.spangate.mcp.McpUpstreamException.Kind;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCNotification;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCRequest;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// One conversation with one server: our request ids, what is awaited, time-outs, cancellation.
///
/// Calls block their virtual threads; any number may run at once. Every call ends once: answered,
/// timed out, cancelled, or failed with the transport, and leaves nothing behind. Messages of the
/// server go through [IncomingMessages].
final class UpstreamSession {
    private static final Duration GOODBYE = Duration.ofSeconds(8);

    private final TransportSeam seam;
    private final UpstreamLimits limits;
    private final Deadlines deadlines;
    private final PendingCalls pending = new PendingCalls();
    private final IncomingMessages incoming;
    private final ToolHeaders toolHeaders;
    private final AtomicLong ids = new AtomicLong();
    private final AtomicReference<@Nullable TransportFailure> lost = new AtomicReference<>();
    private final List<Runnable> endHooks = new CopyOnWriteArrayList<>();
    private final List<Runnable> gapHooks = new CopyOnWriteArrayList<>();
    private final CountDownLatch listening = new CountDownLatch(1);
    private final AtomicBoolean closing = new AtomicBoolean();
    private volatile boolean retired;
    private volatile @Nullable ServerHello hello;

    private UpstreamSession(
            TransportSeam seam,
            UpstreamLimits limits,
            Deadlines deadlines,
            IncomingMessages.Scope scope) {
        this.seam = seam;
        this.limits = limits;
        this.deadlines = deadlines;
        this.toolHeaders = scope.toolHeaders();
        this.incoming = new IncomingMessages(pending, scope, this::respond, this::lost);
    }

    /// Connects the transport; the handshake comes next.
    ///
    /// @throws TransportFailure if that is impossible
    static UpstreamSession connect(
            TransportSeam seam,
            UpstreamLimits limits,
            Deadlines deadlines,
            IncomingMessages.Scope scope) {
        var session = new UpstreamSession(seam, limits, deadlines, scope);
        seam.connect(session.incoming, limits.connect());
        return session;
    }

    /// What the handshake brought.
    ServerHello hello() {
        var known = hello;
        if (known == null) {
            throw new IllegalStateException("handshake comes first");
        }
        return known;
    }

    void greeted(ServerHello answer) {
        hello = answer;
    }

    /// Sends one request and waits for its answer.
    ///
    /// @throws TransportFailure when there is none
    UpstreamReply request(UpstreamCall call) {
        var revision = hello().revision();
        if (revision.era() == Era.LEGACY || !seam.hasStreamPerRequest()) {
            return request(call, revision);
        }
        var reply = request(call, revision);
        toolHeaders.read(call, reply);
        return reply;
    }

    UpstreamReply request(UpstreamCall call, Revision revision) {
        var id = ids.incrementAndGet();
        var outgoing = OutgoingCall.of(call, revision, id).with(toolHeaders.of(call));
        var deadline = call.deadline();
        var total = deadline == null ? limits.total() : deadline;
        var idle = total.compareTo(limits.total()) > 0 ? total : limits.idle();
        var waiting = new PendingCall(id, call, outgoing.progressToken(), idle, total);
        pending.add(waiting);
        incoming.callBegan();
        try {
            var gone = lost.get();
            if (gone != null) {
                throw TransportFailure.notSent(String.valueOf(gone.getMessage()));
            }
            waiting.watch(deadlines, () -> timeOut(waiting, revision));
            call.onCancel(reason -> cancel(waiting, revision, reason));
            if (!call.isCancelled()) {
                seam.send(
                        new JSONRPCRequest(call.method(), id, outgoing.params()),
                        outgoing.headers(),
                        waiting.sending());
            }
            return reply(waiting.await());
        } finally {
            pending.remove(waiting);
            closeIfRetired();
        }
    }

    /// Sends one notification; a failure is told where the session is lost.
    void notify(UpstreamCall call) {
        notify(call, hello().revision());
    }

    void notify(UpstreamCall call, Revision revision) {
        var outgoing = OutgoingCall.of(call, revision, 0);
        sendNotification(call.method(), outgoing.params(), outgoing.headers());
    }

    /// Takes messages that belong to no call until the returned handle is closed.
    UpstreamServer.Subscription subscribe(MessageListener listener) {
        return incoming.subscribe(listener);
    }

    /// Asks the transport for messages that belong to no call, where it does not bring them anyway.
    ///
    /// @param onGap runs when some may have been missed, until the returned handle is closed
    UpstreamServer.Subscription listen(Runnable onGap) {
        gapHooks.add(onGap);
        seam.listen(headers(), new Stream());
        return () -> gapHooks.remove(onGap);
    }

    /// Waits until messages that belong to no call can come, or are known not to.
    ///
    /// @return false if that is still open after `time`
    boolean awaitListening(Duration time) {
        try {
            return listening.await(time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private final class Stream implements UnrequestedMessages.Listening {
        @Override
        public void settled() {
            listening.countDown();
        }

        @Override
        public void resumed() {
            gapHooks.forEach(Runnable::run);
        }
    }

    boolean isLost() {
        return lost.get() != null;
    }

    boolean isBusy() {
        return !pending.isEmpty() || incoming.hasSubscribers();
    }

    /// Runs `hook` when the session is lost or closed, at once if it is; until the returned handle
    /// is closed.
    UpstreamServer.Subscription onEnd(Runnable hook) {
        endHooks.add(hook);
        if (isLost()) {
            hook.run();
        }
        return () -> endHooks.remove(hook);
    }

    /// Ends the session; calls in flight fail.
    void close() {
        lost(new TransportFailure(Kind.CLOSED, "session was closed"));
        seam.close(GOODBYE);
    }

    /// Takes no new calls and ends when those in flight have: each finds out for itself whether the
    /// server still answers it.
    void retire() {
        if (lost.compareAndSet(null, TransportFailure.notSent("session is replaced"))) {
            endHooks.forEach(Runnable::run);
        }
        retired = true;
        closeIfRetired();
    }

    private void closeIfRetired() {
        if (retired && pending.isEmpty() && closing.compareAndSet(false, true)) {
            Thread.ofVirtual().name("mcp-close").start(() -> seam.close(GOODBYE));
        }
    }

    private void lost(TransportFailure failure) {
        if (lost.compareAndSet(null, failure)) {
            pending.failAll(failure);
            endHooks.forEach(Runnable::run);
        }
    }

    private void timeOut(PendingCall waiting, Revision revision) {
        if (waiting.mayWaitForTheClient()) {
            waiting.watch(deadlines, () -> timeOut(waiting, revision));
            return;
        }
        var text =
                "did not answer '%s' within %s"
                        .formatted(waiting.call().method(), TransportFailure.words(waiting.idle()));
        giveUp(waiting, revision, new TransportFailure(Kind.TIMEOUT, text), "timeout");
    }

    private void cancel(PendingCall waiting, Revision revision, String reason) {
        giveUp(
                waiting,
                revision,
                new TransportFailure(Kind.CANCELLED, "call was cancelled"),
                reason);
    }

    /// Tells the server on a thread of its own: whoever gives up must not wait for it.
    private void giveUp(
            PendingCall waiting, Revision revision, TransportFailure failure, String reason) {
        if (!waiting.fail(failure)) {
            return;
        }
        Thread.ofVirtual()
                .name("mcp-cancel")
                .start(() -> {
                    waiting.sending().giveUp();
                    if (revision.era() == Era.LEGACY || !seam.hasStreamPerRequest()) {
                        var params =
                                Json.object().put("requestId", waiting.id()).put("reason", reason);
                        sendNotification("notifications/cancelled", params, headers(revision));
                    }
                });
    }

    private void sendNotification(String method, ObjectNode params, Map<String, String> headers) {
        if (!isLost()) {
            seam.send(
                    new JSONRPCNotification(method, params),
                    headers,
                    TransportSeam.Sending.unattended());
        }
    }

    private void respond(JSONRPCResponse answer) {
        if (!isLost()) {
            seam.send(answer, headers(), TransportSeam.Sending.unattended());
        }
    }

    private Map<String, String> headers() {
        var known = hello;
        return headers(known == null ? Revision.V2025_11_25 : known.revision());
    }

    private static Map<String, String> headers(Revision revision) {
        return Map.of("MCP-Protocol-Version", revision.wire());
    }

    private static UpstreamReply reply(JSONRPCResponse response) {
        var error = response.error();
        if (error != null) {
            var data = error.data() instanceof JsonNode tree ? tree : null;
            return new UpstreamReply.RpcError(error.code(), error.message(), data);
        }
        if (response.result() instanceof ObjectNode result) {
            return new UpstreamReply.Result(result);
        }
        throw new TransportFailure(Kind.PROTOCOL, "answered with a result that is not an object");
    }
}
