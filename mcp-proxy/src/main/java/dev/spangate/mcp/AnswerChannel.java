package dev.spangate.mcp;

import io.helidon.http.HeaderName;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Where one request is answered. Thread-safe; exactly one [#finish] or [#abandon] counts.
final class AnswerChannel {
    private final PostAnswer post;
    private final AtomicBoolean finished = new AtomicBoolean();
    private final AtomicReference<@Nullable Runnable> goneHook = new AtomicReference<>();

    AnswerChannel(PostAnswer post) {
        this.post = post;
    }

    /// Adds a header to the answer; before anything is sent.
    void header(HeaderName name, String value) {
        post.header(name, value);
    }

    /// Whether messages can be sent before the answer.
    boolean mayStream() {
        return post.mayStream();
    }

    /// Sends a message before the answer.
    ///
    /// @return whether it was written
    boolean send(ObjectNode message) {
        return !finished.get() && post.send(message);
    }

    /// Sends the answer.
    ///
    /// @param status the HTTP status, where a stream has not begun
    /// @return whether it was written to the client
    boolean finish(int status, ObjectNode message) {
        return finished.compareAndSet(false, true) && post.answer(status, message);
    }

    /// Ends without an answer: the client has cancelled the request.
    void abandon() {
        if (finished.compareAndSet(false, true)) {
            post.abandon();
        }
    }

    /// What to do when the client is found to have left; replaces what was to be done before.
    void onGone(Runnable hook) {
        var old = goneHook.getAndSet(hook);
        if (old != null) {
            post.notOnGone(old);
        }
        post.onGone(hook);
    }

    /// Nothing is to be done any more when the client leaves.
    void ignoreGone() {
        var old = goneHook.getAndSet(null);
        if (old != null) {
            post.notOnGone(old);
        }
    }
}
