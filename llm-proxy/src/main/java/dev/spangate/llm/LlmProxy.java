package dev.spangate.llm;

import dev.spangate.linking.InferenceStart;
import dev.spangate.linking.Level;
import dev.spangate.linking.OperationStart;
import dev.spangate.linking.Origin;
import dev.spangate.linking.Outcome;
import dev.spangate.linking.TraceLinker;
import dev.spangate.llm.Models.Destination;
import dev.spangate.proxy.Abort;
import dev.spangate.proxy.Action;
import dev.spangate.proxy.Authentication;
import dev.spangate.proxy.Caller;
import dev.spangate.proxy.Capture;
import dev.spangate.proxy.Decision;
import dev.spangate.proxy.DisconnectWatch;
import dev.spangate.proxy.Hints;
import dev.spangate.proxy.Origins;
import dev.spangate.proxy.Policy;
import dev.spangate.proxy.Upstream;
import dev.spangate.proxy.UpstreamException;
import dev.spangate.proxy.UpstreamException.Kind;
import dev.spangate.proxy.UpstreamRequest;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Serves `/{provider}/…` natively and `/v1/…` by model name; registered last, it answers every
/// path that nobody before it did.
///
/// Each request is one blocking method on its own virtual thread. Guarantees:
/// 1. Bytes of requests and answers pass unchanged, but for the model's name on `/v1`, the question
///    for a stream's usage, and a key of ours that an upstream's error echoes.
/// 2. Every inference of a known caller ends its recording exactly once.
/// 3. No fault of reading or tracing changes, delays or breaks what a client gets.
public final class LlmProxy implements HttpService, AutoCloseable {
    private final LlmConfig config;
    private final Authentication authentication;
    private final Policy policy;
    private final TraceLinker linker;
    private final Upstream upstream;
    private final Models models;
    private final Forwarding forwarding;
    private final DisconnectWatch disconnects = new DisconnectWatch();

    /// @param upstream owned by whoever made it
    public LlmProxy(
            LlmConfig config,
            Authentication authentication,
            Policy policy,
            TraceLinker linker,
            Upstream upstream) {
        this.config = config;
        this.authentication = authentication;
        this.policy = policy;
        this.linker = linker;
        this.upstream = upstream;
        this.models = new Models(config);
        this.forwarding = new Forwarding(authentication);
    }

    @Override
    public void routing(HttpRules rules) {
        rules.any(this::serve);
    }

    private void serve(ServerRequest request, ServerResponse response) {
        var exchange = Exchange.of(request, response);
        try {
            var caller =
                    authentication
                            .authenticate(request.headers())
                            .orElseThrow(LlmProxy::unauthorized);
            byte[] body = exchange.body(config.maxRequestBytes());
            var dialect = exchange.dialect();
            if (dialect.isPresent()) {
                infer(exchange, caller, dialect.get(), body);
            } else {
                pass(exchange, caller, body);
            }
        } catch (Refusal refusal) {
            exchange.refuse(refusal);
        }
    }

    /// One inference: read, decide where it goes, ask policy, send, relay while reading.
    private void infer(Exchange exchange, Caller caller, Dialect dialect, byte[] body) {
        var json = Json.request(body).orElse(null);
        var facts = facts(dialect, json, caller);
        var origin = origin(exchange, caller, facts.hints());
        var destination = destination(exchange, dialect, origin, facts, body, json == null);
        try (var inference =
                new TracedInference(
                        linker,
                        start(exchange, dialect, origin, destination, facts, body),
                        facts.stream())) {
            refuseByPolicy(caller, destination, inference);
            send(exchange, caller, dialect, destination, json, body, inference);
        }
    }

    private void send(
            Exchange exchange,
            Caller caller,
            Dialect dialect,
            Destination destination,
            @Nullable JsonNode json,
            byte[] body,
            TracedInference inference) {
        var outgoing = Outgoing.of(exchange, destination, json, body);
        var abort = new Abort();
        UpstreamRequest request;
        try {
            request =
                    forwarding.to(
                            destination.provider(),
                            exchange,
                            caller,
                            outgoing.body(),
                            destination.ownKeys(),
                            abort);
        } catch (Refusal refusal) {
            inference.end(new Outcome.Failed(refusal.type(), refusal.text()));
            throw refusal;
        }
        var relay =
                new Relay(
                        exchange,
                        inference,
                        dialect.reader(inference.answer()),
                        outgoing.filter(),
                        Redaction.of(request.fields()));
        inference.sent();
        try (var _ = watch(exchange, abort);
                var response = upstream.send(request)) {
            inference.attribute("http.response.status_code", (long) response.status());
            relay.relay(response);
        } catch (UpstreamException e) {
            broken(e, relay, inference);
        }
    }

    /// The upstream failed or the client left. What the client already has cannot be taken back:
    /// its connection is cut so that it sees that something is missing.
    private static void broken(UpstreamException e, Relay relay, TracedInference inference) {
        if (e.kind() == Kind.CLIENT_GONE) {
            inference.clientGone();
            throw new CloseConnectionException("the client left", e);
        }
        inference.end(new Outcome.Failed(e.kind().errorType(), String.valueOf(e.getMessage())));
        if (relay.started()) {
            throw new CloseConnectionException("the upstream broke off", e);
        }
        throw new Refusal(e.kind().status(), e.kind().errorType(), String.valueOf(e.getMessage()));
    }

