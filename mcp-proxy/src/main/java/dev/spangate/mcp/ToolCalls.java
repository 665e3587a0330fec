package dev.spangate.mcp;

import dev.spangate.linking.Outcome;
import dev.spangate.linking.ToolEnd;
import dev.spangate.linking.ToolRecording;
import dev.spangate.linking.ToolStart;
import dev.spangate.linking.TraceLinker;
import dev.spangate.proxy.Decision;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Serves `tools/call`: table, link, policy, server, relay, record.
final class ToolCalls {
    private final Backends backends;
    private final Bridge bridge;
    private final Access access;
    private final TraceLinker linker;
    private final OpenExecutions open = new OpenExecutions();
    private final ParamHeaders paramHeaders = new ParamHeaders();

    ToolCalls(Backends backends, Bridge bridge, Access access, TraceLinker linker) {
        this.backends = backends;
        this.bridge = bridge;
        this.access = access;
        this.linker = linker;
    }

    /// A tool and the server that has it.
    ///
    /// @param headers of the client, for that server
    private record Target(
            NameTable.Entry tool, UpstreamServer server, Map<String, String> headers) {}

    /// Serves one call on the request's own thread.
    void call(Visit visit) {
        var name = Json.string(visit.request().params(), "name");
        if (name == null) {
            throw RpcFault.invalidParams("`params.name` must name a tool");
        }
        var arguments = visit.request().params().path("arguments");
        if (!arguments.isMissingNode() && !arguments.isNull() && !arguments.isObject()) {
            throw RpcFault.invalidParams("`params.arguments` must be an object");
        }
        var target = target(visit, name);
        var recording = recording(visit, name, target.orElse(null));
        boolean kept = false;
        try {
            kept = target.isPresent() && allowed(visit, target.get(), recording);
            if (target.isEmpty()) {
                var fault = RpcFault.invalidParams("Unknown tool: " + name);
                refuse(visit, recording, fault, new Outcome.Failed("-32602", fault.text()));
            }
        } finally {
            if (!kept) {
                recording.close();
            }
        }
    }

    private ToolRecording recording(Visit visit, String name, @Nullable Target target) {
        return open.resume(visit).orElseGet(() -> linker.start(start(visit, name, target)));
    }

    /// @return whether the execution goes on after this request
    private boolean allowed(Visit visit, Target target, ToolRecording recording) {
        return switch (access.mayCall(visit.exchange().caller(), target.tool())) {
            case Decision.Deny deny -> {
                var fault = new RpcFault(200, JsonRpc.DENIED, deny.message(), null);
                refuse(visit, recording, fault, new Outcome.Refused(deny.rule(), deny.message()));
                yield false;
            }
            case Decision.Allow _ -> {
                recording.sent();
                yield execute(visit, target, recording);
            }
        };
    }

    private boolean execute(Visit visit, Target target, ToolRecording recording) {
        try {
            var reply = bridge.request(visit, outgoing(visit, target, recording));
            return relay(visit, target, recording, reply);
        } catch (RpcFault fault) {
            var type = Integer.toString(fault.code());
            refuse(visit, recording, fault, new Outcome.Failed(type, fault.text()));
        } catch (McpUpstreamException failure) {
            if (failure.kind() == McpUpstreamException.Kind.CANCELLED) {
                visit.channel().abandon();
                end(recording, new Outcome.Cancelled(), null, false);
            } else {
                refuse(visit, recording, RpcFault.upstream(failure), Outcomes.of(failure));
            }
        }
        return false;
    }

    private boolean relay(
            Visit visit, Target target, ToolRecording recording, UpstreamReply reply) {
        var outcome = Outcomes.of(reply);
        var sent = EraResults.forClient(visit, reply);
        boolean goesOn = false;
        if (sent instanceof UpstreamReply.Result(var result)) {
            backends.tables().learn(target.server().name(), result);
            backends.tasks().learn(visit.exchange(), target.server().name(), result);
            goesOn = InputRequired.is(result) && visit.exchange().modern();
            if (goesOn) {
                open.keep(visit, target.server(), result, recording);
            }
        }
        var json = json(sent);
        if (!goesOn) {
            recording.result(json);
        }
        boolean delivered =
                visit.channel()
                        .finish(
                                EraResults.status(visit.exchange(), sent),
                                ServerMessages.answer(visit.request().id(), sent));
        if (!goesOn) {
            recording.end(new ToolEnd(outcome, json, delivered, Outcomes.attributes(sent)));
        }
        return goesOn;
    }

    private Optional<Target> target(Visit visit, String name) {
        var exchange = visit.exchange();
        var discovery = exchange.discovery(linker, visit.request());
        return backends.tables()
                .tool(
                        backends.catalog().view(exchange.endpoint(), exchange.client()),
                        name,
                        discovery)
                .filter(tool -> access.sees(exchange.caller(), tool))
                .flatMap(tool ->
                        backends.servers()
                                .find(tool.server())
                                .map(server ->
                                        new Target(tool, server, paramHeaders(visit, tool))));
    }

    private Map<String, String> paramHeaders(Visit visit, NameTable.Entry tool) {
        return paramHeaders.check(visit, tool.definition());
    }

    private static ToolStart start(Visit visit, String name, @Nullable Target target) {
        var exchange = visit.exchange();
        var request = visit.request();
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

    private static Outgoing outgoing(Visit visit, Target target, ToolRecording recording) {
        var params = visit.request().params().deepCopy();
        params.put("name", target.tool().own());
        var origin = visit.exchange().origin(visit.request().meta());
        var headers = new HashMap<>(target.headers());
        headers.putAll(Propagation.inject(params, recording.span(), origin));
        return new Outgoing(target.server(), params, headers, recording::child);
    }

    private static void refuse(
            Visit visit, ToolRecording recording, RpcFault fault, Outcome outcome) {
        boolean delivered =
                visit.channel()
                        .finish(
                                fault.status(),
                                ServerMessages.answer(visit.request().id(), fault.toReply()));
        end(recording, outcome, fault.toReply(), delivered);
    }

    private static void end(
            ToolRecording recording,
            Outcome outcome,
            UpstreamReply.@Nullable RpcError error,
            boolean delivered) {
        var attributes = error == null ? Map.<String, Object>of() : Outcomes.attributes(error);
        var json = error == null ? null : json(error);
        recording.end(new ToolEnd(outcome, json, delivered, attributes));
    }

    private static String json(UpstreamReply reply) {
        return switch (reply) {
            case UpstreamReply.Result(var result) -> Json.text(result);
            case UpstreamReply.RpcError error ->
                    Json.text(ServerMessages.answer(null, error).get("error"));
        };
    }
}
