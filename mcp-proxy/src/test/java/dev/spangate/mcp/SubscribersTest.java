package dev.spangate.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What is said before anybody listens is kept for the first who does, bounded in number and time.
class SubscribersTest {
    private final AtomicLong clock = new AtomicLong();
    private final Subscribers subscribers = new Subscribers(clock::get);

    @Test
    void theFirstSubscriberGetsWhatCameBeforeAndTheSecondNothing() {
        assertThat(subscribers.forNotification(message(1))).isEmpty();
        assertThat(subscribers.forNotification(message(2))).isEmpty();

        assertThat(subscribers.add(MessageListener.deaf())).containsExactly(message(1), message(2));
        assertThat(subscribers.add(MessageListener.deaf())).isEmpty();
    }

    @Test
    void whoListensIsToldAtOnceAndNothingIsKept() {
        var listener = MessageListener.deaf();
        subscribers.add(listener);

        assertThat(subscribers.forNotification(message(1))).containsExactly(listener);

        subscribers.remove(listener);
        assertThat(subscribers.isEmpty()).isTrue();
        assertThat(subscribers.add(listener)).isEmpty();
    }

    @Test
    void onlyTheNewestHundredAreKept() {
        IntStream.range(0, 250).forEach(i -> subscribers.forNotification(message(i)));

        assertThat(subscribers.add(MessageListener.deaf()))
                .hasSize(100)
                .startsWith(message(150))
                .endsWith(message(249));
    }

    @Test
    void whatIsOlderThanThePatienceIsGone() {
        subscribers.forNotification(message(1));
        clock.addAndGet(Duration.ofSeconds(6).toNanos());
        subscribers.forNotification(message(2));
        clock.addAndGet(Duration.ofSeconds(5).toNanos());

        assertThat(subscribers.add(MessageListener.deaf())).containsExactly(message(2));
    }

    @Test
    void oneSubscriberIsTheOneToAskAndOfTwoNoneIs() {
        var one = MessageListener.deaf();
        assertThat(subscribers.single()).isNull();
        subscribers.add(one);
        assertThat(subscribers.single()).isSameAs(one);
        subscribers.add(MessageListener.deaf());
        assertThat(subscribers.single()).isNull();
    }

    @Test
    void aQuestionWaitsForASubscriber() throws InterruptedException {
        var waiter = waiter(new AtomicBoolean());

        subscribers.add(MessageListener.deaf());

        waiter.join();
    }

    @Test
    void aQuestionWaitsForACallOfItsClientToo() throws InterruptedException {
        var calls = new AtomicBoolean();
        var waiter = waiter(calls);

        subscribers.callBegan();
        assertThat(waiter.isAlive()).as("a call that is not the client's").isTrue();
        calls.set(true);
        subscribers.callBegan();

        waiter.join();
    }

    @Test
    void noCallIsMissedBetweenTheLookAndTheWait() throws InterruptedException {
        for (var i = 0; i < 2_000; i++) {
            var calls = new AtomicBoolean();
            var start = new CountDownLatch(1);
            var waiter =
                    Thread.ofVirtual()
                            .start(() -> {
                                await(start);
                                awaitSomebody(calls);
                            });
            start.countDown();
            calls.set(true);
            subscribers.callBegan();
            assertThat(waiter.join(Duration.ofSeconds(5))).as("round " + i).isTrue();
        }
    }

    @Test
    void aWithdrawnQuestionStopsWaiting() throws InterruptedException {
        var waiter = waiter(new AtomicBoolean());

        waiter.interrupt();

        waiter.join();
    }

    @Test
    void nobodyWaitsWhereAHundredDo() throws InterruptedException {
        var waiters = new ArrayList<Thread>();
        for (var i = 0; i < 100; i++) {
            waiters.add(waiter(new AtomicBoolean()));
        }
        var before = System.nanoTime();
        subscribers.awaitSomebody(() -> false);
        assertThat(System.nanoTime() - before).isLessThan(Subscribers.PATIENCE.toNanos());

        waiters.forEach(Thread::interrupt);
        for (var waiter : waiters) {
            waiter.join();
        }
    }

    /// A thread that is known to wait.
    private Thread waiter(AtomicBoolean calls) throws InterruptedException {
        var looked = new CountDownLatch(1);
        var thread =
                Thread.ofVirtual()
                        .start(() ->
                                awaitSomebody(() -> {
                                    looked.countDown();
                                    return calls.get();
                                }));
        looked.await();
        return thread;
    }

    private void awaitSomebody(AtomicBoolean calls) {
        awaitSomebody(calls::get);
    }

    private void awaitSomebody(java.util.function.BooleanSupplier somebody) {
        try {
            subscribers.awaitSomebody(somebody);
        } catch (InterruptedException withdrawn) {
            Thread.currentThread().interrupt();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static ObjectNode message(int number) {
        JsonNode tree = Json.parse("{\"method\":\"m\",\"number\":" + number + "}");
        return (ObjectNode) tree;
    }
}
