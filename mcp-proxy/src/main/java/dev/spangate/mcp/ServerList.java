package dev.spangate.mcp;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.NumericNode;
import tools.jackson.databind.node.ObjectNode;

/// One list of one server, all its pages, as it sent them.
///
/// @param entries in the server's order
/// @param ttlMillis the least `ttlMs` of its pages, or null
/// @param isPrivate a page had `cacheScope` private
record ServerList(List<ObjectNode> entries, @Nullable Long ttlMillis, boolean isPrivate) {
    private static final int MAX_PAGES = 1_000;
    private static final int MAX_ENTRIES = 20_000;

    ServerList {
        entries = List.copyOf(entries);
    }

    static ServerList empty() {
        return new ServerList(List.of(), null, false);
    }

    /// Asks the server for every page.
    ///
    /// @throws McpUpstreamException no answer, or no list in it
    static ServerList load(
            UpstreamServer server, Audience audience, ListKind kind, Duration deadline) {
        var hello = server.hello(UpstreamCall.own(audience, "initialize", Json.object(), deadline));
        if (!hello.capabilities().has(kind.capability())) {
            return empty();
        }
        var pages = new Pages(server, kind);
        String cursor = null;
        do {
            var params = Json.object();
            if (cursor != null) {
                params.put("cursor", cursor);
            }
            switch (server.request(UpstreamCall.own(audience, kind.method(), params, deadline))) {
                case UpstreamReply.RpcError error -> {
                    if (error.code() == JsonRpc.METHOD_NOT_FOUND) {
                        return empty();
                    }
                    throw pages.failure(error.message() + " (" + error.code() + ")");
                }
                case UpstreamReply.Result(var result) -> cursor = pages.add(result);
            }
        } while (cursor != null);
        return pages.list();
    }

    private static final class Pages {
        private final UpstreamServer server;
        private final ListKind kind;
        private final List<ObjectNode> entries = new ArrayList<>();
        private final Set<String> cursors = new HashSet<>();
        private @Nullable Long ttl;
        private boolean isPrivate;

        Pages(UpstreamServer server, ListKind kind) {
            this.server = server;
            this.kind = kind;
        }

        /// @return the cursor of the next page, or null
        @Nullable String add(ObjectNode page) {
            if (!(page.get(kind.field()) instanceof ArrayNode array)) {
                throw failure("the answer has no `" + kind.field() + "`");
            }
            for (var entry : array) {
                if (entry instanceof ObjectNode object) {
                    entries.add(object);
                }
            }
            if (page.get("ttlMs") instanceof NumericNode number) {
                ttl = Math.min(ttl == null ? Long.MAX_VALUE : ttl, number.asLong());
            }
            isPrivate |= "private".equals(Json.string(page, "cacheScope"));
            var next = Json.string(page, "nextCursor");
            if (next != null
                    && (!cursors.add(next)
                            || cursors.size() > MAX_PAGES
                            || entries.size() > MAX_ENTRIES)) {
                throw failure("the list does not end");
            }
            return next;
        }

        ServerList list() {
            return new ServerList(entries, ttl, isPrivate);
        }

        McpUpstreamException failure(String problem) {
            return new McpUpstreamException(
                    server.name(),
                    McpUpstreamException.Kind.PROTOCOL,
                    kind.method() + " failed: " + problem);
        }
    }
}
