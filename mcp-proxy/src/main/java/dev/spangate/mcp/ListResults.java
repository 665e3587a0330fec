package dev.spangate.mcp;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Cuts a list into the pages that a client asks for, and says how long it may keep them.
final class ListResults {
    private final McpConfig.Lists config;

    ListResults(McpConfig.Lists config) {
        this.config = config;
    }

    /// How long and for whom a list may be kept.
    ///
    /// @param ttlMillis the least of all servers'
    /// @param isPrivate a server said so, or the list depends on who asks
    record Hints(long ttlMillis, boolean isPrivate) {
        static Hints of(List<ServerList> lists, long ttlMillis, boolean isPrivate) {
            long least = ttlMillis;
            boolean any = isPrivate;
            for (var list : lists) {
                least = list.ttlMillis() == null ? least : Math.min(least, list.ttlMillis());
                any |= list.isPrivate();
            }
            return new Hints(Math.max(0, least), any);
        }
    }

    /// One page.
    ///
    /// @throws RpcFault the cursor is none of ours
    ObjectNode page(ListKind kind, List<ObjectNode> entries, @Nullable String cursor, Hints hints) {
        int from = cursor == null ? 0 : position(cursor, entries.size());
        int size = config.pageSize() == 0 ? entries.size() : config.pageSize();
        int to = Math.min(entries.size(), from + size);
        var result = Json.object();
        result.putArray(kind.field()).addAll(new ArrayList<>(entries.subList(from, to)));
        if (to < entries.size()) {
            result.put("nextCursor", Integer.toString(to));
        }
        result.put("ttlMs", hints.ttlMillis());
        result.put("cacheScope", hints.isPrivate() ? "private" : "public");
        return result;
    }

    private static int position(String cursor, int size) {
        try {
            int position = Integer.parseInt(cursor);
            if (position > 0 && position < size) {
                return position;
            }
        } catch (NumberFormatException _) {
            // Told below.
        }
        throw RpcFault.invalidParams("Unknown cursor");
    }
}
