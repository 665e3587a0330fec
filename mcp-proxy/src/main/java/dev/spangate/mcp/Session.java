package dev.spangate.mcp;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// A legacy client's session (`Mcp-Session-Id`): what runs in it and what it was asked.
/// Thread-safe.
final class Session {
    private static final long MAX_PATIENCE_MINUTES = 30;

    private final String id;
    private final String caller;
    private final String endpoint;
    private final ClientProfile client;
    private final Map<String, UpstreamCall> running = new ConcurrentHashMap<>();
    private final Map<String, Question> questions = new ConcurrentHashMap<>();
    private final AtomicLong lastQuestion = new AtomicLong();
    private volatile @Nullable SseStream stream;
    private volatile boolean closed;

    /// @param id unguessable
    /// @param caller the credential it is bound to
    /// @param endpoint the path it is bound to
    Session(String id, String caller, String endpoint, ClientProfile client) {
        this.id = id;
        this.caller = caller;
        this.endpoint = endpoint;
        this.client = client;
    }

    private static final class Question {
        final CountDownLatch answered = new CountDownLatch(1);
        volatile UpstreamReply reply =
                new UpstreamReply.RpcError(
                        JsonRpc.INTERNAL_ERROR, "The client has not answered", null);
    }

    String id() {
        return id;
    }

    ClientProfile client() {
        return client;
    }

    /// Whether a request with this credential to this path may use it.
    boolean belongsTo(String callerName, Endpoint path) {
        return !closed && caller.equals(callerName) && endpoint.equals(path.path());
    }

    /// Registers a running request under its id.
    ///
    /// @throws RpcFault the id is in use
    void begin(String requestKey, UpstreamCall call) {
        if (running.putIfAbsent(requestKey, call) != null) {
            throw RpcFault.invalidRequest("A request with id " + requestKey + " is still running");
        }
        if (closed) {
            call.cancel("session ended");
        }
    }

    void end(String requestKey, UpstreamCall call) {
        running.remove(requestKey, call);
    }

    /// The client gives a request up; unknown and finished ones are ignored.
    void cancel(String requestKey, String reason) {
        var call = running.get(requestKey);
        if (call != null) {
            call.cancel(reason);
        }
    }

    /// Asks the client and waits for its answer.
    ///
    /// @param send writes the request to a stream of the client; false when it cannot
    UpstreamReply ask(Predicate<ObjectNode> send, String method, ObjectNode params) {
        long number = lastQuestion.incrementAndGet();
        var question = new Question();
        questions.put(Long.toString(number), question);
        try {
            if (closed || !send.test(ServerMessages.request(number, method, params))) {
                return unreachable();
            }
            return question.answered.await(MAX_PATIENCE_MINUTES, TimeUnit.MINUTES)
                    ? question.reply
                    : unreachable();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return unreachable();
        } finally {
            questions.remove(Long.toString(number));
        }
    }

    /// The client has answered a question of ours; answers nobody waits for are ignored.
    void answer(ClientMessage.Response response) {
        var question = questions.get(response.key());
        if (question != null) {
            question.reply = response.reply();
            question.answered.countDown();
        }
    }

    /// Makes this the stream for messages that belong to no request; an older one ends.
    void attach(SseStream fresh) {
        var old = stream;
        stream = fresh;
        if (old != null) {
            old.close();
        }
        if (closed) {
            fresh.close();
        }
    }

    /// Sends a message that belongs to no request, where the client listens.
    boolean send(ObjectNode message) {
        var open = stream;
        return open != null && open.event(null, Json.bytes(message));
    }

    /// Cancels what runs, ends the stream.
    void close() {
        closed = true;
        running.values().forEach(call -> call.cancel("session ended"));
        questions.values().forEach(question -> question.answered.countDown());
        var open = stream;
        if (open != null) {
            open.close();
        }
    }

    private static UpstreamReply unreachable() {
        return new UpstreamReply.RpcError(
                JsonRpc.INTERNAL_ERROR, "The client cannot be asked", null);
    }
}
