package dev.spangate.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spangate.mcp.McpUpstreamException.Kind;
import dev.spangate.proxy.Secret;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AccessTokenTest {
    private final AtomicLong now = new AtomicLong(-5_000_000_000L); // nanoTime may be negative
    private final AtomicInteger fetched = new AtomicInteger();
    private volatile Duration life = Duration.ofMinutes(10);
    private volatile boolean down;
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private final AccessToken token =
            new AccessToken(this::fetch, Duration.ofSeconds(60), now::get);

    private AccessToken.Issued fetch() {
        int number = fetched.incrementAndGet();
        try {
            gate.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        if (down) {
            throw new TransportFailure(Kind.UNAUTHORIZED, "answered HTTP 401");
        }
        return new AccessToken.Issued(Secret.of("t" + number), life);
    }

    private String value() {
        return token.value().reveal();
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }

    @Test
    void isFetchedOnceAndKept() {
        assertThat(value()).isEqualTo("t1");
        pass(Duration.ofMinutes(8));
        assertThat(value()).isEqualTo("t1");
        assertThat(fetched).hasValue(1);
    }

    @Test
    void isReplacedBeforeItsEndWhileTheOldOneServes() throws Exception {
        value();
        gate = new CountDownLatch(1);
        pass(Duration.ofMinutes(9).plusSeconds(1));

        for (int i = 0; i < 50; i++) {
            assertThat(value()).as("nobody waits").isEqualTo("t1");
        }
        gate.countDown();

        Upstreams.eventually(() -> value().equals("t2"));
        assertThat(fetched).as("fifty callers, one renewal").hasValue(2);
    }

    @Test
    void anEndedOneServesNobody() {
        value();
        pass(Duration.ofMinutes(10));

        assertThat(value()).isEqualTo("t2");
    }

    @Test
    void aShortLifeIsUsedByHalfAtLeast() {
        life = Duration.ofSeconds(20);
        value();
        pass(Duration.ofSeconds(9));
        assertThat(value()).isEqualTo("t1");
        assertThat(fetched).hasValue(1);
        pass(Duration.ofSeconds(11));
        assertThat(value()).isEqualTo("t2");
    }

    @Test
    void aLifeOfNothingOrForEverIsBounded() {
        life = Duration.ZERO;
        assertThat(value()).isEqualTo("t1");
        assertThat(value()).isEqualTo("t1");
        pass(Duration.ofSeconds(1));
        life = Duration.ofDays(9_999);
        assertThat(value()).isEqualTo("t2");
        pass(Duration.ofHours(24));
        assertThat(value()).isEqualTo("t3");
    }

    @Test
    void manyWhoNeedItAtOnceCauseOneRequest() throws Exception {
        gate = new CountDownLatch(1);
        var values = ConcurrentHashMap.<String>newKeySet();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var all = new ArrayList<Future<Boolean>>();
            for (int i = 0; i < 200; i++) {
                Callable<Boolean> one = () -> values.add(value());
                all.add(threads.submit(one));
            }
            Upstreams.eventually(() -> fetched.get() == 1);
            gate.countDown();
            for (var each : all) {
                each.get();
            }
        }
        assertThat(values).containsExactly("t1");
        assertThat(fetched).hasValue(1);
    }

    @Test
    void aTokenServerThatIsDownIsNotAskedByEveryCall() {
        down = true;
        for (int i = 0; i < 100; i++) {
            assertThatThrownBy(this::value)
                    .isInstanceOf(TransportFailure.class)
                    .hasMessageContaining("401");
        }
        assertThat(fetched).hasValueLessThanOrEqualTo(2);
        pass(Duration.ofSeconds(31));
        down = false;
        assertThat(value()).isEqualTo("t" + fetched.get());
    }

    @Test
    void aRenewalThatFailsLeavesTheOldOneUntilItsEnd() throws Exception {
        value();
        down = true;
        pass(Duration.ofMinutes(9).plusSeconds(1));
        assertThat(value()).isEqualTo("t1");
        Upstreams.eventually(() -> fetched.get() >= 2);
        pass(Duration.ofSeconds(30));
        assertThat(value()).isEqualTo("t1");
        pass(Duration.ofSeconds(30));
        assertThatThrownBy(this::value).isInstanceOf(TransportFailure.class);
    }

    @Test
    void aRefusedTokenIsReplacedOnceInAWhile() {
        var first = token.value();

        assertThat(token.refused(first)).isTrue();
        var second = token.value();
        assertThat(second.reveal()).isEqualTo("t2");
        assertThat(token.refused(first)).as("others were refused with it, too").isTrue();
        assertThat(value()).as("and the new one stays").isEqualTo("t2");
        assertThat(token.refused(second)).as("this server refuses all").isFalse();
        assertThat(value()).isEqualTo("t2");
        pass(Duration.ofSeconds(11));
        assertThat(token.refused(second)).isTrue();
        assertThat(List.of(value(), value())).containsOnly("t3");
    }
}
