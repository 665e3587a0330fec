package dev.spangate.mcp;

import io.modelcontextprotocol.spec.McpSchema.JSONRPCResponse;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// One request of ours that a server has not answered yet. Answered or failed once; what comes
/// later is dropped.
final class PendingCall {
    private final long id;
    private final UpstreamCall call;
    private final @Nullable JsonNode progressToken;
    private final long expiry;
    private final Duration idle;
    private final TransportSeam.Sending sending;
    private final CompletableFuture<JSONRPCResponse> answer = new CompletableFuture<>();
    private final Set<Thread> questions = ConcurrentHashMap.newKeySet();
    private volatile Deadlines.@Nullable Deadline deadline;

    /// @param progressToken as the caller sent it
    /// @param idle between two signs of life
    /// @param total in all
    PendingCall(
            long id,
            UpstreamCall call,
            @Nullable JsonNode progressToken,
            Duration idle,
            Duration total) {
        this.id = id;
        this.call = call;
        this.progressToken = progressToken;
        this.idle = idle.compareTo(total) < 0 ? idle : total;
        this.expiry = System.nanoTime() + total.toNanos();
        this.sending = new TransportSeam.Sending(this::fail);
    }

    long id() {
        return id;
    }

    UpstreamCall call() {
        return call;
    }

    @Nullable JsonNode progressToken() {
        return progressToken;
    }

    TransportSeam.Sending sending() {
        return sending;
    }

    /// Starts the clock.
    void watch(Deadlines deadlines, Runnable onExpiry) {
        deadline = deadlines.start(idle, onExpiry);
    }

    /// The server said something about this call: the idle time starts anew, within the total.
    void signOfLife() {
        var watched = deadline;
        if (watched != null) {
            var left = Duration.ofNanos(Math.max(0, expiry - System.nanoTime()));
            watched.extend(idle.compareTo(left) < 0 ? idle : left);
        }
    }

    /// How long it may stay silent, for the message of a time-out.
    Duration idle() {
        return idle;
    }

    void answer(JSONRPCResponse response) {
        answer.complete(response);
    }

    /// Whether this failure decides the call.
    boolean fail(TransportFailure failure) {
        return answer.completeExceptionally(failure);
    }

    /// A thread that asks the caller something on behalf of the server; interrupted when the call
    /// ends.
    void asking(Thread question) {
        questions.add(question);
    }

    /// Whether it is the client who keeps the server waiting, and there is time left in all.
    boolean mayWaitForTheClient() {
        return !questions.isEmpty() && expiry - System.nanoTime() > 0;
    }

    void asked(Thread question) {
        questions.remove(question);
    }

    /// Blocks until answered or failed.
    ///
    /// @throws TransportFailure why there is no answer
    JSONRPCResponse await() {
        try {
            return answer.get();
        } catch (ExecutionException failed) {
            throw TransportFailure.of(failed.getCause() == null ? failed : failed.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new TransportFailure(
                    McpUpstreamException.Kind.CANCELLED, "call was interrupted", interrupted);
        } finally {
            end();
        }
    }

    private void end() {
        var watched = deadline;
        if (watched != null) {
            watched.close();
        }
        questions.forEach(Thread::interrupt);
    }
}
