package dev.spangate.redis;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.params.SetParams;

/// Small texts by name that gateways share and that expire. Whoever asks waits for a moment at
/// most; a store that does not answer counts as empty.
public final class RedisRecords implements AutoCloseable {
    private static final long PATIENCE_MILLIS = 200;
    private static final long PAUSE_NANOS = Duration.ofSeconds(1).toNanos();
    private static final int MAX_WAITING = 1_000;

    private final Connector connector;
    private final Keys keys;
    private final ArrayBlockingQueue<FutureTask<@Nullable String>> tasks =
            new ArrayBlockingQueue<>(MAX_WAITING);
    private final Thread worker;
    private @Nullable Jedis jedis;
    private long failedNanos = System.nanoTime() - PAUSE_NANOS;

    RedisRecords(Connector connector, Keys keys) {
        this.connector = connector;
        this.keys = keys;
        this.worker = Thread.ofPlatform().daemon().name("store-records").start(this::work);
    }

    /// Stores a text for that long, or lets it live on.
    public void put(String name, String text, Duration life) {
        ask(store -> store.set(keys.record(name), text, SetParams.setParams().px(life.toMillis())));
    }

    /// Null where there is none, or the store does not answer.
    public @Nullable String get(String name) {
        return ask(store -> store.get(keys.record(name)));
    }

    /// Forgets it.
    public void remove(String name) {
        ask(store -> String.valueOf(store.del(keys.record(name))));
    }

    private @Nullable String ask(Function<Jedis, @Nullable String> question) {
        var task = new FutureTask<@Nullable String>(() -> answer(question));
        if (!tasks.offer(task)) {
            return null;
        }
        try {
            return task.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException _) {
            return null;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    private void work() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                tasks.take().run();
            }
        } catch (InterruptedException _) {
            // closed
        }
    }

    private @Nullable String answer(Function<Jedis, @Nullable String> question) {
        if (System.nanoTime() - failedNanos < PAUSE_NANOS) {
            return null; // it has just failed: nobody waits for it again so soon
        }
        try {
            var open = jedis == null ? connector.connect() : jedis;
            jedis = open;
            return question.apply(open);
        } catch (JedisException _) {
            failedNanos = System.nanoTime();
            forget();
            return null;
        }
    }

    private void forget() {
        var open = jedis;
        jedis = null;
        try {
            if (open != null) {
                open.close();
            }
        } catch (JedisException _) {
            jedis = null; // it was gone already
        }
    }

    @Override
    public void close() {
        worker.interrupt();
    }
}
