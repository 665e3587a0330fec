package dev.spangate.llm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// The bundled table says of every price where it was read and as of when, and holds no slip of the
/// pen.
class BundledPricesTest {
    private static final YearMonth NEWEST = YearMonth.of(2026, 11);

    private record Row(String name, JsonNode price) {
        double at(String key, double otherwise) {
            return price.path(key).asDouble(otherwise);
        }
    }

    private static JsonNode table() throws IOException {
        try (var in = Prices.class.getResourceAsStream("prices.json")) {
            return Json.answer(in.readAllBytes()).orElseThrow();
        }
    }

    private static List<Row> rows() throws IOException {
        var rows = new ArrayList<Row>();
        for (var provider : table().path("prices").properties()) {
            for (var model : provider.getValue().properties()) {
                rows.add(new Row(provider.getKey() + "/" + model.getKey(), model.getValue()));
            }
        }
        assertThat(rows).hasSizeGreaterThan(40);
        return rows;
    }

    @Test
    void everyPriceNamesItsSourceAndItsDate() throws IOException {
        var sources = table().path("sources");
        for (var row : rows()) {
            String source = Json.text(row.price(), "source");
            assertThat(sources.path(source).asString("")).as(row.name()).startsWith("https://");
            String date = Json.text(row.price(), "date");
            assertThat(date).as(row.name()).matches("20[0-9]{2}-[0-9]{2}(-[0-9]{2})?");
            assertThat(YearMonth.parse(date.substring(0, 7)))
                    .isBetween(YearMonth.of(2025, 1), NEWEST);
        }
    }

    @Test
    void everySourceIsUsed() throws IOException {
        var used = rows().stream().map(row -> Json.text(row.price(), "source")).toList();
        assertThat(used).containsAll(table().path("sources").propertyNames());
    }

    /// What providers have in common: reading a cache is cheaper than fresh input, writing one is
    /// dearer, output is dearer than input unless there is none.
    @Test
    void everyPriceIsPlausible() throws IOException {
        for (var row : rows()) {
            plausible(row);
            var above = row.price().path("above");
            if (above.has("input")) {
                var dearer = new Row(row.name() + " above", above);
                plausible(dearer);
                assertThat(dearer.at("input", 0)).as(row.name()).isGreaterThan(row.at("input", 0));
                assertThat(above.path("tokens").asLong(0)).isBetween(50_000L, 1_000_000L);
            }
        }
    }

    private static void plausible(Row row) {
        double input = row.at("input", -1);
        double output = row.at("output", -1);
        assertThat(input).as(row.name()).isBetween(0.01, 100.0);
        assertThat(output).as(row.name()).matches(price -> price == 0 || price >= input);
        assertThat(output).as(row.name()).isLessThanOrEqualTo(12 * input);
        assertThat(row.at("cached-input", input)).as(row.name()).isBetween(input / 50, input);
        double write = row.at("cache-write", input);
        assertThat(write).as(row.name()).isBetween(input, 1.3 * input);
        assertThat(row.at("cache-write-1h", write)).as(row.name()).isBetween(write, 2.01 * input);
    }

    /// A misspelt key would silently be a price of its own.
    @Test
    void noKeyIsUnknown() throws IOException {
        var known =
                Set.of(
                        "input",
                        "output",
                        "cached-input",
                        "cache-write",
                        "cache-write-1h",
                        "above",
                        "source",
                        "date",
                        "unverified");
        for (var row : rows()) {
            assertThat(known).as(row.name()).containsAll(row.price().propertyNames());
        }
    }

    /// Dated versions of a model must not fall to another one that the table also knows.
    @Test
    void everyModelIsFoundUnderItsOwnName() throws IOException {
        var config =
                LlmConfig.from(
                        Json.object("{\"providers\":{\"openai\":{},\"anthropic\":{}}}")
                                .orElseThrow());
        for (var row : rows()) {
            String provider = row.name().substring(0, row.name().indexOf('/'));
            if (config.providers().containsKey(provider)) {
                var answer = new Answer(new Unheard());
                answer.usage(
                        new dev.spangate.linking.Usage(
                                1_000, 0, 0, 0, 0, java.util.Map.of(), false));
                answer.complete();
                String model = row.name().substring(provider.length() + 1);
                for (String name : List.of(model, model + "-20261001")) {
                    assertThat(
                                    config.prices()
                                            .cost(
                                                    config.providers().get(provider),
                                                    provider,
                                                    name,
                                                    answer)
                                            .get("input"))
                            .as(name)
                            .isEqualTo(1_000 * row.at("input", 0) / 1e6);
                }
            }
        }
    }

    private static final class Unheard implements Answer.Listener {
        @Override
        public void firstToken() {}

        @Override
        public void toolCall(dev.spangate.linking.ToolCall call) {}

        @Override
        public void toolResult(dev.spangate.linking.ToolResult result) {}

        @Override
        public void unread() {}
    }
}
