package dev.spangate.llm;

import dev.spangate.llm.LlmConfig.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// Finds where a request goes: by its path, or on the unified surface by its model's name.
record Models(LlmConfig config) {
    /// One place that may answer.
    ///
    /// @param model as the provider calls it; empty when unknown
    /// @param ownKeys the client addressed this provider itself, so its own key may go there
    record Destination(LlmConfig.Provider provider, String model, boolean ownKeys) {
        /// `provider/model`, for people and for memory.
        String name() {
            return provider.name() + "/" + model;
        }
    }

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
        var targets = aliased(model);
        if (!targets.isEmpty()) {
            boolean one = targets.size() == 1;
            return drawn(targets).stream().map(target -> destination(target, one)).toList();
        }
        int slash = model.indexOf('/');
        if (slash > 0 && config.providers().containsKey(model.substring(0, slash))) {
            var target = new Target(model.substring(0, slash), model.substring(slash + 1), 0);
            return List.of(destination(target, true));
        }
        return List.of(onlyProvider(endpoint, model));
    }

    /// The targets of the alias with this name, else of the longest wildcard that covers it.
    private List<Target> aliased(String model) {
        var exact = config.models().get(model);
        if (exact != null) {
            return exact.targets();
        }
        String best = "";
        for (String name : config.models().keySet()) {
            if (matched(name, model) != null && name.length() > best.length()) {
                best = name;
            }
        }
        var alias = config.models().get(best);
        String matched = alias == null ? null : matched(best, model);
        return alias == null || matched == null
                ? List.of()
                : alias.targets().stream().map(target -> target.with(matched)).toList();
    }

    /// What the `*` of a wildcard stands for in a model's name; null where it does not match.
    private static @Nullable String matched(String wildcard, String model) {
        int star = wildcard.indexOf('*');
        if (star < 0 || model.length() < wildcard.length() - 1) {
            return null;
        }
        String tail = wildcard.substring(star + 1);
        boolean fits = model.startsWith(wildcard.substring(0, star)) && model.endsWith(tail);
        return fits ? model.substring(star, model.length() - tail.length()) : null;
    }

    /// With weights the first target is drawn; the others follow in their order.
    private static List<Target> drawn(List<Target> targets) {
        long sum = targets.stream().mapToLong(Target::weight).sum();
        if (sum == 0) {
            return targets;
        }
        long draw = ThreadLocalRandom.current().nextLong(sum);
        for (var target : targets) {
            draw -= target.weight();
            if (draw < 0) {
                var ordered = new ArrayList<>(targets);
                ordered.remove(target);
                ordered.addFirst(target);
                return ordered;
            }
        }
        return targets;
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
                        .filter(provider -> !provider.name().equals(LlmConfig.CHECK))
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
