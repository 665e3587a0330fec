package dev.spangate.mcp;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A legacy client's session (`Mcp-Session-Id`): what runs in it, what it was asked, what it
/// listens to. Thread-safe.
final class Session {
    private static final long MAX_PATIENCE_MINUTES = 30;

    private final String id;
    private final String caller;
    private final Endpoint endpoint;
    private final ClientProfile client;
    private final Map<String, UpstreamCall> running = new ConcurrentHashMap<>();
    private final Map<String, Question> questions = new ConcurrentHashMap<>();
    private final Map<String, UpstreamServer.Subscription> feeds = new ConcurrentHashMap<>();
    private final Set<String> subscribed = ConcurrentHashMap.newKeySet();
    private final AtomicLong lastQuestion = new AtomicLong();
    private volatile @Nullable LogLevel logLevel;
    private volatile @Nullable SseStream stream;
    private volatile boolean closed;
    private final AtomicLong sharedNanos = new AtomicLong(Long.MIN_VALUE);

    /// @param id unguessable
    /// @param caller the credential it is bound to
    /// @param endpoint the path it is bound to
    Session(String id, String caller, Endpoint endpoint, ClientProfile client) {
        this.id = id;
        this.caller = caller;
        this.endpoint = endpoint;
        this.client = client;
    }

    /// What a server wants to know from the client.
    record Asked(UpstreamServer server, String method, ObjectNode params) {}

    private static final class Question {
        private final CountDownLatch answered = new CountDownLatch(1);
        private final Asked asked;
        private volatile UpstreamReply reply = unreachable();

        Question(Asked asked) {
            this.asked = asked;
        }
    }

    String id() {
        return id;
    }

    /// What another gateway must know of it.
    SessionRecord told() {
        return new SessionRecord(caller, endpoint.path(), client);
    }

    /// True once per `every` nanoseconds: whoever shares sessions must tell it again.
    boolean toBeShared(long now, long every) {
        long last = sharedNanos.get();
        return (last == Long.MIN_VALUE || now - last > every)
                && sharedNanos.compareAndSet(last, now);
    }

    Endpoint endpoint() {
        return endpoint;
    }

    ClientProfile client() {
        return client;
    }

    /// The least severity of log lines that the client wants, or null where it said nothing.
    @Nullable LogLevel logLevel() {
        return logLevel;
    }

    void logLevel(LogLevel level) {
        logLevel = level;
    }

    /// The resources whose changes the client wants to know.
    Set<String> subscribed() {
        return subscribed;
    }

    /// The open streams of servers, by server name; closed with the session.
    Map<String, UpstreamServer.Subscription> feeds() {
        return feeds;
    }

    /// Whether a request with this credential to this path may use it.
    boolean belongsTo(String callerName, Endpoint path) {
        return !closed && caller.equals(callerName) && endpoint.path().equals(path.path());
    }

    boolean isClosed() {
        return closed;
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

    /// Asks the client and waits for its answer. Interrupting takes the question back.
    ///
    /// @param send writes the request to a stream of the client; false when it cannot
    UpstreamReply ask(Predicate<ObjectNode> send, Asked asked) {
        long number = lastQuestion.incrementAndGet();
        var question = new Question(asked);
        questions.put(Long.toString(number), question);
        try {
            if (closed
                    || !send.test(ServerMessages.request(number, asked.method(), asked.params()))) {
                return unreachable();
            }
            return question.answered.await(MAX_PATIENCE_MINUTES, TimeUnit.MINUTES)
                    ? question.reply
                    : unreachable();
        } catch (InterruptedException _) {
            var _ =
                    send.test(
                            ServerMessages.notification(
                                    "notifications/cancelled",
                                    Json.object().put("requestId", number)));
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

    /// The server that asked an open question with this progress token, or null.
    @Nullable UpstreamServer askedWithToken(@Nullable JsonNode token) {
        for (var question : questions.values()) {
            var meta = Json.child(question.asked.params(), "_meta");
            if (meta != null && token != null && token.equals(meta.get("progressToken"))) {
                return question.asked.server();
            }
        }
        return null;
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

    /// Cancels what runs, ends the streams.
    void close() {
        closed = true;
        running.values().forEach(call -> call.cancel("session ended"));
        questions.values().forEach(question -> question.answered.countDown());
        feeds.values().forEach(UpstreamServer.Subscription::close);
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
