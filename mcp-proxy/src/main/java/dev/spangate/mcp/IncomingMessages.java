package dev.spangate.mcp;

import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCNotification;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCRequest;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCResponse;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCResponse.JSONRPCError;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Brings what one server says to whom it concerns: the call it belongs to, else whoever listens to
/// the session.
///
/// A request of the server that can be assigned to nobody is refused rather than shown to a client
/// it may not concern.
final class IncomingMessages implements Inbound {
    private static final Logger LOG = System.getLogger(IncomingMessages.class.getName());
    private static final String LIST_CHANGED = "/list_changed";

    /// Whose session it is.
    ///
    /// @param server its name, for logs
    /// @param onListChanged told `tools`, `prompts` or `resources`
    /// @param toolHeaders what its lists said of headers
    /// @param ofClient whether a client's request opened it, who will listen soon
    record Scope(
            String server,
            Consumer<String> onListChanged,
            ToolHeaders toolHeaders,
            boolean ofClient) {
        Scope(String server, Consumer<String> onListChanged, ToolHeaders toolHeaders) {
            this(server, onListChanged, toolHeaders, false);
        }

        Scope openedBy(UpstreamCall.Caller caller) {
            return new Scope(server, onListChanged, toolHeaders, !caller.key().isEmpty());
        }
    }

    private final PendingCalls pending;
    private final Scope scope;
    private final Consumer<JSONRPCResponse> respond;
    private final Consumer<TransportFailure> onLost;
    private final Subscribers subscribers = new Subscribers(System::nanoTime);
    private final ConcurrentHashMap<Object, Thread> questions = new ConcurrentHashMap<>();

    IncomingMessages(
            PendingCalls pending,
            Scope scope,
            Consumer<JSONRPCResponse> respond,
            Consumer<TransportFailure> onLost) {
        this.pending = pending;
        this.scope = scope;
        this.respond = respond;
        this.onLost = onLost;
    }

    UpstreamServer.Subscription subscribe(MessageListener listener) {
        subscribers.add(listener).forEach(missed -> tell(listener, missed));
        return () -> subscribers.remove(listener);
    }

    /// A call waits for its answer from now on.
    void callBegan() {
        subscribers.callBegan();
    }

    boolean hasSubscribers() {
        return !subscribers.isEmpty();
    }

    @Override
    public void received(JSONRPCMessage message, @Nullable Object relatedTo) {
        switch (message) {
            case JSONRPCResponse response -> answered(response);
            case JSONRPCNotification notification -> notified(notification, relatedTo);
            case JSONRPCRequest request -> asked(request, relatedTo);
            default ->
                    LOG.log(
                            Level.DEBUG,
                            "MCP server {0} sent an unknown kind of message",
                            scope.server());
        }
    }

    @Override
    public void unreadable(TransportFailure failure, @Nullable Object relatedTo) {
        var call = relatedTo == null ? pending.single() : pending.find(relatedTo);
        if (call == null) {
            LOG.log(Level.WARNING, "MCP server {0} {1}", scope.server(), failure.getMessage());
        } else {
            call.fail(failure);
        }
    }

    @Override
    public void lost(TransportFailure failure) {
        onLost.accept(failure);
    }

    private void answered(JSONRPCResponse response) {
        var call = pending.find(response.id());
        if (call == null) {
            LOG.log(
                    Level.DEBUG,
                    "MCP server {0} answered a request that nobody awaits",
                    scope.server());
        } else {
            call.answer(response);
        }
    }

    private void notified(JSONRPCNotification notification, @Nullable Object relatedTo) {
        var method = notification.method();
        if (method.equals("notifications/progress")) {
            progressed(notification, relatedTo);
            return;
        }
        if (method.equals("notifications/cancelled")) {
            withdraw(notification);
        }
        if (method.endsWith(LIST_CHANGED) && method.startsWith("notifications/")) {
            scope.onListChanged()
                    .accept(
                            method.substring(
                                    "notifications/".length(),
                                    method.length() - LIST_CHANGED.length()));
        }
        var message = envelope(method, tree(notification.params()));
        var owner = ownerOfNotification(method, relatedTo);
        if (owner == null) {
            subscribers.forNotification(message).forEach(listener -> tell(listener, message));
        } else {
            owner.signOfLife();
            tell(owner.call().listener(), message);
        }
    }

