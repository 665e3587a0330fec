package dev.spangate.proxy;

import java.io.InputStream;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.ResponseInfo;
import org.jspecify.annotations.Nullable;

/// Remembers the head of an answer and its body as soon as they are there.
///
/// Where head, data and the break arrive together, the JDK fails the whole exchange and tells
/// nothing of the answer that came before it. For one exchange; any thread.
final class ArrivedAnswer implements HttpResponse.BodyHandler<InputStream> {
    /// A head and the body that belongs to it.
    record Arrived(ResponseInfo head, ArrivedBody body) {}

    private volatile @Nullable Arrived arrived;

    @Override
    public BodySubscriber<InputStream> apply(ResponseInfo head) {
        var body = new ArrivedBody();
        arrived = new Arrived(head, body);
        return body;
    }

    /// The answer whose body ends in this failure; null when no head has come.
    @Nullable Arrived brokenOff(Throwable failure) {
        var answer = arrived;
        if (answer != null) {
            answer.body().onError(failure);
        }
        return answer;
    }

    /// The answer of an exchange that the JDK calls successful.
    Arrived whole() {
        var answer = arrived;
        if (answer == null) {
            throw new IllegalStateException("an answer without a head");
        }
        return answer;
    }
}
