package dev.spangate.telemetry;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Replaces what an operator's patterns match (`redact`), in linear time and so that JSON stays
/// JSON. Stateless.
///
/// Texts inside JSON are matched as they were before they were escaped, JSON inside a text (a tool
/// call's arguments) likewise, numbers as they are written. Names of fields stay.
final class Redaction {
    static final Redaction NONE = new Redaction(List.of());

    private static final String MASK = "***";
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int DEEPEST = 4;

    /// Ids that spans are joined by; a row of digits in them is nobody's card number.
    private static final Set<String> IDS =
            Set.of(
                    "gen_ai.tool.call.id",
                    "gen_ai.response.id",
                    "gen_ai.conversation.id",
                    "jsonrpc.request.id",
                    "mcp.session.id",
                    "langfuse.session.id",
                    "session.id",
                    "langfuse.observation.metadata.tool_call_id");

    private final List<Pattern> patterns;

    private Redaction(List<Pattern> patterns) {
        this.patterns = patterns;
    }

    /// @throws TelemetryException if one is no pattern
    static Redaction of(List<String> patterns) {
        var compiled = new ArrayList<Pattern>(patterns.size());
        for (String pattern : patterns) {
            compiled.add(compiled("telemetry.redact", pattern));
        }
        return compiled.isEmpty() ? NONE : new Redaction(compiled);
    }

    /// @param path of the setting, for the message
    static Pattern compiled(String path, String pattern) {
        try {
            var compiled = Pattern.compile(pattern);
            if (compiled.matches("") || compiled.matcher("").find()) {
                throw new TelemetryException(
                        "%s: '%s' matches the empty text, so it would match everywhere"
                                .formatted(path, pattern));
            }
            return compiled;
        } catch (PatternSyntaxException e) {
            throw new TelemetryException(
                    "%s: '%s' is no pattern of RE2 (no look-around, no back references): %s"
                            .formatted(path, pattern, e.getDescription()),
                    e);
        }
    }

    boolean isNone() {
        return patterns.isEmpty();
    }

    /// An attribute's value; ids stay.
    String apply(String key, String text) {
        return IDS.contains(key) || key.startsWith("spangate.") ? text : apply(text);
    }

    String apply(String text) {
        return patterns.isEmpty() ? text : redacted(text, 0);
    }

    private String redacted(String text, int depth) {
        boolean json = depth < DEEPEST && isContainer(text);
        if (!json || (text.indexOf('\\') < 0 && !found(text))) {
            return json ? text : replaced(text);
        }
        try {
            var tree = JSON.readTree(text);
            var changed = redacted(tree, depth + 1);
            return changed.equals(tree) ? text : JSON.writeValueAsString(changed);
        } catch (JacksonException _) {
            return replaced(text);
        }
    }

    private JsonNode redacted(JsonNode node, int depth) {
        if (node.isString()) {
            return JSON.getNodeFactory().stringNode(redacted(node.asString(), depth));
        }
        if (node.isNumber()) {
            return found(node.asString()) ? JSON.getNodeFactory().stringNode(MASK) : node;
        }
        if (node instanceof ObjectNode object) {
            var copy = JSON.createObjectNode();
            object.properties()
                    .forEach(entry -> copy.set(entry.getKey(), redacted(entry.getValue(), depth)));
            return copy;
        }
        if (node instanceof ArrayNode array) {
            var copy = JSON.createArrayNode();
            array.forEach(element -> copy.add(redacted(element, depth)));
            return copy;
        }
        return node;
    }

    private boolean found(String text) {
        for (var pattern : patterns) {
            if (pattern.matcher(text).find()) {
                return true;
            }
        }
        return false;
    }

    private String replaced(String text) {
        String result = text;
        for (var pattern : patterns) {
            result = pattern.matcher(result).replaceAll(MASK);
        }
        return result;
    }

    private static boolean isContainer(String text) {
        return !text.isEmpty() && (text.charAt(0) == '{' || text.charAt(0) == '[');
    }
}
