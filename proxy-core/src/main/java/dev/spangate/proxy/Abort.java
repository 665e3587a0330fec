package dev.spangate.proxy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Ends one exchange from any thread; the first reason counts.
///
/// Actions run on a virtual thread of their own, each once, and never delay the one who fires.
public final class Abort {
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Runnable> actions = new ArrayList<>(2);
    private volatile UpstreamException.@Nullable Kind reason;

    /// An abort that nobody has fired.
    public Abort() {}

    /// Ends the exchange; a second call does nothing.
    public void fire(UpstreamException.Kind why) {
        List<Runnable> due;
        lock.lock();
        try {
            if (reason != null) {
                return;
            }
            reason = why;
            due = List.copyOf(actions);
            actions.clear();
        } finally {
            lock.unlock();
        }
        due.forEach(Thread::startVirtualThread);
    }

    /// Runs `action` when fired, at once if that has happened.
    public void onFire(Runnable action) {
        lock.lock();
        try {
            if (reason == null) {
                actions.add(action);
                return;
            }
        } finally {
            lock.unlock();
        }
        Thread.startVirtualThread(action);
    }

    /// Why it was fired, null while it was not.
    public UpstreamException.@Nullable Kind reason() {
        return reason;
    }
}
