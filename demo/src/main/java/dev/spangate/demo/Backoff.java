package dev.spangate.demo;

/// The pause between two tries.
final class Backoff {
    private static final long MILLIS = 250;

    private Backoff() {}

    static void pause() {
        try {
            Thread.sleep(MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
