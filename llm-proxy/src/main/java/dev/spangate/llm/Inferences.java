package dev.spangate.llm;

import dev.spangate.linking.Capture;
import dev.spangate.linking.InferenceStart;
import dev.spangate.linking.Origin;
import dev.spangate.linking.Outcome;
import dev.spangate.linking.TraceLinker;
import dev.spangate.llm.Models.Destination;
import dev.spangate.proxy.Action;
import dev.spangate.proxy.Caller;
import dev.spangate.proxy.Decision;
import dev.spangate.proxy.Origins;
import dev.spangate.proxy.Policy;
import io.helidon.http.HeaderNames;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Serves one inference: read, decide where it goes, ask policy, send, relay while reading.
record Inferences(
        TraceLinker linker,
        Policy policy,
        Models models,
        Attempts attempts,
        BackgroundResponses background,
        HintRules hints) {
    void serve(Exchange exchange, Caller caller, Dialect dialect, byte[] body) {
        var json = Json.request(body).orElse(null);
        var facts = facts(exchange, dialect, json, caller);
        var origin = origin(exchange, caller, facts, json);
        var request = new InferenceRequest(exchange, caller, dialect, json, body, facts);
        List<Destination> destinations;
        try {
            destinations = destinations(request);
        } catch (Refusal refusal) {
            recordRefusal(request, origin, refusal);
            throw refusal;
        }
        var start = start(request, origin, destinations.getFirst());
        try (var inference = new TracedInference(linker, start, facts.stream())) {
            var allowed = allowed(caller, destinations, inference);
            inference.sent();
            var destination =
                    attempts.run(
                            request,
                            allowed,
                            inference,
                            each -> decide(caller, each) instanceof Decision.Allow);
            var id = inference.answer().id();
            if (inference.answer().isDeferred() && id != null) {
                background.begun(caller, id, destination);
            }
        }
    }

    private static RequestFacts facts(
            Exchange exchange, Dialect dialect, @Nullable JsonNode json, Caller caller) {
        try {
            return json == null
                    ? RequestFacts.UNREADABLE
                    : dialect.read(exchange.path(), json, caller.capture() == Capture.FULL);
        } catch (RuntimeException | StackOverflowError e) {
            return RequestFacts.UNREADABLE;
        }
    }

    private List<Destination> destinations(InferenceRequest request) {
        var exchange = request.exchange();
        if (exchange.unified() && request.json() == null) {
            throw new Refusal(
                    400,
                    "invalid_json",
                    "the body is not a JSON object that can be read: valid UTF-8, no key twice, at"
                            + " most 300 levels deep");
        }
        var found = attempts.ordered(models.find(exchange, request.facts().model()));
        if (exchange.unified()) {
            found.forEach(each -> refuseOtherDialects(exchange, each));
        }
        return found;
    }

    private static void refuseOtherDialects(Exchange exchange, Destination destination) {
        var type = destination.provider().type();
        boolean translated = Translation.of(exchange.endpoint(), type).isPresent();
        if (!type.serves(exchange.endpoint()) && !translated) {
            throw new Refusal(
                    400,
                    "unsupported_endpoint",
                    "provider %s (type %s) does not speak %s"
                            .formatted(
                                    destination.provider().name(),
                                    type.key(),
                                    exchange.endpoint().suffix()));
        }
    }

    /// A request that leads nowhere is recorded all the same.
    private void recordRefusal(InferenceRequest request, Origin origin, Refusal refusal) {
        var start = start(request, origin, null);
        try (var inference = new TracedInference(linker, start, request.facts().stream())) {
            inference.end(new Outcome.Failed(refusal.type(), refusal.text()));
        }
    }

    private static InferenceStart start(
            InferenceRequest request, Origin origin, @Nullable Destination destination) {
        var facts = request.facts();
        var attributes = new HashMap<String, Object>(facts.attributes());
        String provider = request.exchange().provider();
        String model = facts.model();
        if (destination != null) {
            provider = destination.provider().type().providerName(destination.provider().name());
            model = destination.model();
            attributes.put("spangate.route", request.route(destination));
            if (!model.equals(facts.model())) {
                attributes.put("spangate.requested_model", facts.model());
            }
        }
        return new InferenceStart(
                origin,
                request.dialect().operation(),
                provider,
                model,
                facts.messages(),
                facts.previousResponseId(),
                isRetry(request.exchange()),
                ChatJson.digest(request.body()),
                facts.input(),
                attributes);
    }

    private static boolean isRetry(Exchange exchange) {
        return exchange.request()
                .headers()
                .first(HeaderNames.create("x-stainless-retry-count"))
                .filter(count -> !count.equals("0"))
                .isPresent();
    }

    /// From the first destination on that policy allows; later ones are asked for when their turn
    /// comes, so that nothing is counted that is not tried.
    private List<Destination> allowed(
            Caller caller, List<Destination> destinations, TracedInference inference) {
        Decision.Deny first = null;
        for (int i = 0; i < destinations.size(); i++) {
            switch (decide(caller, destinations.get(i))) {
                case Decision.Allow _ -> {
                    return destinations.subList(i, destinations.size());
                }
                case Decision.Deny deny -> first = first == null ? deny : first;
            }
        }
        var deny = Objects.requireNonNull(first);
        inference.end(new Outcome.Refused(deny.rule(), deny.message()));
        throw new Refusal(deny.status(), deny.rule(), deny.message());
    }

    /// Deny on error.
    Decision decide(Caller caller, Destination destination) {
        try {
            return policy.decide(
                    caller, new Action.Infer(destination.provider().name(), destination.model()));
        } catch (RuntimeException e) {
            return new Decision.Deny(403, "policy_error", "the policy could not decide");
        }
    }

    private Origin origin(
            Exchange exchange, Caller caller, RequestFacts facts, @Nullable JsonNode body) {
        var headers = exchange.request().headers();
        return Origins.of(
                caller,
                headers,
                Map.of(),
                hints.apply(headers, body, facts.hints()),
                exchange.connection());
    }
}
