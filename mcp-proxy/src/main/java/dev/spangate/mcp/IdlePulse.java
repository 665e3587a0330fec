package dev.spangate.mcp;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/// Writes a comment on a stream that was silent for too long.
final class IdlePulse implements Heartbeat.Pulse {
    private final SseStream stream;
    private final long silenceNanos;
    private final Runnable alive;
    private final AtomicBoolean beating = new AtomicBoolean();

    /// @param alive runs after each comment that was written
    IdlePulse(SseStream stream, Duration silence, Runnable alive) {
        this.stream = stream;
        this.alive = alive;
        this.silenceNanos = silence.toNanos();
    }

    @Override
    public boolean due(long nanoTime) {
        return !beating.get() && nanoTime - stream.lastWriteNanos() >= silenceNanos;
    }

    @Override
    public void beat() {
        if (beating.compareAndSet(false, true)) {
            try {
                if (stream.comment()) {
                    alive.run();
                }
            } finally {
                beating.set(false);
            }
        }
    }
}
