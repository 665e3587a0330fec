package dev.spangate.gateway;

import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Locale;

/// `/health/live`, `/health/ready`, `/health/started`: 200 or 503, the phase as JSON.
///
/// Ready says that this process takes requests. An MCP server or a destination that is down makes
/// nobody unready: its state stands in `/api`.
final class Health implements HttpService {
    private enum Phase {
        STARTING,
        READY,
        DRAINING
    }

    private volatile Phase phase = Phase.STARTING;

    void ready() {
        phase = Phase.READY;
    }

    /// From now on the process takes nothing new.
    void draining() {
        phase = Phase.DRAINING;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get("/", (request, response) -> answer(response, phase == Phase.READY))
                .get("/ready", (request, response) -> answer(response, phase == Phase.READY))
                .get("/live", (request, response) -> answer(response, true))
                .get("/started", this::started);
    }

    private void started(ServerRequest request, ServerResponse response) {
        answer(response, phase != Phase.STARTING);
    }

    private void answer(ServerResponse response, boolean up) {
        response.status(up ? Status.OK_200 : Status.SERVICE_UNAVAILABLE_503)
                .header(HeaderValues.CONTENT_TYPE_JSON)
                .header(HeaderValues.CACHE_NO_CACHE)
                .send(
                        "{\"status\":\"%s\",\"phase\":\"%s\"}\n"
                                .formatted(
                                        up ? "UP" : "DOWN", phase.name().toLowerCase(Locale.ROOT)));
    }
}
