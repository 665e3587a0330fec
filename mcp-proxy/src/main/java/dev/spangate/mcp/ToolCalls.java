package dev.spangate.mcp;

import dev.spangate.linking.Outcome;
import dev.spangate.linking.ToolEnd;
import dev.spangate.linking.ToolRecording;
import dev.spangate.linking.ToolStart;
import dev.spangate.linking.TraceLinker;
import dev.spangate.proxy.Action;
import dev.spangate.proxy.Decision;
import dev.spangate.proxy.Policy;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Serves `tools/call`: table, link, policy, server, relay, record.
final class ToolCalls {
    private static final System.Logger LOG = System.getLogger(ToolCalls.class.getName());

    private final UpstreamServers servers;
    private final Catalog catalog;
    private final Policy policy;
    private final TraceLinker linker;

    ToolCalls(UpstreamServers servers, Catalog catalog, Policy policy, TraceLinker linker) {
        this.servers = servers;
        this.catalog = catalog;
        this.policy = policy;
        this.linker = linker;
    }

    /// A tool and the server that has it.
    private record Target(ToolTable.Tool tool, UpstreamServer server) {}

    /// Serves one call on the request's own thread.
    void call(Exchange exchange, ClientMessage.Request request, AnswerChannel channel) {
        var name = Json.string(request.params(), "name");
        if (name == null) {
            throw RpcFault.invalidParams("`params.name` must name a tool");
        }
        var target = target(exchange, request, name);
        try (var recording = linker.start(start(exchange, request, name, target.orElse(null)))) {
            if (target.isEmpty()) {
                var fault = RpcFault.invalidParams("Unknown tool: " + name);
                answer(
                        channel,
                        request,
                        recording,
                        fault,
                        new Outcome.Failed("-32602", fault.text()));
                return;
            }
            switch (decide(exchange, target.get())) {
                case Decision.Deny deny ->
                        answer(
                                channel,
                                request,
                                recording,
                                new RpcFault(200, JsonRpc.DENIED, deny.message(), null),
                                new Outcome.Refused(deny.rule(), deny.message()));
                case Decision.Allow _ -> {
                    recording.sent();
                    execute(exchange, request, channel, target.get(), recording);
                }
            }
        }
    }

    private void execute(
            Exchange exchange,
            ClientMessage.Request request,
            AnswerChannel channel,
            Target target,
            ToolRecording recording) {
        var call = upstreamCall(exchange, request, channel, target, recording);
        try (var _ = Running.of(exchange, request, channel, call)) {
            var reply = target.server().request(call);
            var end = outcome(reply);
            var sent = EraResults.forClient(exchange.client().revision(), reply);
            boolean delivered =
                    channel.finish(
                            EraResults.status(exchange, reply),
                            ServerMessages.answer(request.id(), sent));
            recording.end(new ToolEnd(end, json(sent), delivered, statusCode(reply)));
        } catch (McpUpstreamException failure) {
            if (failure.kind() == McpUpstreamException.Kind.CANCELLED) {
                channel.abandon();
                recording.end(new ToolEnd(new Outcome.Cancelled(), null, false, Map.of()));
            } else {
                var fault = RpcFault.upstream(failure);
                answer(
                        channel,
                        request,
                        recording,
                        fault,
                        new Outcome.Failed(failure.errorType(), fault.text()));
            }
        }
    }

    private Optional<Target> target(Exchange exchange, ClientMessage.Request request, String name) {
        return catalog.tool(exchange.endpoint(), name, exchange.discovery(linker, request))
                .flatMap(tool ->
                        servers.find(tool.server()).map(server -> new Target(tool, server)));
    }

    private static ToolStart start(
            Exchange exchange,
            ClientMessage.Request request,
            String name,
            @Nullable Target target) {
        var attributes = exchange.attributes(request);
        if (target != null) {
            attributes.putAll(ServerAttributes.of(target.server()));
        }
        var arguments = request.params().get("arguments");
        return new ToolStart(
                exchange.origin(request.meta()),
                exchange.endpoint().path(),
                target == null ? "" : target.server().name(),
                name,
                arguments == null ? "{}" : Json.text(arguments),
                Exchange.strings(request.meta()),
                exchange.session() == null ? null : exchange.session().id(),
                attributes);
    }

    private Decision decide(Exchange exchange, Target target) {
        try {
            return policy.decide(
                    exchange.caller(),
                    new Action.CallTool(target.server().name(), target.tool().own()));
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "Policy failed: denied", e);
            return new Decision.Deny(403, "policy_error", "Denied: a policy failed");
        }
    }

    private static UpstreamCall upstreamCall(
            Exchange exchange,
            ClientMessage.Request request,
            AnswerChannel channel,
            Target target,
            ToolRecording recording) {
        var params = request.params().deepCopy();
        params.put("name", target.tool().own());
        var headers = Propagation.inject(params, recording.span(), exchange.origin(request.meta()));
        return new UpstreamCall(
                request.method(),
                params,
                exchange.upstreamCaller(),
                headers,
                null,
                new CallListener(exchange, channel, request.meta()));
    }

    private static void answer(
            AnswerChannel channel,
            ClientMessage.Request request,
            ToolRecording recording,
            RpcFault fault,
            Outcome outcome) {
        boolean delivered =
                channel.finish(
                        fault.status(), ServerMessages.answer(request.id(), fault.toReply()));
        recording.end(new ToolEnd(outcome, null, delivered, statusCode(fault.toReply())));
    }

    private static Outcome outcome(UpstreamReply reply) {
        return switch (reply) {
            case UpstreamReply.RpcError error ->
                    new Outcome.Failed(Integer.toString(error.code()), error.message());
            case UpstreamReply.Result(var result) ->
                    isError(result)
                            ? new Outcome.Failed("tool_error", "The tool reported an error")
                            : new Outcome.Completed();
        };
    }

    private static boolean isError(ObjectNode result) {
        var flag = result.get("isError");
        return flag != null && flag.isBoolean() && flag.booleanValue();
    }

    private static String json(UpstreamReply reply) {
        return switch (reply) {
            case UpstreamReply.Result(var result) -> Json.text(result);
            case UpstreamReply.RpcError error ->
                    Json.text(ServerMessages.answer(null, error).get("error"));
        };
    }

    private static Map<String, Object> statusCode(UpstreamReply reply) {
        var attributes = new HashMap<String, Object>();
        if (reply instanceof UpstreamReply.RpcError error) {
            attributes.put("rpc.response.status_code", Integer.toString(error.code()));
        }
        return attributes;
    }
}
