package dev.spangate.mcp;

import dev.spangate.mcp.McpUpstreamException.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The sessions of one server, by whom they are kept for: opened on demand, replaced when lost,
/// bounded, reaped when idle.
///
/// Two callers of one key share the opening; callers of different keys never wait for each other.
final class SessionPool {
    private final SessionOpener opener;
    private final int max;
    private final LongSupplier nanoTime;
    private final ConcurrentHashMap<Key, Slot> slots = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /// Whom a session is kept for.
    ///
    /// @param capabilities what that client can do; one credential may be used by several kinds of
    ///   client
    record Key(String caller, String capabilities) {
        static final Key SHARED = new Key("", "");
    }

    SessionPool(SessionOpener opener, int max, LongSupplier nanoTime) {
        this.opener = opener;
        this.max = max;
        this.nanoTime = nanoTime;
    }

    /// A live session and whether it took the place of a lost one.
    record Lease(UpstreamSession session, boolean reopened) {}

    /// The session of a key, opened where there is none or the last one is lost.
    ///
    /// @throws TransportFailure if it cannot be opened
    Lease get(Key key, UpstreamCall.Caller caller) {
        while (true) {
            if (closed) {
                throw new TransportFailure(Kind.UNAVAILABLE, "was removed");
            }
            var slot = slots.get(key);
            if (slot == null) {
                makeRoom();
                slot = slots.computeIfAbsent(key, _ -> new Slot());
            }
            var lease = slot.get(caller);
            if (lease != null) {
                return lease;
            }
            slots.remove(key, slot);
        }
    }

    /// A session that is no good any more; the next caller opens another.
    void discard(UpstreamSession session) {
        slots.values().forEach(slot -> slot.discard(session));
    }

    /// Any live session; for what concerns the server as a whole.
    Optional<UpstreamSession> any() {
        return slots.values().stream().map(Slot::live).flatMap(Optional::stream).findFirst();
    }

    int size() {
        return slots.size();
    }

    /// Ends the sessions of one caller.
    void release(String caller) {
        endWhere(entry -> entry.key().caller().equals(caller));
    }

    /// Ends sessions that were not used for `time` and that nobody waits at.
    void reap(Duration time) {
        var before = nanoTime.getAsLong() - time.toNanos();
        endWhere(entry -> entry.slot().idleSince(before));
    }

    /// Ends all; returns when they are ended, each within its own bounds.
    void close() {
        closed = true;
        var closing = new ArrayList<Thread>();
        slots.forEach((key, slot) -> {
            if (slots.remove(key, slot)) {
                closing.add(Thread.ofVirtual().name("mcp-close").start(slot::end));
            }
        });
        for (var thread : closing) {
            try {
                thread.join();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private record Entry(Key key, Slot slot) {}

    private void endWhere(Predicate<Entry> condition) {
        slots.forEach((key, slot) -> {
            if (condition.test(new Entry(key, slot)) && slots.remove(key, slot)) {
                Thread.ofVirtual().name("mcp-close").start(slot::end);
            }
        });
    }

    private void makeRoom() {
        if (slots.size() < max) {
            return;
        }
        List<Entry> idle = new ArrayList<>();
        slots.forEach((key, slot) -> {
            if (slot.idleSince(nanoTime.getAsLong())) {
                idle.add(new Entry(key, slot));
            }
        });
        var oldest = idle.stream().min(Comparator.comparingLong(entry -> entry.slot().lastUsed));
        if (oldest.isEmpty()) {
            throw new TransportFailure(
                    Kind.UNAVAILABLE, "has " + max + " busy sessions, no more are opened");
        }
        if (slots.remove(oldest.get().key(), oldest.get().slot())) {
            Thread.ofVirtual().name("mcp-close").start(oldest.get().slot()::end);
        }
    }

    /// The place of one key's session.
    private final class Slot {
        private final ReentrantLock lock = new ReentrantLock();
        private @Nullable UpstreamSession session;
        private boolean hadSession;
        private boolean ended;
        private volatile long lastUsed = nanoTime.getAsLong();

        /// Null if the slot was ended meanwhile.
        @Nullable Lease get(UpstreamCall.Caller caller) {
            lock.lock();
            try {
                if (ended) {
                    return null;
                }
                lastUsed = nanoTime.getAsLong();
                var current = session;
                if (current != null && !current.isLost()) {
                    return new Lease(current, false);
                }
                var opened = opener.open(caller);
                var reopened = hadSession;
                session = opened;
                hadSession = true;
                return new Lease(opened, reopened);
            } finally {
                lock.unlock();
            }
        }

        void discard(UpstreamSession useless) {
            lock.lock();
            try {
                if (session != useless) {
                    return;
                }
                session = null;
            } finally {
                lock.unlock();
            }
            useless.retire();
        }

        Optional<UpstreamSession> live() {
            var current = session;
            return current == null || current.isLost() ? Optional.empty() : Optional.of(current);
        }

        boolean idleSince(long before) {
            var current = session;
            return lastUsed - before <= 0
                    && !lock.isLocked()
                    && (current == null || !current.isBusy());
        }

        void end() {
            UpstreamSession current;
            lock.lock();
            try {
                ended = true;
                current = session;
                session = null;
            } finally {
                lock.unlock();
            }
            if (current != null) {
                current.close();
            }
        }
    }
}
