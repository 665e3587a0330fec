package dev.spangate.mcp;

import tools.jackson.databind.node.ObjectNode;

/// Gets the answer to a client's request from its owner, whatever eras the two speak.
///
/// What a server wants to know in between is asked of a legacy client by a request on its stream,
/// of a stateless one by an `input_required` result and its retry.
final class Bridge {
    private static final int MAX_ROUNDS = 20;
    private static final long PAUSE_MILLIS = 250;

    private final ParkedCalls parked;
    private final Feeds feeds;

    Bridge(ParkedCalls parked, Feeds feeds) {
        this.parked = parked;
        this.feeds = feeds;
    }

    /// Blocks until the answer, or until a stateless client must be asked: then `input_required`.
    ///
    /// @throws McpUpstreamException there is no answer
    UpstreamReply request(Visit visit, Outgoing outgoing) {
        var ready = feeds.prepared(visit, outgoing);
        if (visit.exchange().session() != null) {
            return askAndRepeat(visit, ready);
        }
        return parked.concerns(visit, ready) ? parked.request(visit, ready) : once(visit, ready);
    }

    private static UpstreamReply once(Visit visit, Outgoing outgoing) {
        var listener = outgoing.questions(visit).over(visit.listener(outgoing.server()));
        var call = visit.call(outgoing, listener);
        try (var _ = Running.of(visit, call)) {
            return outgoing.server().request(call);
        }
    }

    private static UpstreamReply askAndRepeat(Visit visit, Outgoing outgoing) {
        var next = outgoing;
        for (int round = 1; round <= MAX_ROUNDS; round++) {
            var reply = once(visit, next);
            if (!(reply instanceof UpstreamReply.Result(var result)) || !InputRequired.is(result)) {
                return reply;
            }
            switch (ask(visit, outgoing, result)) {
                case UpstreamReply.RpcError refused -> {
                    return refused;
                }
                case UpstreamReply.Result(var responses) ->
                        next = outgoing.with(retry(outgoing.params(), result, responses));
            }
            if (InputRequired.requests(result).isEmpty()) {
                pause(round);
            }
        }
        throw new McpUpstreamException(
                outgoing.server().name(),
                McpUpstreamException.Kind.PROTOCOL,
                "asked for more input " + MAX_ROUNDS + " times");
    }

    /// The client's answers by key, or its refusal of what has no answer for "no".
    private static UpstreamReply ask(Visit visit, Outgoing outgoing, ObjectNode result) {
        var listener = outgoing.questions(visit).over(visit.listener(outgoing.server()));
        var responses = Json.object();
        for (var entry : InputRequired.requests(result).entrySet()) {
            var wanted = entry.getValue();
            switch (listener.request(wanted.method(), wanted.params())) {
                case UpstreamReply.Result(var answer) -> responses.set(entry.getKey(), answer);
                case UpstreamReply.RpcError refused -> {
                    var no = InputRequired.refusal(wanted.method());
                    if (no == null) {
                        return refused;
                    }
                    responses.set(entry.getKey(), no);
                }
            }
        }
        return new UpstreamReply.Result(responses);
    }

    private static ObjectNode retry(ObjectNode params, ObjectNode result, ObjectNode responses) {
        var retry = params.deepCopy();
        if (!responses.isEmpty()) {
            retry.set("inputResponses", responses);
        }
        var state = result.get("requestState");
        if (state != null) {
            retry.set("requestState", state);
        }
        return retry;
    }

    private static void pause(int round) {
        try {
            Thread.sleep(PAUSE_MILLIS * round);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
