package dev.spangate.mcp;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Which arguments of a tool a client copies into `Mcp-Param-…` headers, as `x-mcp-header` in its
/// input schema says (2026-07-28, Streamable HTTP).
///
/// @param declared header name to the path of its argument
/// @param fault what makes the tool's definition invalid, null where it is valid
record MirroredArguments(Map<String, List<String>> declared, @Nullable String fault) {
    private static final String KEY = "x-mcp-header";
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+\\-.^_`|~0-9A-Za-z]+");
    private static final Set<String> TYPES = Set.of("string", "integer", "boolean");

    static MirroredArguments of(JsonNode inputSchema) {
        var scan = new Scan();
        scan.visit(inputSchema, List.of(), true);
        return new MirroredArguments(scan.declared, scan.fault);
    }

    /// The headers of one call; an argument that is absent, null or of another type has none.
    Map<String, String> headers(JsonNode arguments) {
        var headers = new LinkedHashMap<String, String>();
        declared.forEach((name, path) -> {
            var value = arguments;
            for (var key : path) {
                value = value.path(key);
            }
            if (value.isString() || value.isBoolean() || value.isIntegralNumber()) {
                headers.put("Mcp-Param-" + name, OutgoingCall.headerValue(value.asString()));
            }
        });
        return headers;
    }

    private static final class Scan {
        private final Map<String, List<String>> declared = new LinkedHashMap<>();
        private final Set<String> names = new HashSet<>();
        private @Nullable String fault;

        /// @param reachable whether the way here went through `properties` alone
        void visit(JsonNode node, List<String> path, boolean reachable) {
            if (node.isArray()) {
                node.forEach(each -> visit(each, path, false));
                return;
            }
            if (!node.isObject() || fault != null) {
                return;
            }
            if (node.has(KEY)) {
                declare(node, path, reachable);
            }
            for (var member : node.properties()) {
                if (member.getKey().equals("properties") && member.getValue().isObject()) {
                    member.getValue()
                            .properties()
                            .forEach(property ->
                                    visit(
                                            property.getValue(),
                                            below(path, property.getKey()),
                                            reachable));
                } else if (!member.getKey().equals(KEY) && !isData(member.getKey())) {
                    visit(member.getValue(), path, false);
                }
            }
        }

        private void declare(JsonNode node, List<String> path, boolean reachable) {
            var name = node.path(KEY).asString("");
            var where = path.isEmpty() ? "the schema itself" : "'" + String.join(".", path) + "'";
            if (!reachable || path.isEmpty()) {
                fault = where + ": " + KEY + " may stand on properties of properties only";
            } else if (!node.get(KEY).isString() || !TOKEN.matcher(name).matches()) {
                fault = where + ": " + KEY + " is not a header name";
            } else if (!TYPES.contains(node.path("type").asString(""))) {
                fault = where + ": " + KEY + " needs a string, integer or boolean";
            } else if (!names.add(name.toLowerCase(Locale.ROOT))) {
                fault = where + ": " + KEY + " '" + name + "' stands twice";
            } else {
                declared.put(name, path);
            }
        }

        /// Keywords whose values are no schemas.
        private static boolean isData(String keyword) {
            return keyword.equals("default")
                    || keyword.equals("const")
                    || keyword.equals("enum")
                    || keyword.equals("examples");
        }

        private static List<String> below(List<String> path, String key) {
            var longer = new ArrayList<>(path);
            longer.add(key);
            return longer;
        }
    }
}
