package dev.spangate.linking;

import org.jspecify.annotations.Nullable;

/// An open call under one name and one hash of arguments: a link of two lists, that of the name's
/// open calls by number, and that of calls with equal arguments.
final class CallEntry {
    final Call call;
    final CallGroup group;
    final long number;

    /// Defaults that the hash leaves out; 0 for none.
    final long schema;

    final long arguments;

    @Nullable CallEntry older;
    @Nullable CallEntry newer;
    @Nullable CallEntry sameOlder;
    @Nullable CallEntry sameNewer;

    CallEntry(Call call, CallGroup group, long number, long schema, long arguments) {
        this.call = call;
        this.group = group;
        this.number = number;
        this.schema = schema;
        this.arguments = arguments;
    }

    long key() {
        return group.key(schema, arguments);
    }
}
