package dev.spangate.benchmarks.linking;

import dev.spangate.linking.SharedLog;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A store of several replicas in virtual time: one order of entries, a way to it and back that
/// takes time, and everything that may go wrong with it.
final class SimStore {
    private static final long USUAL = 300 * SimClock.MICRO;

    private final SimClock clock;
    private final SplittableRandom random;
    private final List<Connection> connections = new ArrayList<>();
    private final Map<String, String> kept = new HashMap<>();
    private List<SharedLog.Entry> entries = new ArrayList<>();
    private @Nullable String key;

    /// How long one way takes, on average.
    private long latency = USUAL;

    private boolean gone;

    SimStore(SimClock clock, SplittableRandom random) {
        this.clock = clock;
        this.random = random;
    }

    /// A replica's way to the store.
    Connection connect(String replica) {
        return new Connection(replica);
    }

    /// So much slower than usual; 1 is as usual.
    void slow(int factor) {
        latency = USUAL * factor;
    }

    /// Answers nobody, or everybody again.
    void gone(boolean away) {
        gone = away;
        if (!away) {
            connections.forEach(Connection::resume);
        }
    }

    /// All that it held is lost.
    void flush() {
        entries = new ArrayList<>();
        kept.clear();
        key = null;
        connections.forEach(Connection::restart);
    }

    /// One replica's connection.
    final class Connection implements SharedLog {
        private final String journal;
        private String replica;
        private final ArrayDeque<String> sending = new ArrayDeque<>();
        private final ArrayDeque<Entry> reading = new ArrayDeque<>();
        private @Nullable Reader reader;
        private Supplier<String> keys = () -> "";
        private long sentUntil;
        private long readUntil;
        private long epoch;
        private long begun;
        private boolean closed;
        private boolean cut;

        private Connection(String replica) {
            this.journal = replica;
            this.replica = replica;
        }

        @Override
        public String replica() {
            return replica;
        }

        @Override
        public void open(Reader into, Supplier<String> made) {
            reader = into;
            keys = made;
            connections.add(this);
            restart();
        }

        private void restart() {
            epoch++;
            reading.clear();
            long of = epoch;
            long noticed = of == 1 ? trip() : random.nextLong(SimClock.SECOND);
            clock.after(noticed, () -> begin(of));
        }

        private void begin(long of) {
            if (closed || of != epoch || reader == null) {
                return;
            }
            replica = of == 1 ? journal : journal + "." + of; // another name every time
            begun = of;
            sending.clear();
            if (key == null) {
                key = keys.get();
            }
            reader.begins(key, null);
            List.copyOf(entries).forEach(this::deliver);
        }

        /// Alone cut off from the store, or no longer.
        void cut(boolean off) {
            cut = off;
            if (!off) {
                resume();
            }
        }

        private void resume() {
            for (int i = 0; i < sending.size(); i++) {
                sendOne();
            }
            for (int i = 0; i < reading.size(); i++) {
                readOne();
            }
        }

        @Override
        public boolean append(String text) {
            sending.add(text);
            sendOne();
            return true;
        }

        /// The oldest text arrives some time later, if the store answers then.
        private void sendOne() {
            sentUntil = Math.max(sentUntil + 1, clock.elapsed() + trip());
            long of = epoch;
            clock.after(sentUntil - clock.elapsed(), () -> arrive(of));
        }

        private void arrive(long of) {
            if (closed || of != epoch || gone || cut || sending.isEmpty()) {
                return;
            }
            var text = sending.remove();
            if (begun != epoch) {
                sending.clear();
                return; // it writes to a log that is no more
            }
            var entry = new Entry(entries.size() + 1, clock.trueTime(), replica, text);
            entries.add(entry);
            connections.forEach(connection -> connection.deliver(entry));
        }

        private void deliver(Entry entry) {
            if (begun != epoch) {
                return; // reads it all when it begins
            }
            reading.add(entry);
            readOne();
        }

        private void readOne() {
            readUntil = Math.max(readUntil + 1, clock.elapsed() + trip());
            long of = epoch;
            clock.after(readUntil - clock.elapsed(), () -> read(of));
        }

        private void read(long of) {
            if (closed || of != epoch || reader == null || gone || cut || reading.isEmpty()) {
                return;
            }
            reader.entries(List.of(reading.remove()));
        }

        private long trip() {
            return latency / 5 + random.nextLong(latency * 8 / 5);
        }

        @Override
        public void keep(String spanId, String place) {
            if (!gone && !cut) {
                kept.put(spanId, place);
            }
        }

        @Override
        public @Nullable String kept(String spanId) {
            return gone || cut ? null : kept.get(spanId);
        }

        @Override
        public Health health() {
            return new Health(!gone && !cut, 0, sending.size(), 0);
        }

        /// As after kill -9: nothing more is sent or heard.
        void kill() {
            closed = true;
            connections.remove(this);
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
