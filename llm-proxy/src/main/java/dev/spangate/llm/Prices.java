package dev.spangate.llm;

import dev.spangate.linking.Usage;
import dev.spangate.proxy.Settings;
import dev.spangate.proxy.SettingsException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What inferences cost: the configuration's prices first, then the bundled table, which says its
/// sources and their dates itself (`prices.json`). An unknown price is no cost, never a guess.
public final class Prices {
    /// Versions of one model cost the same: a date or a label at the end of its name.
    private static final Pattern VERSION =
            Pattern.compile("-(\\d{4}-\\d{2}-\\d{2}|\\d{8}|\\d{4}|\\d{3}|latest)$");

    /// On Bedrock: a region and a maker in front, a revision behind.
    private static final Pattern BEDROCK =
            Pattern.compile("^(?:[a-z]+\\.)?anthropic\\.|-v\\d+(:\\d+)?$");

    private static final Set<String> KEYS =
            Set.of("input", "output", "cached-input", "cache-write", "cache-write-1h", "above");

    private static final Set<String> KEYS_ABOVE =
            Set.of("tokens", "input", "output", "cached-input", "cache-write", "cache-write-1h");

    private static final Map<String, Map<String, Price>> BUNDLED = bundled();

    /// By `provider/model` with at most one `*`, in order.
    private final Map<String, Price> own;

    private Prices(Map<String, Price> own) {
        this.own = Collections.unmodifiableMap(new LinkedHashMap<>(own));
    }

    /// Reads `llm.prices` (a mapping of `provider/model` to prices) and `llm.price-file` (the same
    /// as JSON).
    static Prices from(Settings settings) {
        var own = new LinkedHashMap<String, Price>();
        settings.raw("prices").ifPresent(node -> add(own, settings.path() + ".prices", node));
        settings.text("price-file")
                .ifPresent(file -> add(own, settings.path() + ".price-file", file(settings, file)));
        return new Prices(own);
    }

    private static JsonNode file(Settings settings, String file) {
        try {
            return Json.object(Files.readString(Path.of(file)))
                    .orElseThrow(() -> settings.problem("price-file", file + " is no JSON object"));
        } catch (IOException e) {
            throw settings.problem("price-file", "cannot read " + file);
        }
    }

    private static void add(Map<String, Price> own, String path, JsonNode node) {
        for (var entry : node.properties()) {
            String where = path + "." + entry.getKey();
            if (!entry.getKey().contains("/") || !entry.getValue().isObject()) {
                throw new SettingsException(
                        where, "must be provider/model with a mapping of prices");
            }
            check(where, entry.getValue(), KEYS);
            check(where + ".above", entry.getValue().path("above"), KEYS_ABOVE);
            own.putIfAbsent(entry.getKey(), Price.of(entry.getValue()));
        }
    }

    private static void check(String where, JsonNode prices, Set<String> keys) {
        for (var price : prices.properties()) {
            String path = where + "." + price.getKey();
            if (!keys.contains(price.getKey())) {
                throw new SettingsException(
                        path, "unknown key; " + Nearest.hint(price.getKey(), keys));
            }
            var value = price.getValue();
            boolean nested = price.getKey().equals("above");
            if (nested ? !value.isObject() : !value.isNumber() || value.doubleValue() < 0) {
                throw new SettingsException(
                        path,
                        nested
                                ? "must be a mapping of prices"
                                : "must be a number of at least 0, dollars per million tokens");
            }
        }
    }

    /// The cost of one inference by Langfuse's keys; empty where no exact price is known.
    ///
    /// @param providerName `gen_ai.provider.name`
    Map<String, Double> cost(
            LlmConfig.Provider provider, String providerName, String model, Answer answer) {
        var reported = answer.attributes().get(Answer.REPORTED_COST);
        if (reported instanceof Double total) {
            return Map.of("total", total);
        }
        var usage = answer.usage();
        var price = usage == null ? null : price(provider.name(), providerName, model);
        if (usage == null || price == null || special(answer, usage)) {
            return Map.of();
        }
        long hour =
                answer.attributes().get(Answer.WRITTEN_FOR_AN_HOUR) instanceof Long tokens
                        ? tokens
                        : 0;
        return price.of(usage, hour);
    }

    /// Billed by other prices than the table's.
    private static boolean special(Answer answer, Usage usage) {
        var tier = answer.attributes().getOrDefault("openai.response.service_tier", "default");
        boolean usual = Set.of("default", "standard", "auto", "on_demand").contains(tier);
        return !usual
                || usage.other().containsKey("input_audio_tokens")
                || usage.other().containsKey("output_audio_tokens");
    }

    /// The bundled table knows models of this provider.
    static boolean hasTable(String providerName) {
        return BUNDLED.containsKey(table(providerName));
    }

    private static String table(String providerName) {
        return switch (providerName) {
            case "azure.ai.openai" -> "openai";
            case "aws.bedrock" -> "anthropic";
            default -> providerName;
        };
    }

    private @Nullable Price price(String provider, String providerName, String model) {
        for (var entry : own.entrySet()) {
            if (covers(entry.getKey(), provider + "/" + model)) {
                return entry.getValue();
            }
        }
        boolean bedrock = providerName.equals("aws.bedrock");
        String name = bedrock ? BEDROCK.matcher(model).replaceAll("") : model;
        var known = BUNDLED.getOrDefault(table(providerName), Map.of());
        var exact = known.get(name);
        return exact != null ? exact : known.get(VERSION.matcher(name).replaceFirst(""));
    }

    private static boolean covers(String pattern, String name) {
        int star = pattern.indexOf('*');
        return star < 0
                ? pattern.equals(name)
                : name.length() >= pattern.length() - 1
                        && name.startsWith(pattern.substring(0, star))
                        && name.endsWith(pattern.substring(star + 1));
    }

    private static Map<String, Map<String, Price>> bundled() {
        try (var in = Prices.class.getResourceAsStream("prices.json")) {
            if (in == null) {
                throw new IllegalStateException("prices.json is missing");
            }
            var tables = new LinkedHashMap<String, Map<String, Price>>();
            for (var table :
                    Json.answer(in.readAllBytes()).orElseThrow().path("prices").properties()) {
                var prices = new LinkedHashMap<String, Price>();
                table.getValue()
                        .properties()
                        .forEach(each -> prices.put(each.getKey(), Price.of(each.getValue())));
                tables.put(table.getKey(), prices);
            }
            return tables;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
