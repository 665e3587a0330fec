package dev.spangate.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spangate.linking.SharedLog;
import dev.spangate.testing.RedisProcess;
import dev.spangate.testing.TcpFaults;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The shared log over a real Redis: one order for everybody, each text once, whatever the network
/// and the store do.
@Tag("replicas")
class RedisLogTest {
    private static RedisProcess redis;

    private final List<SharedLog> logs = new ArrayList<>();
    private TcpFaults way;

    /// What a replica reads.
    private static final class Reading implements SharedLog.Reader {
        final List<SharedLog.Entry> entries = new CopyOnWriteArrayList<>();
        final List<String> keys = new CopyOnWriteArrayList<>();

        @Override
        public void begins(String key, String snapshot) {
            keys.add(key);
            entries.clear();
        }

        @Override
        public void entries(List<SharedLog.Entry> more) {
            entries.addAll(more);
        }

        List<String> texts() {
            return entries.stream().map(SharedLog.Entry::text).toList();
        }
    }

    @BeforeAll
    static void startRedis() {
        redis = RedisProcess.start().orElse(null);
    }

    @AfterAll
    static void stopRedis() {
        if (redis != null) {
            redis.close();
        }
    }

    @BeforeEach
    void empty() {
        assumeTrue(redis != null, RedisProcess.missing());
        redis.command("FLUSHALL");
        way = TcpFaults.before(redis.port());
    }

    @AfterEach
    void close() {
        logs.forEach(SharedLog::close);
        way.close();
    }

    private SharedLog log() {
        return log("redis://127.0.0.1:" + way.port());
    }

    private SharedLog log(String url) {
        var usual = RedisConfig.of(URI.create(url));
        var config = new RedisConfig(usual.url(), null, null, null, "test", Duration.ofMillis(500));
        var log = RedisStore.of(config).log();
        logs.add(log);
        return log;
    }

