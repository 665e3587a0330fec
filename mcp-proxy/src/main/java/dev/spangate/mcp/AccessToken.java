package dev.spangate.mcp;

import dev.spangate.mcp.McpUpstreamException.Kind;
import dev.spangate.proxy.Secret;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// An access token that is kept until shortly before its end and then replaced.
///
/// Thread-safe. At most one request to the token server runs at a time: whoever needs the token
/// meanwhile waits for it, bounded; while the old one still holds nobody waits. After failures the
/// token server is left alone for a while, and who asks gets the last failure at once.
final class AccessToken {
    private static final System.Logger LOG = System.getLogger(AccessToken.class.getName());
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final Duration LONGEST = Duration.ofHours(24);
    private static final Duration BETWEEN_REJECTIONS = Duration.ofSeconds(10);

    private final Supplier<Issued> fetch;
    private final Duration refreshBefore;
    private final LongSupplier nanoTime;
    private final Backoff backoff;
    private final ReentrantLock fetching = new ReentrantLock();
    private final AtomicBoolean refreshing = new AtomicBoolean();
    private volatile @Nullable Held held;
    private volatile @Nullable TransportFailure failure;
    private long rejectedNanos;
    private boolean rejected;

    /// What the token server gave.
    record Issued(Secret value, Duration lifetime) {}

    private record Held(Secret value, long refreshNanos, long endNanos) {}

    /// @param fetch asks the token server; blocks, throws [TransportFailure]
    /// @param refreshBefore how long before its end a token is replaced; at most half its life
    AccessToken(Supplier<Issued> fetch, Duration refreshBefore, LongSupplier nanoTime) {
        this.fetch = fetch;
        this.refreshBefore = refreshBefore;
        this.nanoTime = nanoTime;
        this.backoff = new Backoff(nanoTime);
    }

    /// A token that holds now.
    ///
    /// @throws TransportFailure there is none to be had
    Secret value() {
        var known = held;
        long now = nanoTime.getAsLong();
        if (known != null && now - known.endNanos() < 0) {
            if (now - known.refreshNanos() >= 0) {
                refreshBeside(known);
            }
            return known.value();
        }
        return fetched(known).value();
    }

    /// The server refused this token.
    ///
    /// @return whether another one may help; at most once in a while, for a server may refuse all
    boolean refused(Secret token) {
        fetching.lock();
        try {
            var known = held;
            if (known == null || !known.value().equals(token)) {
                return true; // replaced meanwhile
            }
            long now = nanoTime.getAsLong();
            if (rejected && now - rejectedNanos < BETWEEN_REJECTIONS.toNanos()) {
                return false;
            }
            rejected = true;
            rejectedNanos = now;
            held = null;
            return true;
        } finally {
            fetching.unlock();
        }
    }

    private void refreshBeside(Held old) {
        if (backoff.remaining().isZero() && refreshing.compareAndSet(false, true)) {
            Thread.ofVirtual()
                    .name("mcp-token")
                    .start(() -> {
                        try {
                            fetched(old);
                        } catch (TransportFailure failed) {
                            LOG.log(
                                    System.Logger.Level.WARNING,
                                    "access token not renewed: {0}",
                                    failed.getMessage());
                        } finally {
                            refreshing.set(false);
                        }
                    });
        }
    }

    /// Another token than `old`, by this thread or by the one that is at it.
    private Held fetched(@Nullable Held old) {
        if (!locked()) {
            throw new TransportFailure(
                    Kind.TIMEOUT, "has no access token: its token server takes too long");
        }
        try {
            var known = held;
            if (known != null
                    && !known.equals(old)
                    && nanoTime.getAsLong() - known.endNanos() < 0) {
                return known;
            }
            var last = failure;
            if (last != null && !backoff.remaining().isZero()) {
                throw new TransportFailure(
                        last.kind(), String.valueOf(last.getMessage()), last.getCause());
            }
            return fetch();
        } finally {
            fetching.unlock();
        }
    }

    private Held fetch() {
        try {
            var issued = fetch.get();
            long now = nanoTime.getAsLong();
            var life = bounded(issued.lifetime());
            var early = min(refreshBefore, life.dividedBy(2));
            var fresh =
                    new Held(
                            issued.value(),
                            now + life.minus(early).toNanos(),
                            now + life.toNanos());
            held = fresh;
            failure = null;
            backoff.succeeded();
            return fresh;
        } catch (TransportFailure failed) {
            failure = failed;
            backoff.failed();
            throw failed;
        }
    }

    private boolean locked() {
        try {
            return fetching.tryLock(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new TransportFailure(Kind.CANCELLED, "call was interrupted", interrupted);
        }
    }

    private static Duration bounded(Duration life) {
        var least = Duration.ofSeconds(1);
        return life.compareTo(least) < 0 ? least : min(life, LONGEST);
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
