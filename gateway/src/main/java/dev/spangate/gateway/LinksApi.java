package dev.spangate.gateway;

import dev.spangate.linking.TraceLinker;
import dev.spangate.telemetry.ExportedSpan;
import dev.spangate.telemetry.Telemetry;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/// `/api/links/{id}`: why a tool execution was linked to a model's answer, or why not.
///
/// `id` is the span id of a tool execution or a tool-call id. The answer holds the callers' own
/// ids, of all callers: it is for the operator alone.
final class LinksApi implements HttpService {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int MAX_ID = 4096;
    private static final int SHOWN_ID = 100;

    private final TraceLinker linker;
    private final Telemetry telemetry;

    LinksApi(TraceLinker linker, Telemetry telemetry) {
        this.linker = linker;
        this.telemetry = telemetry;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get("/", this::without).get("/{+id}", this::link);
    }

    private void without(ServerRequest request, ServerResponse response) {
        JsonAnswer.error(
                response, Status.NOT_FOUND_404, "unknown_id", "/api/links/ID: " + whichIds());
    }

    private void link(ServerRequest request, ServerResponse response) {
        var id = request.path().pathParameters().get("id");
        var known = id.length() > MAX_ID ? List.of() : linker.explain(id);
        if (!known.isEmpty()) {
            JsonAnswer.ok(response, document(id, JSON.valueToTree(known)));
            return;
        }
        var span = telemetry.recent().stream().filter(one -> one.spanId().equals(id)).findFirst();
        if (span.isPresent() && ChainDocument.isTool(span.get())) {
            var links = JsonNodeFactory.instance.arrayNode().add(fromSpan(span.get()));
            JsonAnswer.ok(response, document(id, links));
        } else {
            JsonAnswer.error(
                    response,
                    Status.NOT_FOUND_404,
                    "unknown_id",
                    span.map(LinksApi::noTool).orElseGet(() -> unknown(id)));
        }
    }

    private static JsonNode document(String id, JsonNode links) {
        var document = JsonNodeFactory.instance.objectNode();
        document.put("id", id).set("links", links);
        return document;
    }

    /// What is left of one that the linker has forgotten: its span.
    static JsonNode fromSpan(ExportedSpan span) {
        var link = ChainDocument.link(span);
        var node = JsonNodeFactory.instance.objectNode();
        boolean linked = link.path("requestedBy").isString();
        node.put("spanId", span.spanId())
                .put("traceId", span.traceId())
                .put("tool", String.valueOf(span.attributes().get("gen_ai.tool.name")))
                .put("startNanos", span.startNanos())
                .put("state", linked ? "linked" : "unlinked")
                .put("reason", "the evidence is not kept any more; this is what its span says");
        node.set("method", link.path("method"));
        node.set("confidence", link.path("confidence"));
        node.set("requestedBy", link.path("requestedBy"));
        node.set("candidateCount", link.path("candidates"));
        node.putObject("sent");
        node.putArray("candidates");
        node.putArray("executions");
        node.putArray("advice");
        return node;
    }

    private static String noTool(ExportedSpan span) {
        return "%s is the span of `%s`, which is no tool execution: %s"
                .formatted(span.spanId(), Terminal.plain(span.name()), whichIds());
    }

    private static String unknown(String id) {
        var shown = id.length() > SHOWN_ID ? id.substring(0, SHOWN_ID) + "…" : id;
        boolean trace = id.matches("[0-9a-fA-F]{32}");
        return "nothing is known of '%s'%s: %s"
                .formatted(
                        Terminal.plain(shown),
                        trace ? ", which looks like a trace id" : "",
                        whichIds());
    }

    private static String whichIds() {
        return "give the span id of a tool execution (16 hex digits, ./spangate chains shows them) or a"
                + " tool-call id as the model issued it (call_…, toolu_…); the latest executions of"
                + " each caller are known, for at most 24 hours";
    }
}
