package dev.spangate.mcp;

/// Sends every request that both eras share to who serves it.
final class Requests {
    private final ToolCalls toolCalls;
    private final OwnedRequests owned;
    private final Lists lists;

    Requests(ToolCalls toolCalls, OwnedRequests owned, Lists lists) {
        this.toolCalls = toolCalls;
        this.owned = owned;
        this.lists = lists;
    }

    /// Serves one request and finishes its channel.
    ///
    /// @throws RpcFault it cannot be served
    void serve(Visit visit) {
        switch (visit.request().method()) {
            case "tools/call" -> toolCalls.call(visit);
            case "tools/list" -> lists.list(visit, ListKind.TOOLS);
            case "prompts/list" -> lists.list(visit, ListKind.PROMPTS);
            case "resources/list" -> lists.list(visit, ListKind.RESOURCES);
            case "resources/templates/list" -> lists.list(visit, ListKind.TEMPLATES);
            case "prompts/get" -> owned.prompt(visit);
            case "resources/read" -> owned.resource(visit);
            case "completion/complete" -> owned.completion(visit);
            default -> {
                if (Tasks.concerns(visit.request().method())) {
                    owned.task(visit);
                } else {
                    owned.unknown(visit);
                }
            }
        }
    }
}
