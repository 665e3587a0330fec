package dev.spangate.benchmarks.ladder;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/// Sends requests to one target, closed loop (as fast as answers come) or open loop (at a rate,
/// latency counted from the intended moment, so that a slow target cannot hide its queue).
final class Load {
    private static final long SECOND = 1_000_000_000L;

    /// Numbers of requests, unique in this process.
    private static final AtomicLong NUMBERS = new AtomicLong();

    private final URI target;
    private final Exchange exchange;
    private final AtomicLong requests = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private final Latencies latencies = new Latencies();

    /// What one run saw.
    ///
    /// @param failures wrong answers and broken connections
    record Outcome(long requests, long failures, Latencies latencies) {}

    @FunctionalInterface
    private interface Work {
        void on(Connection connection) throws IOException;
    }

    private Load(URI target, Exchange exchange) {
        this.target = target;
        this.exchange = exchange;
    }

    /// `connections` connections, each sending its next request when the answer has come.
    static Outcome closed(URI target, Exchange exchange, int connections, double seconds)
            throws InterruptedException {
        long end = System.nanoTime() + (long) (seconds * SECOND);
        var load = new Load(target, exchange);
        return load.run(
                connections,
                connection -> {
                    while (System.nanoTime() < end) {
                        load.send(connection, System.nanoTime());
                    }
                });
    }

    /// A constant rate over `connections` connections.
    static Outcome open(
            URI target, Exchange exchange, int connections, double perSecond, double seconds)
            throws InterruptedException {
        long begin = System.nanoTime() + SECOND / 10;
        long total = (long) (perSecond * seconds);
        double gap = SECOND / perSecond;
        var next = new AtomicLong();
        var load = new Load(target, exchange);
        return load.run(
                connections,
                connection -> {
                    for (long n = next.getAndIncrement(); n < total; n = next.getAndIncrement()) {
                        long intended = begin + (long) (n * gap);
                        awaitMoment(intended);
                        load.send(connection, intended);
                    }
                });
    }

    private static void awaitMoment(long intended) {
        for (long wait = intended - System.nanoTime();
                wait > 0;
                wait = intended - System.nanoTime()) {
            LockSupport.parkNanos(wait);
        }
    }

    private Outcome run(int connections, Work work) throws InterruptedException {
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < connections; i++) {
            threads.add(Thread.ofVirtual().start(() -> drive(work)));
        }
        for (var thread : threads) {
            thread.join();
        }
        return new Outcome(requests.get(), failures.get(), latencies);
    }

    private void drive(Work work) {
        try (var connection = new Connection(target)) {
            work.on(connection);
        } catch (IOException e) {
            failures.incrementAndGet();
        }
    }

    private void send(Connection connection, long intended) throws IOException {
        var answer =
                connection.send(exchange, NUMBERS.incrementAndGet(), Connection.PieceListener.NONE);
        latencies.add(System.nanoTime() - intended);
        requests.incrementAndGet();
        if (!answer.asExpected()) {
            failures.incrementAndGet();
        }
    }
}
