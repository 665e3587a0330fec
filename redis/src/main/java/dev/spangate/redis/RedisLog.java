package dev.spangate.redis;

import dev.spangate.linking.SharedLog;
import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.params.XReadParams;
import redis.clients.jedis.resps.StreamEntry;

/// The shared log of several gateways as a stream: one thread appends, one reads. Both come back by
/// themselves after a failure, where they were; what was lost with the store begins anew.
final class RedisLog implements SharedLog {
    private static final System.Logger LOG = System.getLogger("spangate.redis");
    private static final String DAY = String.valueOf(Duration.ofDays(1).toMillis());
    private static final int READ = 500;

    /// Some 200 MB in the store, and some ten seconds for a replica that comes later.
    private static final int MOST = 300_000;

    private static final int BLOCK_MILLIS = 400;
    private static final int LONGEST_PAUSE = 1_000;

    private final int most;
    private final RedisConfig config;
    private final Connector connector;
    private final Keys keys;
    private final KeptPlaces kept;
    private final Outgoing outgoing = new Outgoing();
    private final AtomicLong failures = new AtomicLong();
    private final SecureRandom random = new SecureRandom();
    private final List<Thread> threads = new ArrayList<>(2);

    /// Names the log that is read and written; null until it is known.
    private volatile @Nullable String epoch;

    private volatile String replica = "";
    private volatile boolean answers = true;
    private volatile boolean closing;
    private volatile boolean closed;

    RedisLog(RedisConfig config, Connector connector) {
        this(config, connector, MOST);
    }

    /// @param most entries before the log begins anew
    RedisLog(RedisConfig config, Connector connector, int most) {
        this.most = most;
        this.config = config;
        this.connector = connector;
        this.keys = new Keys(config.prefix());
        this.kept = new KeptPlaces(connector, keys);
        this.replica = name();
    }

    private String name() {
        var bytes = new byte[8];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    @Override
    public String replica() {
        return replica;
    }

    @Override
    public void open(Reader reader, Supplier<String> secrets) {
        start("linking-store-read", () -> read(reader, secrets));
        start("linking-store-write", this::write);
    }

    private void start(String name, Runnable loop) {
        threads.add(Thread.ofPlatform().daemon().name(name).start(loop));
    }

    @Override
    public boolean append(String text) {
        if (outgoing.add(text)) {
            return true;
        }
        epoch = null; // so much is lost that we begin again, under another name
        return false;
    }

    // Reading.

    private void read(Reader reader, Supplier<String> secrets) {
        int pause = 50;
        long position = 0;
        String of = null;
        while (!closed) {
            try (var jedis = connector.connect()) {
                while (!closed) {
                    if (of == null || !of.equals(epoch)) {
                        of = begin(jedis, reader, secrets.get());
                        position = 0;
                    }
                    position = next(jedis, reader, of, position);
                    answers = true;
                    pause = 50;
                }
            } catch (Lost lost) {
                of = null;
                epoch = null;
            } catch (JedisException failure) {
                failed(failure);
                pause = sleep(pause);
            }
        }
    }

    /// The log has a hole: it cannot be followed.
    private static final class Lost extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private String begin(Jedis jedis, Reader reader, String proposed) {
        var fresh = name();
        Object told = jedis.eval(Scripts.BEGIN, all(fresh), List.of(fresh, proposed, DAY));
        var answer = (List<?>) told;
        String found = String.valueOf(answer.get(0));
        outgoing.clear();
        replica = name();
        epoch = found;
        LOG.log(
                Level.INFO,
                "linking.store: sharing links through {0} as {1}",
                config.address(),
                replica);
        reader.begins(String.valueOf(answer.get(1)), null);
        return found;
    }

    private long next(Jedis jedis, Reader reader, String of, long position) {
        var found =
                jedis.xread(
                        XReadParams.xReadParams().count(READ).block(BLOCK_MILLIS),
                        Map.of(keys.log(of), new StreamEntryID(position, 1)));
        if (found == null || found.isEmpty()) {
            return position;
        }
        List<Entry> entries = new ArrayList<>();
        long at = position;
        for (var one : found.getFirst().getValue()) {
            var entry = entry(one);
            if (entry.position() != ++at) {
                giveUp(jedis);
                throw new Lost();
            }
            entries.add(entry);
        }
        reader.entries(entries);
        return at;
    }

    private static Entry entry(StreamEntry one) {
        var fields = one.getFields();
        return new Entry(
                one.getID().getTime(),
                Long.parseLong(fields.getOrDefault("t", "0")),
                fields.getOrDefault("r", ""),
                fields.getOrDefault("e", "{}"));
    }

    private void giveUp(Jedis jedis) {
        String of = epoch;
        if (of != null) {
            jedis.eval(Scripts.GIVE_UP, List.of(keys.epoch()), List.of(of));
        }
    }

    // Writing.

    private void write() {
        int pause = 50;
        while (!closed) {
            try (var jedis = connector.connect()) {
                while (!closed) {
                    var batch = outgoing.next(200);
                    String of = epoch;
                    if (of != null && !batch.texts().isEmpty()) {
                        append(jedis, of, batch);
                    } else if (!batch.texts().isEmpty()) {
                        sleep(20); // the reader looks for a log to write to
                    }
                    kept.write(jedis);
                    pause = 50;
                    answers = true;
                    closed |= closing && outgoing.waiting() == 0;
                }
            } catch (JedisException failure) {
                failed(failure);
                pause = sleep(pause);
            } catch (InterruptedException _) {
                return;
            }
        }
    }

    private void append(Jedis jedis, String of, Outgoing.Batch batch) {
        List<String> arguments = new ArrayList<>(batch.texts().size() + 6);
        arguments.addAll(
                List.of(
                        of,
                        replica,
                        String.valueOf(batch.first()),
                        String.valueOf(outgoing.done()),
                        DAY,
                        String.valueOf(most)));
        arguments.addAll(batch.texts());
        try {
            jedis.eval(Scripts.APPEND, all(of), arguments);
            outgoing.confirmed(batch.first() + batch.texts().size() - 1);
        } catch (JedisDataException refused) {
            if (!String.valueOf(refused.getMessage()).contains("EPOCH")) {
                throw refused;
            }
            LOG.log(
                    Level.WARNING,
                    "linking.store: {0} has lost what it held, or holds too much; links begin anew",
                    config.address());
            epoch = null;
        }
    }

    private List<String> all(String of) {
        return List.of(keys.epoch(), keys.secret(), keys.last(), keys.log(of), keys.appended());
    }

    private void failed(JedisException failure) {
        failures.incrementAndGet();
        if (answers && !closing) {
            answers = false;
            LOG.log(
                    Level.WARNING,
                    "linking.store: {0} does not answer ({1}); links across replicas are left out"
                            + " until it does",
                    config.address(),
                    failure.getClass().getSimpleName());
        }
    }

    private int sleep(int millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            closed = true;
        }
        return Math.min(LONGEST_PAUSE, millis * 2);
    }

    // Places for holders.

    @Override
    public void keep(String spanId, String place) {
        kept.add(spanId, place);
    }

    @Override
    public @Nullable String kept(String spanId) {
        return kept.read(spanId);
    }

    @Override
    public Health health() {
        return new Health(answers, failures.get(), outgoing.waiting(), outgoing.dropped());
    }

    /// Writes what is waiting, for at most a second.
    @Override
    public void close() {
        closing = true;
        for (var thread : threads) {
            try {
                thread.join(thread.getName().endsWith("write") ? 1_000 : 1);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
        closed = true;
        threads.forEach(Thread::interrupt);
        kept.close();
    }
}
