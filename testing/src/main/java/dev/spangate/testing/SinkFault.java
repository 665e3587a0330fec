package dev.spangate.testing;

import java.util.Map;

/// How a sink fails a request; the spans of a failed request are not kept.
public sealed interface SinkFault {
    /// Answers with a status and a body at once.
    record Status(int code, Map<String, String> headers, String contentType, String body)
            implements SinkFault {
        public Status {
            headers = Map.copyOf(headers);
        }
    }

    /// Takes the request and never answers.
    record Hang() implements SinkFault {}

    /// Answers 200 with one byte of its body per second; the spans ARE kept.
    record Trickle() implements SinkFault {}

    /// Keeps the spans, then closes without an answer: what was stored and what was acknowledged
    /// differ.
    record StoreThenDrop() implements SinkFault {}

    /// Answers 400 to a request that holds a text and keeps every other, as Langfuse does to a
    /// batch with one bad span.
    record Picky(String text) implements SinkFault {}

    /// A bare status with a small JSON body.
    static SinkFault status(int code) {
        return new Status(
                code, Map.of(), "application/json", "{\"message\":\"refused with " + code + "\"}");
    }

    /// 429 with `Retry-After`.
    static SinkFault tooManyRequests(int retryAfterSeconds) {
        return new Status(
                429,
                Map.of("Retry-After", Integer.toString(retryAfterSeconds)),
                "application/json",
                "{\"message\":\"rate limited\"}");
    }

    /// What a misplaced login page answers: 200 and HTML.
    static SinkFault html() {
        return new Status(200, Map.of(), "text/html", "<!doctype html><title>Sign in</title>");
    }
}
