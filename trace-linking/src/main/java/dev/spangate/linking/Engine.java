package dev.spangate.linking;

/// What all link scopes of one linker share.
///
/// @param config the configuration
/// @param clock epoch nanoseconds
/// @param keyed the key of all hashes
/// @param json canonical JSON under that key
/// @param names what endpoints expose
/// @param joined traces of callers that runs of ours joined
/// @param out records on their way to the sink
/// @param counters what happened, in numbers
/// @param missing what may be missing in every scope
record Engine(
        LinkingConfig config,
        EpochClock clock,
        Keyed keyed,
        CanonicalJson json,
        ToolNames names,
        JoinedTraces joined,
        Outbox out,
        Counters counters,
        Missing missing) {
    static Engine of(LinkingConfig config, EpochClock clock, RecordSink sink, Keyed keyed) {
        var counters = new Counters();
        return new Engine(
                config,
                clock,
                keyed,
                new CanonicalJson(keyed),
                new ToolNames(),
                new JoinedTraces(keyed, counters),
                new Outbox(sink, keyed, counters),
                counters,
                new Missing(null));
    }
}
