package dev.spangate.gateway;

import dev.spangate.telemetry.Telemetry;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Instant;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/// `/api`: what is going on. Reads only; changes of MCP servers are [ServersApi]'s.
final class AdminApi implements HttpService {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int USUAL_CHAINS = 20;
    private static final int MOST_CHAINS = 1000;

    private final GatewayConfig config;
    private final Telemetry telemetry;
    private final Instant started = Instant.now();

    AdminApi(GatewayConfig config, Telemetry telemetry) {
        this.config = config;
        this.telemetry = telemetry;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get("/status", this::status)
                .get("/telemetry", this::telemetry)
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

    /// `?limit=20&since=EPOCH_NANOS`
    private void chains(ServerRequest request, ServerResponse response) {
        long limit = number(request, "limit", USUAL_CHAINS);
        long since = number(request, "since", 0);
        JsonAnswer.ok(
                response,
                ChainDocument.of(telemetry.recent(), since, Math.clamp(limit, 1, MOST_CHAINS)));
    }

    private static long number(ServerRequest request, String name, long otherwise) {
        try {
            return request.query().first(name).map(Long::parseLong).orElse(otherwise);
        } catch (NumberFormatException _) {
            return otherwise;
        }
    }
}
