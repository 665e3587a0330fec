package dev.spangate.linking;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;

/// Recordings of this replica that were announced and wait until every other replica has said that
/// it has nothing older to tell. Safe for threads.
final class Barrier {
    /// A store that takes this long may have told things in an order that means nothing.
    private static final long SLOW = Duration.ofMillis(100).toNanos();

    private final Map<String, Ask> asks = new LinkedHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final long patience;
    private final BiConsumer<SharedRecording, Boolean> placing;

    private static final class Ask {
        final SharedRecording recording;
        long position = -1;

        Ask(SharedRecording recording) {
            this.recording = recording;
        }
    }

    /// @param patience how long others may take to answer, in nanoseconds
    /// @param placing places a recording; true where an answer is missing
    Barrier(long patience, BiConsumer<SharedRecording, Boolean> placing) {
        this.patience = patience;
        this.placing = placing;
    }

    void add(SharedRecording recording) {
        lock.lock();
        try {
            asks.put(recording.span, new Ask(recording));
        } finally {
            lock.unlock();
        }
    }

    /// The announcement stands in the log.
    void announced(String span, long position) {
        lock.lock();
        try {
            var ask = asks.get(span);
            if (ask != null) {
                ask.position = position;
            }
        } finally {
            lock.unlock();
        }
    }

    /// Places whatever may be placed now; by the thread that reads the log.
    void check(Machine machine, long now) {
        List<SharedRecording> ready = new ArrayList<>(0);
        List<SharedRecording> unknown = new ArrayList<>(0);
        lock.lock();
        try {
            if (asks.isEmpty()) {
                return;
            }
            long seen = Long.MAX_VALUE;
            for (var member : machine.members.entrySet()) {
                seen =
                        member.getKey().equals(machine.me)
                                ? seen
                                : Math.min(seen, member.getValue().seen);
            }
            for (var ask : List.copyOf(asks.values())) {
                if (ask.position < 0 || ask.position > seen) {
                    continue;
                }
                var recording = ask.recording;
                var wait = machine.waits(recording.span, recording.origin.scope(), ask.position);
                if (wait != Machine.Wait.PLACE) {
                    asks.remove(recording.span);
                    boolean doubt =
                            wait == Machine.Wait.UNKNOWN && now - recording.sinceNanos > SLOW;
                    (doubt ? unknown : ready).add(recording);
                }
            }
        } finally {
            lock.unlock();
        }
        ready.forEach(recording -> placing.accept(recording, false));
        unknown.forEach(recording -> placing.accept(recording, true));
    }

    /// Places what has waited for too long for an answer of another replica.
    void tick(long now) {
        List<SharedRecording> late = new ArrayList<>(0);
        lock.lock();
        try {
            for (var ask : List.copyOf(asks.values())) {
                // what an inference echoes was executed before it: executions do not wait as long
                boolean tool = ask.recording instanceof SharedTool;
                long most = tool ? patience : 2 * patience;
                if (ask.position >= 0 && now - ask.recording.sinceNanos > most) {
                    asks.remove(ask.recording.span);
                    late.add(ask.recording);
                }
            }
        } finally {
            lock.unlock();
        }
        late.forEach(recording -> placing.accept(recording, true));
    }

    void remove(SharedRecording recording) {
        lock.lock();
        try {
            asks.remove(recording.span);
        } finally {
            lock.unlock();
        }
    }
}
