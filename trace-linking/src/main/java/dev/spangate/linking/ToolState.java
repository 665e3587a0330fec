package dev.spangate.linking;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/// A tool at an endpoint, as one link scope uses it.
final class ToolState {
    final String endpoint;
    ToolNames.Exposed tool;
    long schema;
    final long hash;

    /// Names that resolve to it.
    final Set<CallGroup> groups = new LinkedHashSet<>();

    /// Executions without a link yet, or released without one, by order of start.
    final TreeMap<Long, Execution> unlinked = new TreeMap<>();

    /// Pending executions whose arguments no call had; bounded.
    final List<Execution> unlike = new ArrayList<>();

    /// There were more of them than are remembered.
    boolean unlikeCrowded;

    /// Unlinked executions up to this one have been forgotten.
    long forgotten = -1;

    ToolState(String endpoint, ToolNames.Exposed tool, long hash) {
        this.endpoint = endpoint;
        this.tool = tool;
        this.schema = tool.defaults().key();
        this.hash = hash;
    }

    /// Its endpoint shows it otherwise from now on.
    void show(ToolNames.Exposed exposed) {
        tool = exposed;
        schema = exposed.defaults().key();
    }
}
