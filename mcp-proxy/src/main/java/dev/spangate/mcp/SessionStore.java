package dev.spangate.mcp;

import org.jspecify.annotations.Nullable;

/// Records of legacy sessions that several gateways share, so that a client's next request may
/// reach any of them. Ids are as secret as the sessions.
///
/// No method throws; each waits for a moment at most. Safe for threads.
public interface SessionStore {
    /// Stores a record, or lets the one of that id live on.
    void put(String id, String record);

    /// The record of that id; null where there is none, or the store does not answer.
    @Nullable String get(String id);

    /// The client has ended the session.
    void remove(String id);
}
