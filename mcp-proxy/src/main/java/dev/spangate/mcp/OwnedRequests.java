package dev.spangate.mcp;

import dev.spangate.linking.Level;
import dev.spangate.linking.OperationRecording;
import dev.spangate.linking.OperationStart;
import dev.spangate.linking.TraceLinker;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// Serves requests that one server owns, tools aside: prompts, resources, completions, tasks, and
/// methods that the gateway does not know where there is one server.
final class OwnedRequests {
    private final UpstreamServers servers;
    private final Catalog catalog;
    private final Tables tables;
    private final Tasks tasks;
    private final Bridge bridge;
    private final TraceLinker linker;

    OwnedRequests(Backends backends, Bridge bridge, TraceLinker linker) {
        this.servers = backends.servers();
        this.catalog = backends.catalog();
        this.tables = backends.tables();
        this.tasks = backends.tasks();
        this.bridge = bridge;
        this.linker = linker;
    }

    /// `prompts/get`.
    void prompt(Visit visit) {
        var name = required(visit, "name");
        var prompt =
                tables.prompt(view(visit), name, discovery(visit))
                        .orElseThrow(() -> RpcFault.invalidParams("Unknown prompt: " + name));
        var params = visit.request().params().deepCopy();
        params.put("name", prompt.own());
        relay(visit, server(prompt.server()), params, Map.of("gen_ai.prompt.name", name));
    }

    /// `resources/read`, and with sessions `resources/subscribe` and `resources/unsubscribe`.
    void resource(Visit visit) {
        var uri = required(visit, "uri");
        relay(
                visit,
                resourceOwner(visit, uri),
                visit.request().params().deepCopy(),
                Map.of("mcp.resource.uri", withoutQuery(uri)));
    }

    /// The server that has a resource.
    ///
    /// @throws RpcFault no server is known to have it
    UpstreamServer resourceOwner(Visit visit, String uri) {
        var only = only(visit);
        return only.orElseGet(() ->
                tables.resourceOwner(view(visit), uri, discovery(visit))
                        .map(this::server)
                        .orElseThrow(() -> unknownResource(visit, uri)));
    }

    /// `completion/complete`: belongs to whoever owns the prompt or the template.
    void completion(Visit visit) {
        var ref = Json.child(visit.request().params(), "ref");
        var params = visit.request().params().deepCopy();
        var name = Json.string(ref, "name");
        if (name != null) {
            var prompt =
                    tables.prompt(view(visit), name, discovery(visit))
                            .orElseThrow(() -> RpcFault.invalidParams("Unknown prompt: " + name));
            params.withObjectProperty("ref").put("name", prompt.own());
            relay(visit, server(prompt.server()), params, Map.of());
            return;
        }
        var uri = Json.string(ref, "uri");
        if (uri == null) {
            throw RpcFault.invalidParams("`params.ref` must name a prompt or a resource template");
        }
        relay(visit, resourceOwner(visit, uri), params, Map.of());
    }

    /// The server that runs a task, if it is one of this credential's and its server is seen here.
    Optional<UpstreamServer> taskOwner(Visit visit, String id) {
        return tasks.owner(visit.exchange(), id)
                .filter(visit.exchange().endpoint()::shows)
                .flatMap(servers::find);
    }

    /// Methods that name a task.
    void task(Visit visit) {
        var id = Json.string(visit.request().params(), "taskId");
        var owner =
                (id == null ? Optional.<UpstreamServer>empty() : taskOwner(visit, id))
                        .or(() -> only(visit));
        relay(
                visit,
                owner.orElseThrow(() -> RpcFault.invalidParams("Unknown task: " + id)),
                visit.request().params().deepCopy(),
                Map.of());
    }

    /// Anything else goes to the endpoint's one server.
    void unknown(Visit visit) {
        var owner =
                only(visit)
                        .orElseThrow(() ->
                                RpcFault.methodNotFound(
                                        visit.exchange().client().revision(),
                                        visit.request().method()));
        relay(visit, owner, visit.request().params().deepCopy(), Map.of());
    }

    private void relay(
            Visit visit, UpstreamServer server, ObjectNode params, Map<String, Object> more) {
        var attributes = visit.exchange().attributes(visit.request());
        attributes.putAll(ServerAttributes.of(server));
        attributes.putAll(more);
        var origin = visit.exchange().origin(visit.request().meta());
        var start =
                new OperationStart(
                        origin, visit.request().method(), true, Level.DEBUG, null, attributes);
        try (var span = linker.start(start)) {
            var headers = Propagation.inject(params, span.span(), origin);
            deliver(visit, new Outgoing(server, params, headers, span::child), span);
        }
    }

    private void deliver(Visit visit, Outgoing outgoing, OperationRecording span) {
        try {
            var reply = EraResults.forClient(visit, bridge.request(visit, outgoing));
            if (reply instanceof UpstreamReply.Result(var result)) {
                tables.learn(outgoing.server().name(), result);
                tasks.learn(visit.exchange(), outgoing.server().name(), result);
            }
            visit.channel()
                    .finish(
                            status(visit, reply),
                            ServerMessages.answer(visit.request().id(), reply));
            span.end(Outcomes.of(reply), null, Outcomes.attributes(reply));
        } catch (McpUpstreamException failure) {
            if (failure.kind() == McpUpstreamException.Kind.CANCELLED) {
                visit.channel().abandon();
            } else {
                span.end(Outcomes.of(failure), null, Map.of());
                throw RpcFault.upstream(failure);
            }
        }
    }

    /// A stateless client learns from the status that nobody knows a method.
    private static int status(Visit visit, UpstreamReply reply) {
        boolean unknown =
                reply instanceof UpstreamReply.RpcError error
                        && error.code() == JsonRpc.METHOD_NOT_FOUND;
        return unknown && visit.exchange().modern()
                ? 404
                : EraResults.status(visit.exchange(), reply);
    }

    private View view(Visit visit) {
        return catalog.view(visit.exchange().endpoint(), visit.exchange().client());
    }

    private Optional<UpstreamServer> only(Visit visit) {
        var all = catalog.of(view(visit));
        return all.size() == 1 && !visit.exchange().endpoint().isVirtual()
                ? Optional.of(all.getFirst().server())
                : Optional.empty();
    }

    private UpstreamServer server(String name) {
        return servers.find(name)
                .orElseThrow(() -> RpcFault.invalidParams("MCP server '" + name + "' is gone"));
    }

    private Discovery discovery(Visit visit) {
        return visit.exchange().discovery(linker, visit.request());
    }

    private static String required(Visit visit, String field) {
        var value = Json.string(visit.request().params(), field);
        if (value == null) {
            throw RpcFault.invalidParams("`params." + field + "` must be a string");
        }
        return value;
    }

    private static RpcFault unknownResource(Visit visit, String uri) {
        return new RpcFault(
                200,
                visit.exchange().modern() ? JsonRpc.INVALID_PARAMS : JsonRpc.RESOURCE_NOT_FOUND,
                "Resource not found",
                Json.object().put("uri", uri));
    }

    /// Credentials hide in queries and before hosts.
    private static String withoutQuery(String uri) {
        int query = uri.indexOf('?');
        return (query < 0 ? uri : uri.substring(0, query)).replaceFirst("//[^/@]*@", "//");
    }
}
