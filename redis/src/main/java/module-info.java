import org.jspecify.annotations.NullMarked;

/// What several gateways share, in Redis or Valkey: the log that links hold across, and records of
/// sessions.
///
/// Guarantees: no method blocks a request for longer than it says; a store that does not answer is
/// told by results and by numbers, never by an exception; its credentials stand in no text.
@NullMarked
module dev.spangate.redis {
    requires static transitive org.jspecify;
    requires transitive dev.spangate.linking;
    requires redis.clients.jedis;

    exports dev.spangate.redis;
}
