package dev.spangate.llm;

import dev.spangate.linking.InferenceStart;
import dev.spangate.linking.Origin;
import dev.spangate.linking.Outcome;
import dev.spangate.linking.TraceLinker;
import dev.spangate.llm.BackgroundResponses.Pending;
import dev.spangate.proxy.Caller;
import dev.spangate.proxy.Hints;
import dev.spangate.proxy.Origins;
import dev.spangate.proxy.UpstreamException;
import dev.spangate.proxy.UpstreamException.Kind;
import dev.spangate.proxy.UpstreamRequest;
import dev.spangate.proxy.UpstreamResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.SequenceInputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Reads what a client fetches of a background response: once it is whole, it is an inference that
/// goes on from the one which began it, with tool calls that are open from now on.
///
/// While the provider still works on it, a fetch is a plain call.
record Retrieval(TraceLinker linker, Attempts attempts, BackgroundResponses background) {
    private static final int MOST_READ = 32 << 20;
    private static final Set<String> UNDER_WAY = Set.of("queued", "in_progress");

    /// Relays the answer if it is the response's own.
    ///
    /// @return what is still to be relayed, empty when everything was
    Optional<UpstreamResponse> relay(
            Exchange exchange,
            Caller caller,
            Pending pending,
            UpstreamRequest sent,
            UpstreamResponse response)
            throws UpstreamException {
        String type = response.first("content-type").orElse("");
        boolean plain = response.first("content-encoding").orElse("identity").equals("identity");
        if (response.status() != 200 || !plain) {
            return Optional.of(response);
        }
        if (type.startsWith("text/event-stream")) {
            return background.fetched(caller, pending)
                    ? served(exchange, caller, pending, sent, response)
                    : Optional.of(response);
        }
        byte[] head = head(response);
        var all = new SequenceInputStream(new ByteArrayInputStream(head), response.body());
        var replay =
                new UpstreamResponse(response.status(), response.fields(), all, response::close);
        return isWhole(head) && background.fetched(caller, pending)
                ? served(exchange, caller, pending, sent, replay)
                : Optional.of(replay);
    }

    private static byte[] head(UpstreamResponse response) throws UpstreamException {
        try {
            return response.body().readNBytes(MOST_READ);
        } catch (UpstreamException e) {
            throw e;
        } catch (IOException e) {
            throw new UpstreamException(Kind.RESET, "reading the answer failed", e);
        }
    }

    private static boolean isWhole(byte[] body) {
        return Json.answer(body)
                .filter(json -> json.path("output").isArray())
                .map(json -> Json.text(json, "status"))
                .filter(status -> !UNDER_WAY.contains(status))
                .isPresent();
    }

    private Optional<UpstreamResponse> served(
            Exchange exchange,
            Caller caller,
            Pending pending,
            UpstreamRequest sent,
            UpstreamResponse response)
            throws UpstreamException {
        var dialect = new OpenAiResponses();
        var facts =
                new RequestFacts(
                        pending.destination().model(),
                        false,
                        List.of(),
                        pending.id(),
                        Hints.NONE,
                        null,
                        Map.of("openai.api.type", "responses"));
        var request = new InferenceRequest(exchange, caller, dialect, null, new byte[0], facts);
        try (var inference = new TracedInference(linker, start(request, pending), false)) {
            inference.sent();
            inference.cost(answer -> attempts.cost(pending.destination(), answer));
            relay(new Relay(request, inference, Relay.FrameFilter.NONE, sent), response, inference);
        }
        return Optional.empty();
    }

    private static void relay(Relay relay, UpstreamResponse response, TracedInference inference)
            throws UpstreamException {
        try {
            relay.relay(response);
        } catch (UpstreamException e) {
            if (e.kind() != Kind.CLIENT_GONE) {
                inference.end(
                        new Outcome.Failed(e.kind().errorType(), String.valueOf(e.getMessage())));
            }
            throw e;
        }
    }

    private static InferenceStart start(InferenceRequest request, Pending pending) {
        var provider = pending.destination().provider();
        var attributes = new HashMap<String, Object>(request.facts().attributes());
        attributes.put("spangate.route", provider.name() + Endpoint.RESPONSES.suffix());
        attributes.put("spangate.response.background", true);
        return new InferenceStart(
                origin(request),
                request.dialect().operation(),
                provider.type().providerName(provider.name()),
                pending.destination().model(),
                List.of(),
                pending.id(),
                false,
                pending.id(),
                null,
                attributes);
    }

    private static Origin origin(InferenceRequest request) {
        return Origins.of(
                request.caller(),
                request.exchange().request().headers(),
                Map.of(),
                Hints.NONE,
                request.exchange().connection());
    }
}
