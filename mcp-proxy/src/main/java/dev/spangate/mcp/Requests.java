package dev.spangate.mcp;

import dev.spangate.linking.TraceLinker;
import java.util.List;
import java.util.Objects;
import tools.jackson.databind.node.ObjectNode;

/// Serves the requests that both eras share.
final class Requests {
    private final McpConfig config;
    private final Catalog catalog;
    private final ToolCalls toolCalls;
    private final ListResults lists;
    private final TraceLinker linker;

    Requests(McpConfig config, Catalog catalog, ToolCalls toolCalls, TraceLinker linker) {
        this.config = config;
        this.catalog = catalog;
        this.toolCalls = toolCalls;
        this.lists = new ListResults(config.lists());
        this.linker = linker;
    }

    /// Serves one request and finishes its channel.
    ///
    /// @throws RpcFault it cannot be served
    void serve(Exchange exchange, ClientMessage.Request request, AnswerChannel channel) {
        switch (request.method()) {
            case "tools/call" -> toolCalls.call(exchange, request, channel);
            case "tools/list" -> answer(exchange, request, channel, tools(exchange, request));
            default ->
                    throw RpcFault.methodNotFound(exchange.client().revision(), request.method());
        }
    }

    /// Finishes the channel with a result of ours.
    static void answer(
            Exchange exchange,
            ClientMessage.Request request,
            AnswerChannel channel,
            ObjectNode result) {
        var reply = new UpstreamReply.Result(result);
        channel.finish(
                200,
                ServerMessages.answer(
                        request.id(), EraResults.ours(exchange.client().revision(), reply)));
    }

    private ObjectNode tools(Exchange exchange, ClientMessage.Request request) {
        var endpoint = exchange.endpoint();
        var table = catalog.tools(endpoint, exchange.discovery(linker, request));
        var known = known(endpoint, ListKind.TOOLS);
        return lists.page(
                ListKind.TOOLS,
                table.definitions(),
                Json.string(request.params(), "cursor"),
                hints(exchange, known));
    }

    private ListResults.Hints hints(Exchange exchange, List<ServerList> known) {
        return ListResults.Hints.of(
                known, config.lists().ttl().toMillis(), !exchange.caller().anonymous());
    }

    /// The lists that are known; where none is and a server failed, that is the answer.
    private List<ServerList> known(Endpoint endpoint, ListKind kind) {
        var all = catalog.of(endpoint).stream().map(facts -> facts.list(kind)).toList();
        var known = all.stream().map(Known::value).filter(Objects::nonNull).toList();
        if (known.isEmpty()) {
            all.stream()
                    .map(Known::failure)
                    .filter(McpUpstreamException.class::isInstance)
                    .map(McpUpstreamException.class::cast)
                    .findFirst()
                    .ifPresent(failure -> {
                        throw RpcFault.upstream(failure);
                    });
        }
        return known;
    }
}
