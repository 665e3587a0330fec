package dev.spangate.linking;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/// Several linkers and the log between them, which moves only when a test says so.
final class SharedStage {
    static final long MS = 1_000_000L;

    final AtomicLong clock = new AtomicLong(1_800_000_000_000_000_000L);
    final List<SharedLog.Entry> entries = new ArrayList<>();
    final Map<String, String> kept = new HashMap<>();
    final List<Node> nodes = new ArrayList<>();
    String key;

    /// One replica: what it appended and did not read yet.
    final class Node implements SharedLog {
        final String name;
        final Recorded journal = new Recorded();
        final ArrayDeque<String> sending = new ArrayDeque<>();
        final TraceLinker linker;
        Reader reader;
        Supplier<String> keys;
        int read;
        boolean cut;
        boolean full;

        Node(String name, List<JournalRecord> stored) {
            this.name = name;
            this.linker =
                    TraceLinker.shared(
                            LinkingConfig.defaults(),
                            () -> clock.addAndGet(1000),
                            journal,
                            this,
                            Duration.ZERO,
                            Runnable::run);
            linker.expose(
                    "/mcp",
                    List.of(
                            new ExposedTool("search", "srv", null),
                            new ExposedTool("fetch", "srv", null)));
            linker.resume(stored);
            linker.open();
            nodes.add(this);
        }

        @Override
        public String replica() {
            return name;
        }

        @Override
        public void open(Reader into, Supplier<String> made) {
            reader = into;
            keys = made;
            begin();
        }

        void begin() {
            if (key == null) {
                key = keys.get();
            }
            read = 0;
            sending.clear();
            reader.begins(key, null);
        }

        @Override
        public boolean append(String text) {
            if (!full) {
                sending.add(text);
            }
            return !full;
        }

        /// True if anything moved.
        boolean move() {
            if (cut) {
                return false;
            }
            boolean moved = !sending.isEmpty();
            while (!sending.isEmpty()) {
                entries.add(new Entry(entries.size() + 1, clock.get(), name, sending.remove()));
            }
            if (read < entries.size()) {
                var batch = List.copyOf(entries.subList(read, entries.size()));
                read = entries.size();
                reader.entries(batch);
                moved = true;
            }
            return moved;
        }

        @Override
        public void keep(String spanId, String place) {
            kept.put(spanId, place);
        }

        @Override
        public String kept(String spanId) {
            return kept.get(spanId);
        }

        @Override
        public Health health() {
            return new Health(!cut, 0, sending.size(), 0);
        }

        @Override
        public void close() {
            move();
        }
    }

    Node node(String name) {
        return node(name, List.of());
    }

    Node node(String name, List<JournalRecord> stored) {
        var node = new Node(name, stored);
        settle();
        return node;
    }

    /// Moves everything to everybody until nothing moves any more.
    void settle() {
        boolean moved = true;
        while (moved) {
            moved = false;
            for (var node : List.copyOf(nodes)) {
                moved |= node.move();
            }
        }
    }

    /// Time passes in steps of a quarter of a second, as it does for a gateway.
    void pass(long millis) {
        for (long left = millis; left > 0; left -= 250) {
            clock.addAndGet(Math.min(left, 250) * MS);
            nodes.forEach(node -> node.linker.tick());
            settle();
        }
    }

    /// kill -9: what it had not sent yet is lost.
    void kill(Node node) {
        nodes.remove(node);
        node.cut = true;
    }

    /// FLUSHALL.
    void flush() {
        entries.clear();
        kept.clear();
        key = null;
        List.copyOf(nodes).forEach(Node::begin);
        settle();
    }

    /// Everything that anybody wrote.
    Recorded all() {
        var all = new Recorded();
        nodes.forEach(node -> all.records.addAll(node.journal.records));
        return all;
    }
}
