package dev.spangate.mcp;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.function.Consumer;

/// The kinds of clients that lists are kept for.
///
/// Bounded: each costs a session with every legacy server that it is listed for, so clients of one
/// kind too many see what a client without capabilities sees, until a kind was not seen for an hour
/// and is forgotten. Thread-safe.
final class Audiences {
    static final int MAX = 32;
    static final Duration KEPT = Duration.ofHours(1);

    private final Cache<Audience, Audience> known;

    /// @param forgotten told when nothing need be kept for a kind any more
    Audiences(Ticker ticker, Consumer<Audience> forgotten) {
        this.known =
                Caffeine.newBuilder()
                        .expireAfterAccess(KEPT)
                        .ticker(ticker)
                        .executor(Runnable::run)
                        .<Audience, Audience>removalListener((audience, _, cause) -> {
                            if (audience != null && cause == RemovalCause.EXPIRED) {
                                forgotten.accept(audience);
                            }
                        })
                        .build();
    }

    /// The audience that a client belongs to.
    Audience of(ClientProfile client) {
        var asked = Audience.of(client);
        if (asked.isAny()) {
            return asked;
        }
        var found = known.getIfPresent(asked);
        if (found != null) {
            return found;
        }
        known.cleanUp();
        if (known.estimatedSize() >= MAX) {
            return Audience.ANY;
        }
        var kept = new Audience(client.capabilities().deepCopy());
        return known.get(kept, same -> same);
    }
}
