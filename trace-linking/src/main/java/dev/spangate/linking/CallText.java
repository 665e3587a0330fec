package dev.spangate.linking;

/// A string argument of an open call that may be a sub-agent's task (rule R4).
final class CallText {
    final Call call;
    final Fingerprint print;

    /// It occurs in the messages that the call answered, or the call is one of a tool of ours.
    final boolean known;

    /// Its places among open calls with equal texts, and with equal starts.
    final Chained<CallText> whole = new Chained<>(this);

    final Chained<CallText> head = new Chained<>(this);

    CallText(Call call, Fingerprint print, boolean known) {
        this.call = call;
        this.print = print;
        this.known = known;
    }
}
