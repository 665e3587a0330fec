package dev.spangate.benchmarks.ladder;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/// Sends requests to one target, closed loop (as fast as answers come) or open loop (at a rate,
/// latency counted from the intended moment, so that a slow target cannot hide its queue).
final class Load {
    private static final long SECOND = 1_000_000_000L;

    private final URI target;
    private final Supplier<Exchange> exchanges;

    /// What one run saw.
    record Outcome(long requests, long failures, Latencies latencies) {}

    Load(URI target, Supplier<Exchange> exchanges) {
        this.target = target;
        this.exchanges = exchanges;
    }

    /// `connections` connections, each sending its next request when the answer has come.
    Outcome closed(int connections, double seconds) throws InterruptedException {
        long end = System.nanoTime() + (long) (seconds * SECOND);
        var run = new Run();
        run.start(
                connections,
                connection -> {
                    while (System.nanoTime() < end) {
                        run.send(connection, System.nanoTime());
                    }
                });
        return run.outcome();
    }

    /// A constant rate over `connections` connections.
    Outcome open(int connections, double perSecond, double seconds) throws InterruptedException {
        long begin = System.nanoTime() + SECOND / 10;
        long total = (long) (perSecond * seconds);
        double gap = SECOND / perSecond;
        var next = new AtomicLong();
        var run = new Run();
        run.start(
                connections,
                connection -> {
                    for (long n = next.getAndIncrement(); n < total; n = next.getAndIncrement()) {
                        long intended = begin + (long) (n * gap);
                        for (long wait = intended - System.nanoTime();
                                wait > 0;
                                wait = intended - System.nanoTime()) {
                            LockSupport.parkNanos(wait);
                        }
                        run.send(connection, intended);
                    }
                });
        return run.outcome();
    }

    private final class Run {
        private final AtomicLong requests = new AtomicLong();
        private final AtomicLong failures = new AtomicLong();
        private final Latencies latencies = new Latencies();

        @FunctionalInterface
        interface Work {
            void on(Connection connection) throws IOException;
        }

        void start(int connections, Work work) throws InterruptedException {
            var threads = new ArrayList<Thread>();
            for (int i = 0; i < connections; i++) {
                threads.add(Thread.ofVirtual().start(() -> drive(work)));
            }
            for (var thread : threads) {
                thread.join();
            }
        }

        private void drive(Work work) {
            try (var connection = new Connection(target)) {
                work.on(connection);
            } catch (IOException e) {
                failures.incrementAndGet();
            }
        }

        void send(Connection connection, long intended) throws IOException {
            var exchange = exchanges.get();
            var answer = connection.send(exchange, (bytes, length, now) -> {});
            latencies.add(System.nanoTime() - intended);
            requests.incrementAndGet();
            if (answer.status() != 200 || !answer.body().contains(exchange.mustContain())) {
                failures.incrementAndGet();
            }
        }

        Outcome outcome() {
            return new Outcome(requests.get(), failures.get(), latencies);
        }
    }
}