    private void progressed(JSONRPCNotification notification, @Nullable Object relatedTo) {
        if (!(tree(notification.params()) instanceof ObjectNode params)) {
            return;
        }
        var token = params.get("progressToken");
        var call =
                token == null
                        ? null
                        : pending.find(
                                token.isNumber() ? (Object) token.asLong() : token.asString(""));
        if (call == null) {
            call = pending.find(relatedTo);
        }
        if (call == null) {
            return;
        }
        call.signOfLife();
        var asked = call.progressToken();
        if (asked != null) {
            params.set("progressToken", asked);
            tell(call.call().listener(), envelope(notification.method(), params));
        }
    }

    /// Log lines on a transport without a stream per request belong to the client's newest call;
    /// other notifications without a relation concern the session.
    private @Nullable PendingCall ownerOfNotification(String method, @Nullable Object relatedTo) {
        if (relatedTo != null) {
            return pending.find(relatedTo);
        }
        return method.equals("notifications/message") ? pending.newestOfOneClient() : null;
    }

    private void asked(JSONRPCRequest request, @Nullable Object relatedTo) {
        if (request.method().equals("ping")) {
            reply(request.id(), new UpstreamReply.Result(Json.object()));
            return;
        }
        var owner = ownerOfQuestion(relatedTo);
        var thread =
                Thread.ofVirtual()
                        .name("mcp-question-" + scope.server())
                        .unstarted(() -> ask(request, relatedTo, owner));
        questions.put(request.id(), thread);
        if (owner != null) {
            owner.asking(thread);
        }
        thread.start();
    }

    private @Nullable PendingCall ownerOfQuestion(@Nullable Object relatedTo) {
        var related = pending.find(relatedTo);
        return related == null ? pending.newestOfOneClient() : related;
    }

    /// Who answers a question that came with no call; one that came before its client did waits.
    private MessageListener listener(@Nullable Object relatedTo) throws InterruptedException {
        if (scope.ofClient()) {
            subscribers.awaitSomebody(() -> ownerOfQuestion(relatedTo) != null);
        }
        var owner = ownerOfQuestion(relatedTo);
        var single = subscribers.single();
        return owner != null
                ? owner.call().listener()
                : single != null ? single : MessageListener.deaf();
    }

    private void ask(
            JSONRPCRequest request, @Nullable Object relatedTo, @Nullable PendingCall owner) {
        var params = tree(request.params()) instanceof ObjectNode object ? object : Json.object();
        UpstreamReply answer;
        try {
            var listener = owner == null ? listener(relatedTo) : owner.call().listener();
            answer =
                    request.id() instanceof String word && !word.isBlank()
                            ? listener.requestNamed(word, request.method(), params)
                            : listener.request(request.method(), params);
        } catch (InterruptedException withdrawn) {
            return;
        } catch (RuntimeException failed) {
            LOG.log(
                    Level.DEBUG,
                    "request {0} of MCP server {1} failed",
                    request.method(),
                    scope.server());
            answer =
                    new UpstreamReply.RpcError(
                            JsonRpc.INTERNAL_ERROR, "The client did not answer", null);
        } finally {
            questions.remove(request.id());
            if (owner != null) {
                owner.asked(Thread.currentThread());
                owner.signOfLife();
            }
        }
        if (!Thread.interrupted()) {
            reply(request.id(), answer);
        }
    }

    /// The server takes back a request of its own.
    private void withdraw(JSONRPCNotification notification) {
        var id = tree(notification.params()).path("requestId");
        var question =
                questions.get(id.isIntegralNumber() ? (Object) id.asLong() : id.asString(""));
        if (question != null) {
            question.interrupt();
        }
    }

    private void reply(Object id, UpstreamReply answer) {
        respond.accept(
                switch (answer) {
                    case UpstreamReply.Result(var result) -> JSONRPCResponse.result(id, result);
                    case UpstreamReply.RpcError(var code, var message, var data) ->
                            JSONRPCResponse.error(id, new JSONRPCError(code, message, data));
                });
    }

    private void tell(MessageListener listener, ObjectNode message) {
        try {
            listener.notification(message);
        } catch (RuntimeException failed) {
            LOG.log(
                    Level.DEBUG,
                    "a notification of MCP server {0} was not delivered: {1}",
                    scope.server(),
                    failed);
        }
    }

    private static ObjectNode envelope(String method, JsonNode params) {
        var message = Json.object().put("jsonrpc", "2.0").put("method", method);
        if (!params.isMissingNode()) {
            message.set("params", params);
        }
        return message;
    }

    private static JsonNode tree(@Nullable Object params) {
        return params instanceof JsonNode node ? node : Json.object().path("absent");
    }
}
