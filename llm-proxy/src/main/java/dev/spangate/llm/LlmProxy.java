package dev.spangate.llm;

import dev.spangate.linking.Level;
import dev.spangate.linking.OperationStart;
import dev.spangate.linking.TraceLinker;
import dev.spangate.llm.Models.Destination;
import dev.spangate.proxy.Abort;
import dev.spangate.proxy.Authentication;
import dev.spangate.proxy.Caller;
import dev.spangate.proxy.Decision;
import dev.spangate.proxy.DisconnectWatch;
import dev.spangate.proxy.Hints;
import dev.spangate.proxy.Origins;
import dev.spangate.proxy.Policy;
import dev.spangate.proxy.Upstream;
import dev.spangate.proxy.UpstreamException;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

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
    private final TraceLinker linker;
    private final Upstream upstream;
    private final Models models;
    private final Forwarding forwarding;
    private final Inferences inferences;
    private final ModelList modelList;
    private final BackgroundResponses background = new BackgroundResponses();
    private final Retrieval retrieval;
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
        this.linker = linker;
        this.upstream = upstream;
        this.models = new Models(config);
        this.forwarding = new Forwarding(authentication);
        var attempts =
                new Attempts(
                        upstream,
                        forwarding,
                        disconnects,
                        new Health(System::nanoTime),
                        new UsageRefusals(),
                        config.prices(),
                        config.retry());
        this.inferences =
                new Inferences(linker, policy, models, attempts, background, config.hints());
        this.retrieval = new Retrieval(linker, attempts, background);
        this.modelList = new ModelList(config, upstream);
    }

    @Override
    public void routing(HttpRules rules) {
        rules.any(this::handle);
    }

    /// Answers one request, whichever path it has.
    public void handle(ServerRequest request, ServerResponse response) {
        var exchange = Exchange.of(request, response);
        try {
            var caller =
                    authentication
                            .authenticate(request.headers())
                            .orElseThrow(LlmProxy::unauthorized);
            if (ModelList.asksForIt(exchange)) {
                modelList.answer(exchange);
                return;
            }
            byte[] body = exchange.body(config.maxRequestBytes());
            var dialect = exchange.dialect();
            if (dialect.isPresent()) {
                inferences.serve(exchange, caller, dialect.get(), body);
            } else {
                pass(exchange, caller, body);
            }
        } catch (Refusal refusal) {
            exchange.refuse(refusal);
        }
    }

    /// Anything else below a provider: relayed, and traced as a plain HTTP call.
    private void pass(Exchange exchange, Caller caller, byte[] body) {
        var pending = background.find(caller, exchange.path());
        var destination =
                pending.map(BackgroundResponses.Pending::destination)
                        .orElseGet(() -> models.find(exchange, "").getFirst());
        if (inferences.decide(caller, destination) instanceof Decision.Deny deny) {
            throw new Refusal(deny.status(), deny.rule(), deny.message());
        }
        var abort = new Abort();
        var request = forwarding.to(destination, exchange, caller, Outgoing.plain(body), abort);
        var call = new PlainCall(linker, plainStart(exchange, caller, destination));
        try (var _ = exchange.watch(disconnects, abort);
                var response = upstream.send(request)) {
            boolean fetched = pending.isPresent() && exchange.method().equals("GET");
            var rest =
                    fetched
                            ? retrieval.relay(exchange, caller, pending.get(), request, response)
                            : Optional.of(response);
            if (rest.isPresent()) {
                call.relay(exchange, rest.get());
            } else {
                call.relayed(response);
            }
        } catch (UpstreamException e) {
            call.broken(e);
        }
    }

    private OperationStart plainStart(Exchange exchange, Caller caller, Destination destination) {
        var attributes = new HashMap<String, Object>();
        attributes.put("server.address", destination.provider().baseUrl().getHost());
        attributes.put("spangate.route", destination.provider().name());
        attributes.put("http.request.method", exchange.method());
        attributes.put("url.path", exchange.path());
        return new OperationStart(
                Origins.of(
                        caller,
                        exchange.request().headers(),
                        Map.of(),
                        Hints.NONE,
                        exchange.connection()),
                exchange.method() + " " + destination.provider().name(),
                true,
                Level.DEBUG,
                null,
                attributes);
    }

    private static Refusal unauthorized() {
        return new Refusal(401, "unauthorized", Authentication.missing());
    }

    @Override
    public void close() {
        disconnects.close();
    }
}
