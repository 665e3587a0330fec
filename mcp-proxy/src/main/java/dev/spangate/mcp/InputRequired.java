package dev.spangate.mcp;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Reads and builds `input_required` results (2026-07-28, multi round-trip requests).
final class InputRequired {
    private InputRequired() {}

    /// One thing that a server wants to know.
    record Wanted(String method, ObjectNode params) {}

    static boolean is(ObjectNode result) {
        return "input_required".equals(Json.string(result, "resultType"));
    }

    /// What is wanted, by the server's keys, in order.
    static Map<String, Wanted> requests(ObjectNode result) {
        var wanted = new LinkedHashMap<String, Wanted>();
        var requests = Json.child(result, "inputRequests");
        if (requests != null) {
            for (var entry : requests.properties()) {
                var method = Json.string(entry.getValue(), "method");
                if (method != null) {
                    var params = Json.child(entry.getValue(), "params");
                    wanted.put(
                            entry.getKey(),
                            new Wanted(method, params == null ? Json.object() : params));
                }
            }
        }
        return wanted;
    }

    static ObjectNode of(Map<String, Wanted> wanted, String requestState) {
        var result = Json.object();
        result.put("resultType", "input_required");
        var requests = result.putObject("inputRequests");
        wanted.forEach((key, each) -> {
            var request = requests.putObject(key);
            request.put("method", each.method());
            request.set("params", each.params());
        });
        result.put("requestState", requestState);
        return result;
    }

    /// What says "no" to a request of this kind, or null where nothing does.
    static @Nullable ObjectNode refusal(String method) {
        return switch (method) {
            case "elicitation/create" -> Json.object().put("action", "cancel");
            case "roots/list" -> {
                var none = Json.object();
                none.putArray("roots");
                yield none;
            }
            default -> null;
        };
    }
}
