package dev.spangate.llm;

import dev.spangate.linking.Outcome;
import dev.spangate.llm.Models.Destination;
import dev.spangate.llm.Tries.Again;
import dev.spangate.proxy.Abort;
import dev.spangate.proxy.DisconnectWatch;
import dev.spangate.proxy.Upstream;
import dev.spangate.proxy.UpstreamException;
import dev.spangate.proxy.UpstreamException.Kind;
import dev.spangate.proxy.UpstreamRequest;
import dev.spangate.proxy.UpstreamResponse;
import io.helidon.webserver.CloseConnectionException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/// Sends an inference to one destination after the other until one answers.
///
/// Another try is made only while nothing has reached the client, and only after failures that say
/// nothing against the request itself. The last failure is the client's, as it is.
record Attempts(
        Upstream upstream,
        Forwarding forwarding,
        DisconnectWatch disconnects,
        Health health,
        UsageRefusals refusals,
        Prices prices,
        LlmConfig.Retry retry) {
    private static final System.Logger LOG = System.getLogger(Attempts.class.getName());

    /// The upstream is overloaded, broken, or asks for patience.
    private static final Set<Integer> TRANSIENT = Set.of(408, 429, 500, 502, 503, 504, 529);

    /// Our key or model is wrong there: no reason to fail where another target may answer.
    private static final Set<Integer> THERE_ALONE = Set.of(401, 403, 404);

    /// Those that failed lately last.
    List<Destination> ordered(List<Destination> destinations) {
        return health.order(destinations);
    }

    /// @param destinations the first is allowed
    /// @param permitted whether a further one is
    /// @return the one whose answer the client has
    Destination run(
            InferenceRequest request,
            List<Destination> destinations,
            TracedInference inference,
            Predicate<Destination> permitted) {
        var abort = new Abort();
        try (var _ = request.exchange().watch(disconnects, abort)) {
            var tries = new Tries(destinations, retry, permitted);
            boolean answered = false;
            while (!answered) {
                answered = attempt(request, tries, inference, abort);
            }
            return tries.current();
        }
    }

    /// True when the client has its answer; else the tries have moved on.
    private boolean attempt(
            InferenceRequest request, Tries tries, TracedInference inference, Abort abort) {
        var destination = tries.current();
        var outgoing = outgoing(request, destination, inference);
        var sent = prepared(request, destination, outgoing, inference, abort);
        var relay = new Relay(request, inference, outgoing.filter(), sent);
        try (var response = send(sent, tries, inference)) {
            inference.attemptAttribute("http.response.status_code", (long) response.status());
            if (outgoing.asks() && refusals.mayBe(response)) {
                return questionRefused(destination, relay, response, inference);
            }
            if (movesOn(response, tries, inference)) {
                return false;
            }
            if (response.status() < 400) {
                health.succeeded(destination);
            }
            relay.relay(outgoing.answer(response));
            return true;
        } catch (UpstreamException e) {
            return failed(e, relay, tries, inference);
        } catch (Refusal | CloseConnectionException e) {
            throw e;
        } catch (RuntimeException e) {
            throw fault(e, relay, inference);
        }
    }

    /// A fault of ours: the client is told as far as it still can be, the span ends.
    private static RuntimeException fault(
            RuntimeException e, Relay relay, TracedInference inference) {
        LOG.log(System.Logger.Level.ERROR, "serving an inference failed", e);
        inference.end(new Outcome.Failed("internal_error", "a fault of the gateway"));
        return relay.started()
                ? new CloseConnectionException("a fault of the gateway", e)
                : new Refusal(500, "internal_error", "a fault of the gateway; see its log");
    }

    private Outgoing outgoing(
            InferenceRequest request, Destination destination, TracedInference inference) {
        try {
            return Outgoing.of(request, destination, !refusals.known(destination.provider()));
        } catch (Refusal refusal) {
            inference.end(new Outcome.Failed(refusal.type(), refusal.text()));
            throw refusal;
        }
    }

    private UpstreamRequest prepared(
            InferenceRequest request,
            Destination destination,
            Outgoing outgoing,
            TracedInference inference,
            Abort abort) {
        try {
            return forwarding.to(
                    destination, request.exchange(), request.caller(), outgoing, abort);
        } catch (Refusal refusal) {
            inference.end(new Outcome.Failed(refusal.type(), refusal.text()));
            throw refusal;
        }
    }

    private UpstreamResponse send(UpstreamRequest sent, Tries tries, TracedInference inference)
            throws UpstreamException {
        tries.rest(sent.abort());
        inference.attemptBegins(about(tries, sent));
        inference.cost(answer -> cost(tries.current(), answer));
        return upstream.send(sent);
    }

    /// The upstream may not know the question for usage: then it is asked again without it.
    private boolean questionRefused(
            Destination destination,
            Relay relay,
            UpstreamResponse response,
            TracedInference inference)
            throws UpstreamException {
        var replay = refusals.read(destination.provider(), response);
        if (replay.isPresent()) {
            relay.relay(replay.get());
            return true;
        }
        inference.attemptEnds(String.valueOf(response.status()));
        return false;
    }

    /// What an answer costs there.
    Map<String, Double> cost(Destination destination, Answer answer) {
        var provider = destination.provider();
        String name = provider.type().providerName(provider.name());
        return prices.cost(provider, name, destination.model(), answer);
    }

    private static Map<String, Object> about(Tries tries, UpstreamRequest sent) {
        var about = new HashMap<String, Object>();
        var url = sent.uri();
        int usual = url.getScheme().equalsIgnoreCase("https") ? 443 : 80;
        about.put("server.address", url.getHost());
        about.put("server.port", (long) (url.getPort() < 0 ? usual : url.getPort()));
        about.put("http.request.method", sent.method());
        about.put("spangate.target", tries.current().name());
        if (tries.made() > 0) {
            about.put("http.request.resend_count", (long) tries.made());
        }
        return about;
    }

    /// A refusal of the upstream that another try may get around.
    private boolean movesOn(UpstreamResponse response, Tries tries, TracedInference inference) {
        int status = response.status();
        if (!TRANSIENT.contains(status) && !THERE_ALONE.contains(status)) {
            return false;
        }
        var patience = RetryAfter.of(response);
        health.failed(tries.current(), patience);
        var again = TRANSIENT.contains(status) ? Again.AS_CONFIGURED : Again.NEVER;
        if (!tries.next(again, patience)) {
            return false;
        }
        inference.attemptEnds(String.valueOf(status));
        return true;
    }

    /// The connection failed, or the client left. What the client already has cannot be taken back:
    /// its connection is cut so that it sees that something is missing.
    private boolean failed(
            UpstreamException e, Relay relay, Tries tries, TracedInference inference) {
        if (e.kind() == Kind.CLIENT_GONE) {
            inference.clientGone();
            throw new CloseConnectionException("the client left", e);
        }
        health.failed(tries.current(), Duration.ZERO);
        String type = e.kind().errorType();
        var again = e.kind().nothingSent() ? Again.ONCE_MORE : Again.AS_CONFIGURED;
        if (!relay.started() && !inference.ended() && tries.next(again, Duration.ZERO)) {
            inference.attemptEnds(type);
            return false;
        }
        String message =
                "provider '%s': %s".formatted(tries.current().provider().name(), e.getMessage());
        inference.end(new Outcome.Failed(type, message));
        if (relay.started()) {
            throw new CloseConnectionException("the upstream broke off", e);
        }
        throw new Refusal(e.kind().status(), type, message);
    }
}