    private static Reading open(SharedLog log, String key) {
        var reading = new Reading();
        log.open(reading, () -> key);
        await(() -> !reading.keys.isEmpty());
        return reading;
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
            try {
                Thread.sleep(5);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /// S5: the key is put into the store once; whoever comes later takes that.
    @Test
    void theFirstReplicaNamesTheKey() {
        var first = open(log(), "key-1");
        var second = open(log(), "key-2");

        assertThat(first.keys).containsExactly("key-1");
        assertThat(second.keys).containsExactly("key-1");
    }

    @Test
    void everyReplicaReadsTheSameOrderAndEachItsOwnOrder() {
        var a = log();
        var b = log();
        var atA = open(a, "k");
        var atB = open(b, "k");
        for (int i = 0; i < 500; i++) {
            a.append("a" + i);
            b.append("b" + i);
        }
        await(() -> atA.entries.size() == 1000 && atB.entries.size() == 1000);

        assertThat(atA.entries).isEqualTo(atB.entries);
        assertThat(atA.entries).extracting(SharedLog.Entry::position).first().isEqualTo(1L);
        assertThat(atA.texts().stream().filter(text -> text.startsWith("a")))
                .containsExactlyElementsOf(numbered("a", 500));
        assertThat(atA.entries)
                .allSatisfy(entry ->
                        assertThat(entry.replica())
                                .isEqualTo(
                                        entry.text().startsWith("a") ? a.replica() : b.replica()));
        assertThat(a.replica()).isNotEqualTo(b.replica());
    }

    private static List<String> numbered(String prefix, int count) {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(prefix + i);
        }
        return all;
    }

    @Test
    void whoComesLaterReadsFromTheBeginning() {
        var a = log();
        var atA = open(a, "k");
        a.append("one");
        a.append("two");
        await(() -> atA.entries.size() == 2);

        var atB = open(log(), "k");
        await(() -> atB.entries.size() == 2);

        assertThat(atB.entries).isEqualTo(atA.entries);
    }

    /// A connection that is cut may have done its work: nothing is appended twice or lost.
    @Test
    void eachTextStandsThereOnceThoughConnectionsAreCut() throws Exception {
        var a = log();
        var atA = open(a, "k");
        for (int i = 0; i < 600; i++) {
            a.append("a" + i);
            if (i % 100 == 50) {
                way.cut();
                Thread.sleep(30);
                way.heal();
            }
        }
        await(() -> atA.entries.size() >= 600);

        assertThat(atA.texts()).containsExactlyElementsOf(numbered("a", 600));
        assertThat(a.health().failures()).isPositive();
        assertThat(a.health().dropped()).isZero();
        assertThat(atA.keys).as("the log never began anew").hasSize(1);
    }

    @Test
    void aStoreThatFallsSilentIsNoticedAndComesBack() {
        var a = log();
        var atA = open(a, "k");
        way.silence();
        a.append("meanwhile");
        await(() -> !a.health().answers());
        assertThat(a.health().waiting()).isEqualTo(1);
        way.heal();
        await(() -> atA.texts().contains("meanwhile"));

        assertThat(atA.texts()).containsExactly("meanwhile");
        await(() -> a.health().answers());
    }

    @Test
    void aStoreThatIsNotThereDelaysNothingAndIsUsedOnceItIs() {
        way.cut();
        var a = log();
        var reading = new Reading();
        a.open(reading, () -> "k");
        await(() -> !a.health().answers());
        assertThat(reading.keys).isEmpty();
        way.heal();
        await(() -> !reading.keys.isEmpty());

        assertThat(reading.keys).containsExactly("k");
    }

    /// S5: flushed. The log begins anew, for everybody, under one key.
    @Test
    void anEmptiedStoreBeginsAnewForEverybody() {
        var a = log();
        var b = log();
        var atA = open(a, "k1");
        var atB = open(b, "k2");
        a.append("before");
        await(() -> atB.entries.size() == 1);
        String name = a.replica();

        redis.command("FLUSHALL");
        a.append("lost");
        b.append("lost");
        await(() -> atA.keys.size() == 2 && atB.keys.size() == 2);
        a.append("after");
        await(() -> atB.texts().contains("after"));

        assertThat(atA.keys.getLast()).isEqualTo(atB.keys.getLast());
        assertThat(atB.texts()).doesNotContain("before", "lost");
        assertThat(a.replica()).as("a new name after every start").isNotEqualTo(name);
    }

    /// A failover to a copy that lacks the latest entries looks like this.
    @Test
    void aStoreThatHasForgottenSomeBeginsAnew() {
        var a = log();
        var atA = open(a, "k");
        a.append("one");
        a.append("two");
        await(() -> atA.entries.size() == 2 && a.health().waiting() == 0);

        redis.command("HSET", "test:{link}:appended", a.replica(), "1");
        a.append("three");
        await(() -> atA.keys.size() == 2);
        a.append("four");
        await(() -> !atA.entries.isEmpty());

        assertThat(atA.texts()).containsExactly("four");
    }

    /// Bounded (L11): a log that has grown too long begins anew.
    @Test
    void aLogHasAnEnd() {
        var config = RedisConfig.of(URI.create("redis://127.0.0.1:" + way.port()));
        var log = new RedisLog(config, new Connector(config), 10);
        logs.add(log);
        var reading = open(log, "k");
        for (int i = 0; i < 12; i++) {
            log.append("a" + i);
        }
        await(() -> reading.entries.size() == 12);

        log.append("too much");
        await(() -> reading.keys.size() == 2);
        log.append("anew");
        await(() -> reading.texts().contains("anew"));

        assertThat(reading.texts()).containsExactly("anew");
    }

    @Test
    void placesAreKeptForTheirHolder() {
        var a = log();
        open(a, "k");
        a.keep("0123456789abcdef", "a place");
        a.append("x");
        await(() -> "a place".equals(a.kept("0123456789abcdef")));

        assertThat(a.kept("fedcba9876543210")).isNull();
        way.cut();
        assertThat(a.kept("0123456789abcdef")).as("no answer is no place").isNull();
    }

    /// Everything expires (S5).
    @Test
    void everyKeyExpires() {
        var a = log();
        var atA = open(a, "k");
        a.keep("0123456789abcdef", "a place");
        a.append("x");
        await(() -> a.kept("0123456789abcdef") != null && !atA.entries.isEmpty());

        for (var key :
                List.of(
                        "test:{link}:epoch",
                        "test:{link}:key",
                        "test:{link}:last",
                        "test:{link}:log:" + redis.command("GET", "test:{link}:epoch"),
                        "test:{link}:appended",
                        "test:kept:0123456789abcdef")) {
            assertThat(redis.command("TTL", key)).as(key).matches(":[1-9]\\d+");
        }
    }

    @Test
    void aPasswordIsUsedAndShownNowhere() {
        try (var guarded = RedisProcess.start("--requirepass", "s3cret-word").orElseThrow()) {
            var wrong = log(guarded.url());
            wrong.open(new Reading(), () -> "k");
            await(() -> !wrong.health().answers());

            var config =
                    new RedisConfig(
                            URI.create(guarded.url()),
                            null,
                            "s3cret-word",
                            null,
                            "test",
                            Duration.ofSeconds(1));
            var right = RedisStore.of(config).log();
            logs.add(right);
            var reading = open(right, "k");

            assertThat(reading.keys).containsExactly("k");
            assertThat(config.toString()).doesNotContain("s3cret-word");
        }
    }
}
