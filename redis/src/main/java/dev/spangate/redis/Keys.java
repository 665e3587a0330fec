package dev.spangate.redis;

/// Names of what lies in the store. Everything expires a day after its last use.
record Keys(String prefix) {
    /// Names the log: whoever finds another one begins anew.
    String epoch() {
        return prefix + ":{link}:epoch";
    }

    /// Under which ids are hashed.
    String secret() {
        return prefix + ":{link}:key";
    }

    /// Position of the last entry.
    String last() {
        return prefix + ":{link}:last";
    }

    /// The entries of one log, a stream.
    String log(String epoch) {
        return prefix + ":{link}:log:" + epoch;
    }

    /// How much each replica has appended, a hash.
    String appended() {
        return prefix + ":{link}:appended";
    }

    /// The place of a span for its holder.
    String kept(String spanId) {
        return prefix + ":kept:" + spanId;
    }

    String record(String name) {
        return prefix + ":record:" + name;
    }
}
