package dev.spangate.mcp;

import java.util.Map;

/// A transport that must be asked to bring messages which belong to no request; others bring them
/// anyway.
interface UnrequestedMessages {
    /// Starts to listen, once per session; stops when the transport closes or the server offers
    /// nothing to listen to.
    void listen(Map<String, String> headers, Listening events);

    /// What happens to the listening.
    interface Listening {
        /// The first attempt has ended: the stream is open, or the server refused it or was out of
        /// reach. Told once; nothing that the server sends on the stream from now on is lost.
        void settled();

        /// The stream is open again after a gap in which messages may have been missed.
        void resumed();
    }
}
