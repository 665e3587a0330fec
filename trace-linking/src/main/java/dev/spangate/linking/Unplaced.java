package dev.spangate.linking;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// An inference or an execution that was announced and waits for its place until every replica has
/// told what came before it (rule S6).
final class Unplaced {
    final long position;
    final long nanos;
    final String replica;
    final String scope;

    /// What happened to it already.
    final List<JsonNode> early = new ArrayList<>(0);

    Unplaced(long position, long nanos, String replica, String scope) {
        this.position = position;
        this.nanos = nanos;
        this.replica = replica;
        this.scope = scope;
    }
}
