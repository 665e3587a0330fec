package dev.spangate.testing;

import java.io.Closeable;
import java.io.IOException;

/// Closing sockets that may be closed already.
final class Wire {
    private Wire() {}

    static void closeQuietly(Closeable closeable) {
        try {
            closeable.close();
        } catch (IOException alreadyGone) {
            // the peer was first
        }
    }
}