    private RequestFacts facts(Dialect dialect, @Nullable JsonNode json, Caller caller) {
        try {
            return json == null
                    ? RequestFacts.UNREADABLE
                    : dialect.read(json, caller.capture() == Capture.FULL);
        } catch (RuntimeException | StackOverflowError e) {
            return RequestFacts.UNREADABLE;
        }
    }

    /// Where it goes; a request that leads nowhere is recorded before it is refused.
    private Destination destination(
            Exchange exchange,
            Dialect dialect,
            Origin origin,
            RequestFacts facts,
            byte[] body,
            boolean unreadable) {
        try {
            if (exchange.unified() && unreadable) {
                throw new Refusal(
                        400,
                        "invalid_json",
                        "the body is not a JSON object that can be read: valid UTF-8, no key twice,"
                                + " at most 300 levels deep");
            }
            var found = models.find(exchange, facts.model()).getFirst();
            if (!found.provider().type().serves(exchange.endpoint()) && exchange.unified()) {
                throw new Refusal(
                        400,
                        "unsupported_endpoint",
                        "provider %s (type %s) does not speak this API"
                                .formatted(found.provider().name(), found.provider().type().key()));
            }
            return found;
        } catch (Refusal refusal) {
            var start = start(exchange, dialect, origin, null, facts, body);
            try (var inference = new TracedInference(linker, start, facts.stream())) {
                inference.end(new Outcome.Failed(refusal.type(), refusal.text()));
            }
            throw refusal;
        }
    }

    private InferenceStart start(
            Exchange exchange,
            Dialect dialect,
            Origin origin,
            @Nullable Destination destination,
            RequestFacts facts,
            byte[] body) {
        var attributes = new HashMap<String, Object>(facts.attributes());
        String provider = exchange.provider();
        String model = facts.model();
        if (destination != null) {
            attributes.putAll(place(exchange, destination));
            provider = destination.provider().type().providerName(destination.provider().name());
            model = destination.model();
        }
        return new InferenceStart(
                origin,
                dialect.operation(),
                provider,
                model,
                facts.messages(),
                facts.previousResponseId(),
                isRetry(exchange),
                ChatJson.digest(body),
                facts.input(),
                attributes);
    }

    private static Map<String, Object> place(Exchange exchange, Destination destination) {
        var url = destination.provider().baseUrl();
        int usual = url.getScheme().equalsIgnoreCase("https") ? 443 : 80;
        return Map.of(
                "server.address",
                url.getHost(),
                "server.port",
                (long) (url.getPort() < 0 ? usual : url.getPort()),
                "spangate.provider",
                destination.provider().name(),
                "spangate.route",
                destination.provider().name() + exchange.endpoint().suffix());
    }

    private static boolean isRetry(Exchange exchange) {
        return exchange.request()
                .headers()
                .first(HeaderNames.create("x-stainless-retry-count"))
                .filter(count -> !count.equals("0"))
                .isPresent();
    }

    private void refuseByPolicy(Caller caller, Destination destination, TracedInference inference) {
        if (decide(caller, destination) instanceof Decision.Deny deny) {
            inference.end(new Outcome.Refused(deny.rule(), deny.message()));
            throw new Refusal(deny.status(), deny.rule(), deny.message());
        }
    }

    private Decision decide(Caller caller, Destination destination) {
        try {
            return policy.decide(
                    caller, new Action.Infer(destination.provider().name(), destination.model()));
        } catch (RuntimeException e) {
            return new Decision.Deny(403, "policy_error", "the policy could not decide");
        }
    }

    /// Anything else below a provider: relayed, and traced as a plain HTTP call.
    private void pass(Exchange exchange, Caller caller, byte[] body) {
        var destination = models.find(exchange, "").getFirst();
        if (decide(caller, destination) instanceof Decision.Deny deny) {
            throw new Refusal(deny.status(), deny.rule(), deny.message());
        }
        var abort = new Abort();
        var request =
                forwarding.to(
                        destination.provider(),
                        exchange,
                        caller,
                        body,
                        destination.ownKeys(),
                        abort);
        var call = new PlainCall(linker, plainStart(exchange, caller, destination));
        try (var _ = watch(exchange, abort);
                var response = upstream.send(request)) {
            call.relay(exchange, response);
        } catch (UpstreamException e) {
            call.broken(e);
        }
    }

    private OperationStart plainStart(Exchange exchange, Caller caller, Destination destination) {
        var attributes = new HashMap<>(place(exchange, destination));
        attributes.put("http.request.method", exchange.method());
        attributes.put("url.path", exchange.path());
        return new OperationStart(
                origin(exchange, caller, Hints.NONE),
                exchange.method() + " " + destination.provider().name(),
                true,
                Level.DEBUG,
                null,
                attributes);
    }

    private static Origin origin(Exchange exchange, Caller caller, Hints hints) {
        var peer = exchange.request().remotePeer();
        return Origins.of(
                caller,
                exchange.request().headers(),
                Map.of(),
                hints,
                peer.host() + ":" + peer.port());
    }

    private DisconnectWatch.Watched watch(Exchange exchange, Abort abort) {
        var request = exchange.request();
        return disconnects.watch(request.remotePeer(), request.localPeer(), abort);
    }

    private static Refusal unauthorized() {
        return new Refusal(401, "unauthorized", Authentication.missing());
    }

    @Override
    public void close() {
        disconnects.close();
    }
}
