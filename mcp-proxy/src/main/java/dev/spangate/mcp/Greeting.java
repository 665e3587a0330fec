package dev.spangate.mcp;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Says what an endpoint can do: the union of what its servers can.
///
/// A server that has not answered yet counts as able to do everything that lists can show, so that
/// a client asks again when it comes up.
final class Greeting {
    private static final List<String> LISTS = List.of("tools", "prompts", "resources");

    private final Catalog catalog;

    Greeting(Catalog catalog) {
        this.catalog = catalog;
    }

    /// The result of `initialize`.
    ObjectNode initialize(Exchange exchange, ClientProfile client, Discovery discovery) {
        var view = catalog.view(exchange.endpoint(), client);
        var hellos = hellos(view, discovery);
        var result = Json.object();
        result.put("protocolVersion", client.revision().wire());
        result.set("capabilities", capabilities(exchange.endpoint(), hellos, Era.LEGACY));
        result.set("serverInfo", Version.info());
        instructions(view, result);
        return result;
    }

    /// The result of `server/discover`.
    ObjectNode discover(Exchange exchange, Discovery discovery) {
        var view = catalog.view(exchange.endpoint(), exchange.client());
        var hellos = hellos(view, discovery);
        var result = Json.object();
        var versions = result.putArray("supportedVersions");
        Revision.served().forEach(revision -> versions.add(revision.wire()));
        result.set("capabilities", capabilities(exchange.endpoint(), hellos, Era.MODERN));
        instructions(view, result);
        result.put("ttlMs", hellos.contains(null) ? 1_000 : 60_000);
        result.put("cacheScope", exchange.caller().anonymous() ? "public" : "private");
        return result;
    }

    private List<@Nullable ServerHello> hellos(View view, Discovery discovery) {
        catalog.greet(view, discovery);
        var hellos = new ArrayList<@Nullable ServerHello>();
        catalog.of(view).forEach(facts -> hellos.add(facts.hello().value()));
        return hellos;
    }

    private static ObjectNode capabilities(
            Endpoint endpoint, List<@Nullable ServerHello> hellos, Era era) {
        var merged = Json.object();
        merged.putObject("tools");
        for (var hello : hellos) {
            if (hello == null) {
                LISTS.forEach(merged::withObjectProperty);
            } else {
                merge(merged, ofEra(hello, era));
            }
        }
        if (endpoint.isVirtual()) {
            merged.retain("tools");
        }
        for (var list : LISTS) {
            var capability = Json.child(merged, list);
            if (capability != null) {
                capability.put("listChanged", true);
            }
        }
        return merged;
    }

    /// A server's capabilities without what does not cross between the eras: their kinds of tasks.
    private static ObjectNode ofEra(ServerHello hello, Era era) {
        if (hello.revision().era() == era) {
            return hello.capabilities();
        }
        var crossing = hello.capabilities().deepCopy();
        crossing.remove("tasks");
        var extensions = Json.child(crossing, "extensions");
        if (extensions != null) {
            extensions.remove(Tasks.EXTENSION);
        }
        return crossing;
    }

    /// Adds what `more` has and `into` lacks; what both have as objects is merged.
    private static void merge(ObjectNode into, ObjectNode more) {
        for (var entry : more.properties()) {
            var mine = into.get(entry.getKey());
            if (mine instanceof ObjectNode object
                    && entry.getValue() instanceof ObjectNode theirs) {
                merge(object, theirs);
            } else if (mine == null || (mine.isBoolean() && !mine.booleanValue())) {
                into.set(entry.getKey(), entry.getValue().deepCopy());
            }
        }
    }

    private void instructions(View view, ObjectNode result) {
        var parts = new ArrayList<String>();
        var all = catalog.of(view);
        for (var facts : all) {
            var hello = facts.hello().value();
            if (hello != null && hello.instructions() != null) {
                parts.add(
                        all.size() == 1
                                ? hello.instructions()
                                : "## " + facts.server().name() + "\n\n" + hello.instructions());
            }
        }
        if (!parts.isEmpty()) {
            result.put("instructions", String.join("\n\n", parts));
        }
    }
}
