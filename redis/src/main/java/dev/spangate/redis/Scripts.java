package dev.spangate.redis;

/// The atomic steps: Lua, as the store runs it.
final class Scripts {
    /// Whoever comes first names the log and its key. KEYS epoch, key, last, log, appended; ARGV
    /// epoch, key, ttl.
    static final String BEGIN =
            """
            if redis.call('EXISTS', KEYS[1]) == 0 or redis.call('EXISTS', KEYS[2]) == 0 then
              redis.call('DEL', KEYS[3], KEYS[4], KEYS[5])
              redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[3])
              redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
              redis.call('SET', KEYS[3], '0', 'PX', ARGV[3])
            end
            return {redis.call('GET', KEYS[1]), redis.call('GET', KEYS[2])}
            """;

    /// Appends texts, each exactly once whatever was repeated, at the next positions. KEYS epoch,
    /// key, last, log, appended; ARGV epoch, replica, number of the first text, number up to which
    /// we know that they stand there, ttl, most entries, texts.
    ///
    /// A log that has lost something (emptied, an old copy after a failover) is none any more, nor
    /// is one that has grown too long.
    static final String APPEND =
            """
            if redis.call('GET', KEYS[1]) ~= ARGV[1] then return redis.error_reply('EPOCH') end
            local done = tonumber(redis.call('HGET', KEYS[5], ARGV[2]) or '0')
            local full = redis.call('XLEN', KEYS[4]) > tonumber(ARGV[6])
            if full or done < tonumber(ARGV[4]) then
              redis.call('DEL', KEYS[1])
              return redis.error_reply('EPOCH')
            end
            local time = redis.call('TIME')
            local nanos = time[1] .. string.format('%06d', tonumber(time[2])) .. '000'
            for i = 7, #ARGV do
              local number = tonumber(ARGV[3]) + i - 7
              if number > done then
                local at = redis.call('INCR', KEYS[3])
                local added = redis.pcall('XADD', KEYS[4], at .. '-1',
                    'r', ARGV[2], 't', nanos, 'e', ARGV[i])
                if type(added) == 'table' and added.err then
                  redis.call('DEL', KEYS[1])
                  return redis.error_reply('EPOCH')
                end
                done = number
              end
            end
            redis.call('HSET', KEYS[5], ARGV[2], done)
            for i = 1, 5 do redis.call('PEXPIRE', KEYS[i], ARGV[5]) end
            return done
            """;

    /// Gives the log up, if it is still that one. KEYS epoch; ARGV epoch.
    static final String GIVE_UP =
            """
            if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
            return 1
            """;

    private Scripts() {}
}
