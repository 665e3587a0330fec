package dev.spangate.redis;

import dev.spangate.linking.SharedLog;

/// What gateways share in one Redis or Valkey: the way in. No method waits for the store.
public final class RedisStore {
    private final RedisConfig config;
    private final Connector connector;

    private RedisStore(RedisConfig config, Connector connector) {
        this.config = config;
        this.connector = connector;
    }

    /// Prepares connections; none is made yet, so a store that is not there delays no start.
    ///
    /// @throws IllegalArgumentException `linking.redis.ca` cannot be read
    public static RedisStore of(RedisConfig config) {
        return new RedisStore(config, new Connector(config));
    }

    /// The log that links hold across; every call gives another replica's.
    public SharedLog log() {
        return new RedisLog(config, connector);
    }

    /// Small records that expire.
    public RedisRecords records() {
        return new RedisRecords(connector, new Keys(config.prefix()));
    }
}
