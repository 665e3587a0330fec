package dev.spangate.gateway;

import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerResponse;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/// Answers of the admin API.
final class JsonAnswer {
    private static final JsonMapper JSON = JsonMapper.shared();

    private JsonAnswer() {}

    static void ok(ServerResponse response, JsonNode body) {
        send(response, Status.OK_200, body);
    }

    static void send(ServerResponse response, Status status, JsonNode body) {
        response.status(status)
                .header(HeaderValues.CONTENT_TYPE_JSON)
                .header(HeaderValues.CACHE_NO_CACHE)
                .send(JSON.writeValueAsBytes(body));
    }

    static void error(ServerResponse response, Status status, String code, String message) {
        var body = JsonNodeFactory.instance.objectNode();
        body.putObject("error").put("code", code).put("message", message);
        send(response, status, body);
    }
}
