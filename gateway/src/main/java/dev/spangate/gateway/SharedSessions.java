package dev.spangate.gateway;

import dev.spangate.mcp.SessionStore;
import dev.spangate.redis.RedisRecords;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Legacy MCP sessions that any replica can go on with.
///
/// @param records where they lie
/// @param life for how long one is kept without a sign of life
record SharedSessions(RedisRecords records, Duration life) implements SessionStore {
    @Override
    public void put(String id, String record) {
        records.put("session:" + id, record, life);
    }

    @Override
    public @Nullable String get(String id) {
        return records.get("session:" + id);
    }

    @Override
    public void remove(String id) {
        records.remove("session:" + id);
    }
}
