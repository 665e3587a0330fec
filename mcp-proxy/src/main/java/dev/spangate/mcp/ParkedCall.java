package dev.spangate.mcp;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// A call to a legacy server that goes on while its stateless client is asked: it outlives the
/// request that made it, until the retry takes it up or its time is over. Thread-safe.
final class ParkedCall implements MessageListener {
    private static final long TOGETHER_NANOS = 20_000_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();
    private final Map<String, Question> open = new LinkedHashMap<>();
    private final AtomicInteger lastKey = new AtomicInteger();
    private final String method;
    private volatile @Nullable MessageListener current;
    private @Nullable UpstreamReply reply;
    private @Nullable RuntimeException failure;
    private boolean over;

    ParkedCall(String method) {
        this.method = method;
    }

    private static final class Question {
        private final InputRequired.Wanted wanted;
        private final CountDownLatch answered = new CountDownLatch(1);
        private volatile @Nullable ObjectNode answer;

        Question(InputRequired.Wanted wanted) {
            this.wanted = wanted;
        }
    }

    /// What the client must be told now.
    sealed interface Step {
        /// The server's answer.
        record Answered(UpstreamReply reply) implements Step {}

        /// It wants to know something first.
        record Asks(Map<String, InputRequired.Wanted> wanted) implements Step {}
    }

    String method() {
        return method;
    }

    /// Starts the call on a thread of its own.
    void start(UpstreamServer server, UpstreamCall call) {
        Thread.startVirtualThread(() -> {
            try {
                end(server.request(call), null);
            } catch (RuntimeException e) {
                end(null, e);
            }
        });
    }

    /// Where progress goes from now on; null while no request of the client waits.
    void follow(@Nullable MessageListener listener) {
        current = listener;
    }

    /// Gives the client's answers to the server; unknown keys are ignored.
    void answer(ObjectNode responses) {
        lock.lock();
        try {
            for (var entry : responses.properties()) {
                var question = open.get(entry.getKey());
                if (question != null && entry.getValue() instanceof ObjectNode answer) {
                    open.remove(entry.getKey());
                    question.answer = answer;
                    question.answered.countDown();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /// Blocks until there is an answer or a question.
    ///
    /// @throws McpUpstreamException the call has failed
    Step next() {
        lock.lock();
        try {
            while (!over && open.isEmpty()) {
                news.awaitUninterruptibly();
            }
            gather();
            if (failure != null) {
                throw failure;
            }
            if (reply != null) {
                return new Step.Answered(reply);
            }
            var wanted = new LinkedHashMap<String, InputRequired.Wanted>();
            open.forEach((key, question) -> wanted.put(key, question.wanted));
            return new Step.Asks(wanted);
        } finally {
            lock.unlock();
        }
    }

    /// A server that asks several things at once gets all answers with one retry.
    private void gather() {
        long left = TOGETHER_NANOS;
        try {
            while (!over && left > 0) {
                left = news.awaitNanos(left);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void notification(ObjectNode message) {
        var listener = current;
        if (listener != null) {
            listener.notification(message);
        }
    }

    /// The server asks: the client's next retry will bring the answer.
    @Override
    public UpstreamReply request(String wanted, ObjectNode params) {
        return requestNamed("spangate-" + lastKey.incrementAndGet(), wanted, params);
    }

    /// Likewise; the client reads the server's own name for it, unless another open question has
    /// that.
    @Override
    public UpstreamReply requestNamed(String name, String wanted, ObjectNode params) {
        var question = new Question(new InputRequired.Wanted(wanted, params));
        String key = name;
        lock.lock();
        try {
            if (over) {
                return refused();
            }
            while (open.putIfAbsent(key, question) != null) {
                key = "spangate-" + lastKey.incrementAndGet();
            }
            news.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            question.answered.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            forget(key);
        }
        var answer = question.answer;
        return answer == null ? refused() : new UpstreamReply.Result(answer);
    }

    private void forget(String key) {
        lock.lock();
        try {
            open.remove(key);
        } finally {
            lock.unlock();
        }
    }

    private void end(@Nullable UpstreamReply answer, @Nullable RuntimeException cause) {
        lock.lock();
        try {
            reply = answer;
            failure = cause;
            over = true;
            open.values().forEach(question -> question.answered.countDown());
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private static UpstreamReply refused() {
        return new UpstreamReply.RpcError(
                JsonRpc.INTERNAL_ERROR, "The client has not answered", null);
    }
}
