package dev.spangate.gateway;

import dev.spangate.linking.TraceLinker;
import dev.spangate.telemetry.Telemetry;
import dev.spangate.telemetry.TelemetryException;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/// `/api`: what is going on, and the journal's replay. Links are [LinksApi]'s, MCP servers are
/// [ServersApi]'s.
final class AdminApi implements HttpService {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int USUAL_CHAINS = 20;
    private static final int MOST_CHAINS = 1000;

    private final GatewayConfig config;
    private final Telemetry telemetry;
    private final TraceLinker linker;
    private final Instant started = Instant.now();

    AdminApi(GatewayConfig config, Telemetry telemetry, TraceLinker linker) {
        this.config = config;
        this.linker = linker;
        this.telemetry = telemetry;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get("/status", this::status)
                .get("/telemetry", this::telemetry)
                .post("/telemetry/replay", this::replay)
                .get("/chains", this::chains);
    }

    private void status(ServerRequest request, ServerResponse response) {
        var node = JsonNodeFactory.instance.objectNode();
        node.put("name", config.name())
                .put("version", Version.number())
                .put("startedAt", started.toString())
                .put("pid", ProcessHandle.current().pid());
        JsonAnswer.ok(response, node);
    }

    private void telemetry(ServerRequest request, ServerResponse response) {
        JsonAnswer.ok(response, JSON.valueToTree(telemetry.status()));
    }

    /// `{"to": "langfuse", "since": "2026-11-24T18:00:00Z"}`; answers when it is done.
    private void replay(ServerRequest request, ServerResponse response) {
        try {
            var body = JSON.readTree(request.content().as(byte[].class));
            var since = Instant.parse(body.path("since").asString(""));
            JsonAnswer.ok(
                    response,
                    JSON.valueToTree(telemetry.replay(body.path("to").asString(""), since)));
        } catch (JacksonException | DateTimeParseException _) {
            JsonAnswer.error(
                    response,
                    Status.BAD_REQUEST_400,
                    "bad_request",
                    "send {\"to\": DESTINATION, \"since\": \"2026-11-24T18:00:00Z\"}");
        } catch (TelemetryException e) {
            JsonAnswer.error(
                    response,
                    Status.NOT_FOUND_404,
                    "unknown_destination",
                    String.valueOf(e.getMessage()));
        }
    }

    /// `?limit=20&since=EPOCH_NANOS`
    private void chains(ServerRequest request, ServerResponse response) {
        long limit = number(request, "limit", USUAL_CHAINS);
        long since = number(request, "since", 0);
        JsonAnswer.ok(
                response,
                ChainDocument.of(
                        telemetry.recent(),
                        since,
                        Math.clamp(limit, 1, MOST_CHAINS),
                        linker::explain));
    }

    private static long number(ServerRequest request, String name, long otherwise) {
        try {
            return request.query().first(name).map(Long::parseLong).orElse(otherwise);
        } catch (NumberFormatException _) {
            return otherwise;
        }
    }
}
