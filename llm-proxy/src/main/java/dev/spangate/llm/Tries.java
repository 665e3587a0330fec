package dev.spangate.llm;

import dev.spangate.llm.Models.Destination;
import dev.spangate.proxy.Abort;
import dev.spangate.proxy.UpstreamException;
import dev.spangate.proxy.UpstreamException.Kind;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/// Which destination is tried, how often, and after which wait. For one thread.
final class Tries {
    private final List<Destination> destinations;
    private final LlmConfig.Retry retry;
    private final Predicate<Destination> permitted;
    private int at;
    private int there;
    private int made;
    private Duration wait = Duration.ZERO;

    /// Whether asking the same destination again may help.
    enum Again {
        NEVER,
        /// As often as the configuration says.
        AS_CONFIGURED,
        /// At least once more: nothing of the request was sent.
        ONCE_MORE
    }

    /// @param destinations the first is the current one
    /// @param permitted asked of each further one when its turn comes
    Tries(List<Destination> destinations, LlmConfig.Retry retry, Predicate<Destination> permitted) {
        this.destinations = destinations;
        this.retry = retry;
        this.permitted = permitted;
    }

    Destination current() {
        return destinations.get(at);
    }

    /// Tries made before the current one.
    int made() {
        return made;
    }

    /// Moves to the next try: the same destination where that may help, else the next one.
    ///
    /// @param patience what it asked for
    /// @return false when there is no other try
    boolean next(Again again, Duration patience) {
        boolean soon = patience.compareTo(retry.maxWait()) <= 0;
        int most = again == Again.ONCE_MORE ? Math.max(2, retry.attempts()) : retry.attempts();
        if (again != Again.NEVER && soon && there + 1 < most) {
            wait = patience.isZero() ? backoff() : patience;
            there++;
            made++;
            return true;
        }
        wait = Duration.ZERO;
        there = 0;
        for (int next = at + 1; next < destinations.size(); next++) {
            if (permitted.test(destinations.get(next))) {
                at = next;
                made++;
                return true;
            }
        }
        return false;
    }

    /// Doubled each time, with a quarter of chance so that clients do not return in step.
    private Duration backoff() {
        long nanos = retry.backoff().toNanos() << Math.min(there, 6);
        return Duration.ofNanos(nanos + ThreadLocalRandom.current().nextLong(nanos / 4 + 1));
    }

    /// Waits as the last move says; a client that leaves meanwhile ends it.
    void rest(Abort abort) throws UpstreamException {
        if (wait.isZero()) {
            return;
        }
        var gone = new CountDownLatch(1);
        abort.onFire(gone::countDown);
        try {
            boolean fired = gone.await(wait.toNanos(), TimeUnit.NANOSECONDS);
            if (fired) {
                throw new UpstreamException(Kind.CLIENT_GONE, "the client left", null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UpstreamException(Kind.CANCELLED, "interrupted", e);
        }
    }
}
