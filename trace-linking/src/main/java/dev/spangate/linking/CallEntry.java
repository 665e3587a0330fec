package dev.spangate.linking;

import org.jspecify.annotations.Nullable;

/// An open call under one name and one hash of arguments: a link of three lists, that of the name's
/// open calls in issue order, that of calls with equal arguments, and that of its call's entries.
final class CallEntry {
    final Call call;
    final CallGroup group;

    /// Defaults that the hash leaves out; 0 for none.
    final long schema;

    final long arguments;

    @Nullable CallEntry older;
    @Nullable CallEntry newer;
    @Nullable CallEntry sameOlder;
    @Nullable CallEntry sameNewer;

    /// The next entry of the same call.
    @Nullable CallEntry next;

    CallEntry(Call call, CallGroup group, long schema, long arguments) {
        this.call = call;
        this.group = group;
        this.schema = schema;
        this.arguments = arguments;
    }

    long key() {
        return group.key(schema, arguments);
    }

    /// True while it stands in the list of its name's open calls.
    boolean listed() {
        return older != null || newer != null || group.oldest == this;
    }
}
