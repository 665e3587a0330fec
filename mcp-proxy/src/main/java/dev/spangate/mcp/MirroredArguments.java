package dev.spangate.mcp;

import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import java.math.BigDecimal;
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
    static final MirroredArguments NONE = new MirroredArguments(Map.of(), null);
    private static final String KEY = "x-mcp-header";
    private static final String PREFIX = "Mcp-Param-";
    private static final int MAX_UNKNOWN = 32;
    private static final int MAX_NUMBER = 100;
    private static final Pattern PLAIN = Pattern.compile("[\\x20-\\x7e]{0,4096}");
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
            var value = at(arguments, path);
            if (isMirrored(value)) {
                headers.put(PREFIX + name, OutgoingCall.headerValue(value.asString()));
            }
        });
        return headers;
    }

    /// Checks what a client sent: a header for each argument that has one, and the same in both.
    ///
    /// @throws RpcFault -32020, they differ
    void check(Headers headers, JsonNode arguments) {
        declared.forEach((name, path) -> {
            var header = PREFIX + name;
            var value = at(arguments, path);
            var raw = ModernRules.header(headers, HeaderNames.create(header)).orElse(null);
            if (raw == null) {
                if (isMirrored(value)) {
                    throw ModernRules.mismatch(header, "is missing; the body has its argument");
                }
            } else if (!same(ModernRules.decoded(header, raw), value)) {
                throw ModernRules.mismatch(
                        header,
                        "says '" + ModernRules.shown(raw) + "', the body says something else");
            }
        });
    }

    /// The headers of a client that no declaration explains, as they came: a server may know them.
    Map<String, String> unknown(Headers headers) {
        var unknown = new LinkedHashMap<String, String>();
        for (var header : headers) {
            var name = header.name();
            if (name.regionMatches(true, 0, PREFIX, 0, PREFIX.length())
                    && declared.keySet().stream()
                            .noneMatch(known -> name.equalsIgnoreCase(PREFIX + known))
                    && unknown.size() < MAX_UNKNOWN
                    && PLAIN.matcher(header.get()).matches()) {
                unknown.put(name, header.get());
            }
        }
        return unknown;
    }

    private static JsonNode at(JsonNode arguments, List<String> path) {
        var value = arguments;
        for (var key : path) {
            value = value.path(key);
        }
        return value;
    }

    private static boolean isMirrored(JsonNode value) {
        return value.isString() || value.isBoolean() || value.isIntegralNumber();
    }

    /// Numbers by value: who writes `2` as `2.0` in one place means the same.
    private static boolean same(String header, JsonNode value) {
        if (!value.isNumber()) {
            return isMirrored(value) && header.equals(value.asString());
        }
        try {
            return header.length() <= MAX_NUMBER
                    && new BigDecimal(header).compareTo(value.decimalValue()) == 0;
        } catch (NumberFormatException noNumber) {
            return false;
        }
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
