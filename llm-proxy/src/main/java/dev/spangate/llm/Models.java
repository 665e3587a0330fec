package dev.spangate.llm;

import dev.spangate.llm.LlmConfig.Target;
import java.util.ArrayList;
import java.util.List;

/// Finds where a request goes: by its path, or on the unified surface by its model's name.
record Models(LlmConfig config) {
    /// One place that may answer.
    ///
    /// @param model as the provider calls it; empty when unknown
    /// @param ownKeys the client addressed this provider itself, so its own key may go there
    record Destination(LlmConfig.Provider provider, String model, boolean ownKeys) {}

    /// At least one destination, in failover order.
    ///
    /// @throws Refusal no such provider or model
    List<Destination> find(Exchange exchange, String model) {
        return exchange.unified() ? byModel(exchange.endpoint(), model) : byPath(exchange, model);
    }

    private List<Destination> byPath(Exchange exchange, String model) {
        var provider = config.providers().get(exchange.provider());
        if (provider == null) {
            throw new Refusal(
                    404,
                    "unknown_provider",
                    "no provider '%s' in llm.providers; %s"
                            .formatted(
                                    exchange.provider(),
                                    Nearest.hint(
                                            exchange.provider(), config.providers().keySet())));
        }
        return List.of(new Destination(provider, model, true));
    }

    private List<Destination> byModel(Endpoint endpoint, String model) {
        var alias = config.models().get(model);
        if (alias != null) {
            return alias.stream().map(target -> destination(target, alias.size() == 1)).toList();
        }
        int slash = model.indexOf('/');
        if (slash > 0 && config.providers().containsKey(model.substring(0, slash))) {
            return List.of(
                    destination(
                            new Target(model.substring(0, slash), model.substring(slash + 1)),
                            true));
        }
        return List.of(onlyProvider(endpoint, model));
    }

    private Destination destination(Target target, boolean ownKeys) {
        var provider = config.providers().get(target.provider());
        if (provider == null) {
            throw new IllegalStateException("the configuration was checked: " + target);
        }
        return new Destination(provider, target.model(), ownKeys);
    }

    private Destination onlyProvider(Endpoint endpoint, String model) {
        var able =
                config.providers().values().stream()
                        .filter(provider -> provider.type().serves(endpoint))
                        .toList();
        if (able.size() == 1) {
            return new Destination(able.getFirst(), model, true);
        }
        if (model.isEmpty()) {
            throw new Refusal(400, "missing_model", "the request names no model");
        }
        throw new Refusal(404, "unknown_model", unknown(model, able));
    }

    private String unknown(String model, List<LlmConfig.Provider> able) {
        if (able.isEmpty()) {
            return "model '%s' is no alias of llm.models, and no provider in llm.providers speaks this API"
                    .formatted(model);
        }
        var names = new ArrayList<>(config.models().keySet());
        able.forEach(provider -> names.add(provider.name() + "/" + model));
        var near = new ArrayList<>(Nearest.to(model, config.models().keySet()));
        able.forEach(provider -> near.add(provider.name() + "/" + bare(model)));
        return "model '%s' is no alias of llm.models and several providers speak this API; did you mean %s?"
                .formatted(model, String.join(", ", near.subList(0, Math.min(5, near.size()))));
    }

    private static String bare(String model) {
        return model.substring(model.indexOf('/') + 1);
    }
}
