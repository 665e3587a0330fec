package dev.spangate.gateway;

import dev.spangate.mcp.McpServers;
import dev.spangate.mcp.ShownTools;
import dev.spangate.proxy.SettingsException;
import dev.spangate.telemetry.KnownSecrets;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.lang.System.Logger.Level;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `/api/mcp/servers`: list, add, change, remove, reconnect, approve changed tools.
///
/// A body is an entry of `mcp.servers`. What comes this way may not start commands on this machine
/// or reach private addresses, unless `mcp.registration` lets it.
final class ServersApi implements HttpService {
    private static final System.Logger LOG = System.getLogger("spangate.config");
    private static final JsonMapper JSON = JsonMapper.shared();

    private final McpServers servers;
    private final ServerDocument documents;
    private final ShownTools tools;
    private final KnownSecrets secrets;
    private final Optional<ServersFile> file;

    ServersApi(
            McpServers servers,
            ShownTools tools,
            KnownSecrets secrets,
            Optional<ServersFile> file) {
        this.secrets = secrets;
        this.servers = servers;
        this.tools = tools;
        this.documents = new ServerDocument(tools);
        this.file = file;
        file.ifPresent(stored -> stored.read().forEach(this::restore));
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get("/", this::list)
                .post("/", this::add)
                .get("/{name}", this::one)
                .put("/{name}", this::change)
                .delete("/{name}", this::remove)
                .post("/{name}/reconnect", this::reconnect)
                .post("/{name}/tools/approve", this::approve);
    }

    private void list(ServerRequest request, ServerResponse response) {
        var document = JsonNodeFactory.instance.objectNode();
        var array = document.putArray("servers");
        servers.all().forEach(server -> array.add(documents.of(server)));
        JsonAnswer.ok(response, document);
    }

    private void one(ServerRequest request, ServerResponse response) {
        servers.find(name(request))
                .ifPresentOrElse(
                        server -> JsonAnswer.ok(response, documents.of(server)),
                        () -> unknown(request, response));
    }

    private void add(ServerRequest request, ServerResponse response) {
        if (body(request) instanceof ObjectNode body && body.path("name").isString()) {
            var name = body.remove("name").asString();
            if (servers.find(name).isPresent()) {
                JsonAnswer.error(
                        response,
                        Status.CONFLICT_409,
                        "exists",
                        "there is a server '" + name + "'; PUT changes it");
                return;
            }
            put(name, body, response, Status.CREATED_201);
        } else {
            invalid(response, "the body must be an object with a `name`");
        }
    }

    private void change(ServerRequest request, ServerResponse response) {
        if (body(request) instanceof ObjectNode body) {
            put(name(request), body, response, Status.OK_200);
        } else {
            invalid(response, "the body must be an object, an entry of mcp.servers");
        }
    }

    private void put(String name, ObjectNode body, ServerResponse response, Status status) {
        if (isFromFile(name)) {
            fromFile(name, response);
            return;
        }
        try {
            secrets.add(ConfigFile.secretsIn(body));
            servers.put(name, body);
        } catch (SettingsException e) {
            invalid(response, String.valueOf(e.getMessage()));
            return;
        }
        file.ifPresent(stored -> stored.put(name, body));
        servers.find(name)
                .ifPresent(server -> JsonAnswer.send(response, status, documents.of(server)));
    }

    /// What was stored and is not allowed any more is left out, not the end of the process.
    private void restore(String name, JsonNode entry) {
        try {
            if (!isFromFile(name)) {
                secrets.add(ConfigFile.secretsIn(entry));
                servers.put(name, entry);
            }
        } catch (SettingsException e) {
            LOG.log(Level.WARNING, "admin.servers-file: {0}", e.getMessage());
        }
    }

    private void remove(ServerRequest request, ServerResponse response) {
        var name = name(request);
        if (isFromFile(name)) {
            fromFile(name, response);
        } else if (servers.remove(name)) {
            file.ifPresent(stored -> stored.remove(name));
            response.status(Status.NO_CONTENT_204).send();
        } else {
            unknown(request, response);
        }
    }

    private void reconnect(ServerRequest request, ServerResponse response) {
        if (servers.reconnect(name(request))) {
            one(request, response);
        } else {
            unknown(request, response);
        }
    }

    /// `{"tool": "its own name"}`, or all without a body: changed definitions are taken for good.
    private void approve(ServerRequest request, ServerResponse response) {
        if (servers.find(name(request)).isEmpty()) {
            unknown(request, response);
            return;
        }
        var tool = Optional.ofNullable(body(request).path("tool").asString(null));
        int approved = tools.approve(name(request), tool);
        JsonAnswer.ok(response, JsonNodeFactory.instance.objectNode().put("approved", approved));
    }

    private boolean isFromFile(String name) {
        return servers.find(name)
                .filter(server -> server.source() == McpServers.Source.CONFIGURATION)
                .isPresent();
    }

    private static void fromFile(String name, ServerResponse response) {
        JsonAnswer.error(
                response,
                Status.CONFLICT_409,
                "configured",
                "'" + name + "' stands in the configuration file; change it there");
    }

    private static void unknown(ServerRequest request, ServerResponse response) {
        JsonAnswer.error(
                response,
                Status.NOT_FOUND_404,
                "unknown_server",
                "there is no server '" + name(request) + "'");
    }

    private static void invalid(ServerResponse response, String message) {
        JsonAnswer.error(response, Status.BAD_REQUEST_400, "invalid", message);
    }

    private static JsonNode body(ServerRequest request) {
        try {
            return JSON.readTree(request.content().as(byte[].class));
        } catch (JacksonException _) {
            return JsonNodeFactory.instance.missingNode();
        }
    }

    private static String name(ServerRequest request) {
        return request.path().pathParameters().get("name");
    }
}
