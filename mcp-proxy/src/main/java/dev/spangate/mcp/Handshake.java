package dev.spangate.mcp;

import dev.spangate.mcp.McpUpstreamException.Kind;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The first exchange of a session: `server/discover`, or `initialize` and its confirmation.
final class Handshake {
    private final UpstreamSession session;
    private final UpstreamCall.Caller caller;
    private final Duration time;

    /// @param caller whom the session is for
    /// @param time how long each answer may take
    Handshake(UpstreamSession session, UpstreamCall.Caller caller, Duration time) {
        this.session = session;
        this.caller = caller;
        this.time = time;
    }

    /// Says hello to a modern server.
    ///
    /// @return null if the server answered that it is none
    /// @throws TransportFailure if it did not answer
    @Nullable ServerHello discover() {
        var reply = ask();
        if (reply instanceof UpstreamReply.RpcError(var code, _, var data)
                && code == JsonRpc.UNSUPPORTED_VERSION
                && data != null
                && speaksModern(data.get("supported"))) {
            reply = ask(); // refused what it says it supports: once more
        }
        return switch (reply) {
            case UpstreamReply.Result(var result) ->
                    speaksModern(result.get("supportedVersions")) ? modern(result) : null;
            case UpstreamReply.RpcError(var code, var message, _) when isModernError(code) ->
                    throw TransportFailure.status(
                            Kind.PROTOCOL, 400, "refused server/discover: " + message);
            case UpstreamReply.RpcError _ -> null;
        };
    }

    private UpstreamReply ask() {
        return session.request(call("server/discover", Json.object()), Revision.V2026_07_28);
    }

    /// Opens a session with a legacy server.
    ///
    /// @throws TransportFailure if it does not shake hands
    ServerHello initialize() {
        var offered = offered();
        var params = Json.object().put("protocolVersion", offered.wire());
        params.set("capabilities", caller.profile().capabilities().deepCopy());
        params.set("clientInfo", clientInfo());
        var result =
                switch (session.request(call("initialize", params), offered)) {
                    case UpstreamReply.Result(var answer) -> answer;
                    case UpstreamReply.RpcError(var code, var message, _) ->
                            throw new TransportFailure(
                                    Kind.PROTOCOL,
                                    "refused initialize: %s (%d)".formatted(message, code));
                };
        var version = String.valueOf(Json.string(result, "protocolVersion"));
        var revision =
                Revision.of(version)
                        .filter(known -> known.era() == Era.LEGACY)
                        .orElseThrow(() ->
                                new TransportFailure(
                                        Kind.PROTOCOL, "speaks the unknown revision " + version));
        var hello = hello(revision, result);
        session.greeted(hello);
        session.notify(call("notifications/initialized", Json.object()), revision);
        return hello;
    }

    private ServerHello modern(ObjectNode result) {
        var hello = hello(Revision.V2026_07_28, result);
        session.greeted(hello);
        return hello;
    }

    private static ServerHello hello(Revision revision, ObjectNode result) {
        var info = Json.child(result, "serverInfo");
        var meta = Json.child(result, "_meta");
        var metaInfo = Json.child(meta, "io.modelcontextprotocol/serverInfo");
        var capabilities = Json.child(result, "capabilities");
        return new ServerHello(
                revision,
                capabilities == null ? Json.object() : capabilities,
                info != null ? info : metaInfo != null ? metaInfo : Json.object(),
                Json.string(result, "instructions"));
    }

    /// The client's own revision, so that the server treats it as it would directly; the newest
    /// legacy one for others.
    private Revision offered() {
        var spoken = caller.profile().revision();
        return spoken.era() == Era.LEGACY ? spoken : Revision.V2025_11_25;
    }

    private ObjectNode clientInfo() {
        var info = caller.profile().info();
        return (info.isEmpty() ? ClientProfile.gateway().info() : info).deepCopy();
    }

    private UpstreamCall call(String method, ObjectNode params) {
        return new UpstreamCall(
                method,
                params,
                new UpstreamCall.Caller("", caller.profile()),
                Map.of(),
                time,
                MessageListener.deaf());
    }

    private static boolean isModernError(int code) {
        return code == JsonRpc.HEADER_MISMATCH || code == JsonRpc.MISSING_CAPABILITY;
    }

    private static boolean speaksModern(@Nullable JsonNode versions) {
        if (versions == null) {
            return false;
        }
        for (var version : versions) {
            if (version.asString("").equals(Revision.V2026_07_28.wire())) {
                return true;
            }
        }
        return false;
    }
}
