package dev.spangate.redis;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.params.SetParams;

/// Places of spans that wait a day for their holder. Bounded: the oldest unwritten one goes first.
final class KeptPlaces {
    private static final int MAX_WAITING = 10_000;
    private static final int AT_ONCE = 200;
    private final Connector connector;
    private final Keys keys;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Kept> waiting = new ArrayDeque<>();
    private final ReentrantLock reading = new ReentrantLock();
    private @Nullable Jedis reader;

    private record Kept(String span, String place) {}

    KeptPlaces(Connector connector, Keys keys) {
        this.connector = connector;
        this.keys = keys;
    }

    void add(String span, String place) {
        lock.lock();
        try {
            waiting.add(new Kept(span, place));
            if (waiting.size() > MAX_WAITING) {
                waiting.remove();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Writes some of what waits.
    void write(Jedis jedis) {
        var expiring = SetParams.setParams().px(Duration.ofDays(1).toMillis());
        for (int i = 0; i < AT_ONCE; i++) {
            var next = peek();
            if (next == null) {
                return;
            }
            jedis.set(keys.kept(next.span()), next.place(), expiring);
            lock.lock();
            try {
                waiting.remove(next);
            } finally {
                lock.unlock();
            }
        }
    }

    private @Nullable Kept peek() {
        lock.lock();
        try {
            return waiting.peek();
        } finally {
            lock.unlock();
        }
    }

    /// Null also where the store does not answer.
    @Nullable String read(String span) {
        reading.lock();
        try {
            if (reader == null) {
                reader = connector.connect();
            }
            return reader.get(keys.kept(span));
        } catch (JedisException _) {
            close();
            return null;
        } finally {
            reading.unlock();
        }
    }

    void close() {
        reading.lock();
        try {
            if (reader != null) {
                reader.close();
                reader = null;
            }
        } catch (JedisException _) {
            reader = null; // it was gone already
        } finally {
            reading.unlock();
        }
    }
}
