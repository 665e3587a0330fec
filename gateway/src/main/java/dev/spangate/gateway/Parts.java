package dev.spangate.gateway;

import java.util.ArrayDeque;
import java.util.Deque;

/// What has been opened so far: closed in the opposite order when the rest cannot start.
final class Parts {
    /// Closes without a checked exception.
    @FunctionalInterface
    interface Part extends AutoCloseable {
        @Override
        void close();
    }

    private final Deque<Part> opened = new ArrayDeque<>();

    <T extends AutoCloseable> T add(T part) {
        opened.push(() -> closeQuietly(part));
        return part;
    }

    void add(Part part) {
        opened.push(part);
    }

    void close() {
        while (!opened.isEmpty()) {
            opened.pop().close();
        }
    }

    /// The reason for closing is already on its way to whoever asked; it must not be hidden.
    private static void closeQuietly(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception e) {
            System.getLogger("spangate")
                    .log(System.Logger.Level.WARNING, "a part did not close: {0}", e.toString());
        }
    }
}
