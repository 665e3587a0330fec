package dev.spangate.demo;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// Holds whoever comes until a test lets them go, one by one: the order of events is the test's.
final class Rendezvous {
    private static final long SECONDS = 30;

    private final LinkedBlockingQueue<Guest> waiting = new LinkedBlockingQueue<>();

    /// Somebody who waits to be let go, with an answer.
    static final class Guest {
        private final CountDownLatch gate = new CountDownLatch(1);
        private volatile String answer = "";

        void letGo(String with) {
            answer = with;
            gate.countDown();
        }
    }

    /// Called by the one who waits; gives the answer it is let go with.
    String arrive() {
        var guest = new Guest();
        waiting.add(guest);
        try {
            if (!guest.gate.await(SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("nobody let me go");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return guest.answer;
    }

    /// Waits for the next one to arrive.
    Guest next() throws InterruptedException {
        var guest = waiting.poll(SECONDS, TimeUnit.SECONDS);
        if (guest == null) {
            throw new AssertionError("nobody came");
        }
        return guest;
    }
}
