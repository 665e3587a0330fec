package dev.spangate.telemetry;

import io.opentelemetry.api.common.Attributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Labels of a measurement under construction; what is null is left out. Not thread-safe.
///
/// The same few sets come again and again: each is made once, because making one costs more than
/// measuring with it.
final class Labels {
    /// Names and values in turn, as they were put.
    private final List<String> pairs = new ArrayList<>(16);

    private final Known known;

    private Labels(Known known) {
        this.known = known;
    }

    /// Sets that were made before, bounded. Thread-safe.
    static final class Known {
        private static final int MOST = 2_000;

        private final Map<List<String>, Attributes> sets = new ConcurrentHashMap<>();

        Labels labels() {
            return new Labels(this);
        }

        private Attributes of(List<String> pairs) {
            var set = sets.get(pairs);
            if (set == null) {
                set = made(pairs);
                if (sets.size() >= MOST) {
                    sets.clear(); // whatever is in use comes back at once
                }
                sets.put(List.copyOf(pairs), set);
            }
            return set;
        }

        private static Attributes made(List<String> pairs) {
            var builder = Attributes.builder();
            for (int i = 0; i < pairs.size(); i += 2) {
                builder.put(pairs.get(i), pairs.get(i + 1));
            }
            return builder.build();
        }

        int size() {
            return sets.size();
        }
    }

    Labels put(String name, @Nullable Object value) {
        if (value != null) {
            pairs.add(name);
            pairs.add(value.toString());
        }
        return this;
    }

    /// These and one more.
    Labels with(String name, @Nullable Object value) {
        var more = new Labels(known);
        more.pairs.addAll(pairs);
        return more.put(name, value);
    }

    Attributes build() {
        return known.of(pairs);
    }
}
