package dev.spangate.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1_000); // the clock may wrap
    private final Backoff backoff = new Backoff(now::get);

    @Test
    void theFirstFailureMayBeTriedAgainAtOnceAndLaterOnesWaitLonger() {
        var pauses = new ArrayList<Long>();
        for (var i = 0; i < 10; i++) {
            backoff.failed();
            pauses.add(backoff.remaining().toMillis());
        }

        assertThat(pauses)
                .containsExactly(
                        0L, 500L, 1_000L, 2_000L, 4_000L, 8_000L, 16_000L, 30_000L, 30_000L,
                        30_000L);
    }

    @Test
    void aPauseEnds() {
        backoff.failed();
        backoff.failed();

        now.addAndGet(Duration.ofMillis(499).toNanos());
        assertThat(backoff.remaining()).isEqualTo(Duration.ofMillis(1));
        now.addAndGet(Duration.ofMillis(1).toNanos());
        assertThat(backoff.remaining()).isZero();
    }

    @Test
    void aSuccessForgetsTheFailures() {
        backoff.failed();
        backoff.failed();
        backoff.failed();

        backoff.succeeded();

        assertThat(backoff.remaining()).isZero();
        backoff.failed();
        assertThat(backoff.remaining()).isZero();
    }
}
