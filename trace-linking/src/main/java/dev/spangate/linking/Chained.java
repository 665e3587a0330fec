package dev.spangate.linking;

import org.jspecify.annotations.Nullable;

/// One of several values under one hash, newest first; leaves its chain without a walk.
final class Chained<V> {
    private final V value;
    private @Nullable Chained<V> older;
    private @Nullable Chained<V> newer;

    Chained(V value) {
        this.value = value;
    }

    V value() {
        return value;
    }

    @Nullable Chained<V> older() {
        return older;
    }

    void push(LongIndex<Chained<V>> index, long key) {
        older = index.get(key);
        if (older != null) {
            older.newer = this;
        }
        index.put(key, this);
    }

    void unlink(LongIndex<Chained<V>> index, long key) {
        if (older != null) {
            older.newer = newer;
        }
        if (newer != null) {
            newer.older = older;
        } else if (older != null) {
            index.put(key, older);
        } else {
            index.remove(key);
        }
        older = null;
        newer = null;
    }
}
