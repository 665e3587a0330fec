package dev.spangate.llm;

import dev.spangate.llm.Models.Destination;
import dev.spangate.proxy.Abort;
import dev.spangate.proxy.HttpField;
import dev.spangate.proxy.Timeouts;
import dev.spangate.proxy.Upstream;
import dev.spangate.proxy.UpstreamException;
import dev.spangate.proxy.UpstreamRequest;
import io.helidon.http.HeaderNames;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import tools.jackson.databind.JsonNode;

/// Answers `GET /v1/models`: the aliases, and every model of every provider that answers in time,
/// as `provider/model`. Whether a caller may use one is decided when it does.
///
/// Providers are asked with our own keys alone: a client's key goes to the one it is for.
record ModelList(LlmConfig config, Upstream upstream) {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int MOST_READ = 4 << 20;

    static boolean asksForIt(Exchange exchange) {
        return exchange.unified()
                && exchange.method().equals("GET")
                && exchange.path().equals("/v1/models");
    }

    void answer(Exchange exchange) {
        var list = Json.nodes().objectNode().put("object", "list");
        var data = list.putArray("data");
        for (String alias : config.models().keySet()) {
            if (!alias.contains("*")) {
                data.add(entry(alias, "spangate"));
            }
        }
        for (var model : ofProviders()) {
            data.add(entry(model.name(), model.provider().name()));
        }
        exchange.response().headers().set(HeaderNames.CONTENT_TYPE, "application/json");
        exchange.response().send(Json.writeBytes(list));
    }

    private static JsonNode entry(String id, String owner) {
        return Json.nodes()
                .objectNode()
                .put("id", id)
                .put("object", "model")
                .put("created", 0)
                .put("owned_by", owner);
    }

    private List<Destination> ofProviders() {
        var found = new ArrayList<Destination>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var asked = new ArrayList<Future<List<Destination>>>();
            for (var provider : config.providers().values()) {
                if (!provider.name().equals(LlmConfig.CHECK)) {
                    asked.add(threads.submit(() -> of(provider)));
                }
            }
            for (var answer : asked) {
                found.addAll(answer.get());
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("asking for models failed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return found;
    }

    /// One provider's models; none where it does not say.
    private List<Destination> of(LlmConfig.Provider provider) {
        var models = new ArrayList<Destination>();
        try (var response = upstream.send(request(provider))) {
            var body = Json.answer(response.body().readNBytes(MOST_READ));
            if (response.status() == 200 && body.isPresent()) {
                for (var model : body.get().path("data")) {
                    models.add(new Destination(provider, Json.text(model, "id"), false));
                }
            }
        } catch (UpstreamException | Refusal e) {
            return List.of();
        } catch (IOException e) {
            return List.of();
        }
        models.removeIf(model -> model.model().isEmpty());
        return models;
    }

    static UpstreamRequest request(LlmConfig.Provider provider) {
        var fields = new ArrayList<HttpField>();
        fields.add(new HttpField("Accept-Encoding", "identity"));
        var style = provider.type().keyHeader(Endpoint.CHAT);
        if (provider.apiKey() != null) {
            fields.add(new HttpField(style.header(), style.value(provider.apiKey().reveal())));
        }
        if (provider.type() == ProviderType.ANTHROPIC) {
            fields.add(new HttpField("anthropic-version", "2023-06-01"));
        }
        provider.headers()
                .forEach((name, value) -> fields.add(new HttpField(name, value.reveal())));
        String path =
                provider.type() == ProviderType.GEMINI ? "/v1beta/openai/models" : "/v1/models";
        return new UpstreamRequest(
                "GET",
                UpstreamUrl.of(provider, Endpoint.OTHER, path, ""),
                fields,
                new byte[0],
                new Timeouts(PATIENCE, PATIENCE, PATIENCE, PATIENCE),
                new Abort());
    }
}
