package dev.spangate.mcp;

import dev.spangate.linking.TraceLinker;
import dev.spangate.proxy.Caller;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Answers the list methods from memory, merged over the endpoint's servers, page by page.
final class Lists {
    private static final int INCOMPLETE_TTL_MILLIS = 1_000;

    private final Catalog catalog;
    private final Tables tables;
    private final Access access;
    private final Supplier<McpConfig> config;
    private final TraceLinker linker;

    Lists(Backends backends, Access access, Supplier<McpConfig> config, TraceLinker linker) {
        this.catalog = backends.catalog();
        this.tables = backends.tables();
        this.access = access;
        this.config = config;
        this.linker = linker;
    }

    /// Answers one page.
    ///
    /// @throws RpcFault nothing is known because servers fail, or the cursor is none of ours
    void list(Visit visit, ListKind kind) {
        var exchange = visit.exchange();
        var view = catalog.view(exchange.endpoint(), exchange.client());
        catalog.settle(
                tables.needed(view, kind), kind, exchange.discovery(linker, visit.request()));
        var known = known(view, kind);
        var result = page(kind, entries(exchange.caller(), view, kind), visit.request().params());
        boolean complete = known.size() == catalog.of(view).size();
        result.put("ttlMs", ttl(known, complete));
        boolean isPrivate =
                !exchange.caller().anonymous() || known.stream().anyMatch(ServerList::isPrivate);
        result.put("cacheScope", isPrivate ? "private" : "public");
        visit.answer(result);
    }

    private List<ObjectNode> entries(Caller caller, View view, ListKind kind) {
        return switch (kind) {
            case TOOLS -> access.visible(caller, tables.tools(view).entries());
            case PROMPTS ->
                    tables.prompts(view).entries().stream()
                            .filter(prompt -> view.endpoint().shows(prompt.server()))
                            .map(NameTable.Entry::definition)
                            .toList();
            case RESOURCES -> merged(view, kind, "uri");
            case TEMPLATES -> merged(view, kind, "uriTemplate");
        };
    }

    /// All servers' entries in order; of several with one URI the first, whom requests go to.
    private List<ObjectNode> merged(View view, ListKind kind, String key) {
        if (view.endpoint().isVirtual()) {
            return List.of();
        }
        var merged = new ArrayList<ObjectNode>();
        var seen = new HashSet<String>();
        for (var each : catalog.of(view)) {
            for (var entry : each.entries(kind)) {
                var uri = Json.string(entry, key);
                if (uri == null || seen.add(uri)) {
                    merged.add(entry);
                }
            }
        }
        return merged;
    }

    private ObjectNode page(ListKind kind, List<ObjectNode> entries, ObjectNode params) {
        int from = position(params.has("cursor") ? Json.string(params, "cursor") : "0", entries);
        int size = config.get().lists().pageSize();
        int to = size == 0 ? entries.size() : Math.min(entries.size(), from + size);
        var result = Json.object();
        result.putArray(kind.field()).addAll(entries.subList(from, to));
        if (to < entries.size()) {
            result.put("nextCursor", Integer.toString(to));
        }
        return result;
    }

    private static int position(@Nullable String cursor, List<ObjectNode> entries) {
        try {
            int position = Integer.parseInt(String.valueOf(cursor));
            if (position == 0 || (position > 0 && position < entries.size())) {
                return position;
            }
        } catch (NumberFormatException _) {
            // Told below.
        }
        throw RpcFault.invalidParams("Unknown cursor");
    }

    private long ttl(List<ServerList> known, boolean complete) {
        long least = complete ? config.get().lists().ttl().toMillis() : INCOMPLETE_TTL_MILLIS;
        for (var list : known) {
            var millis = list.ttlMillis();
            least = millis == null ? least : Math.min(least, millis);
        }
        return Math.max(0, least);
    }

    /// The lists that are known; where none is and a server failed, that is the answer.
    private List<ServerList> known(View view, ListKind kind) {
        var all = catalog.of(view).stream().map(facts -> facts.list(kind)).toList();
        var known = all.stream().map(Known::value).filter(Objects::nonNull).toList();
        if (known.isEmpty()) {
            for (var each : all) {
                if (each.failure() instanceof McpUpstreamException failure) {
                    throw RpcFault.upstream(failure);
                }
            }
        }
        return known;
    }
}
