package dev.spangate.mcp;

import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import tools.jackson.databind.node.ObjectNode;

/// Which tools of a server an endpoint shows, and how: the server's own configuration, and the
/// patterns of a virtual server on top.
final class Selections {
    private Selections() {}

    /// What the server's configuration chooses.
    static NameTable.Selection configured(ServerConfig.ToolChoice choice) {
        return new NameTable.Selection() {
            @Override
            public boolean shows(String own) {
                return (choice.allow().isEmpty() || Globs.anyMatches(choice.allow(), own))
                        && !Globs.anyMatches(choice.deny(), own);
            }

            @Override
            public ObjectNode shown(String own, ObjectNode definition) {
                var look = choice.look().get(own);
                if (look == null) {
                    return definition;
                }
                var changed = definition.deepCopy();
                look.name().ifPresent(name -> changed.put("name", name));
                look.title().ifPresent(title -> changed.put("title", title));
                look.description().ifPresent(text -> changed.put("description", text));
                return changed;
            }
        };
    }

    /// As `base`, without the tools of these own names.
    static NameTable.Selection without(NameTable.Selection base, Set<String> hidden) {
        return hidden.isEmpty() ? base : filtered(base, own -> !hidden.contains(own));
    }

    /// As `base`, but only what one of the patterns `server/tool` names.
    static NameTable.Selection narrowed(
            NameTable.Selection base, String server, List<String> patterns) {
        var chosen = ToolPattern.all(patterns);
        return filtered(
                base, own -> chosen.stream().anyMatch(pattern -> pattern.matches(server, own)));
    }

    private static NameTable.Selection filtered(NameTable.Selection base, Predicate<String> shown) {
        return new NameTable.Selection() {
            @Override
            public boolean shows(String own) {
                return base.shows(own) && shown.test(own);
            }

            @Override
            public ObjectNode shown(String own, ObjectNode definition) {
                return base.shown(own, definition);
            }
        };
    }
}
