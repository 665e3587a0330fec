package dev.spangate.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.spangate.linking.ToolCall;
import dev.spangate.linking.ToolResult;
import dev.spangate.linking.Usage;
import dev.spangate.proxy.SettingsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PricesTest {
    private static LlmConfig config(String json) {
        return LlmConfig.from(Json.object(json.replace('\'', '"')).orElseThrow());
    }

    private static Map<String, Double> cost(
            LlmConfig config, String provider, String model, Usage usage) {
        var answer = new Answer(new Deaf());
        answer.usage(usage);
        answer.complete();
        return cost(config, provider, model, answer);
    }

    private static Map<String, Double> cost(
            LlmConfig config, String provider, String model, Answer answer) {
        var known = config.providers().get(provider);
        return config.prices().cost(known, known.type().providerName(provider), model, answer);
    }

    private static Usage usage(long in, long out, long read, long write) {
        return new Usage(in, out, read, write, 0, Map.of(), false);
    }

    private static final String PROVIDERS =
            "'providers':{'openai':{},'anthropic':{},'local':{'base-url':'http://h'}}";

    @ParameterizedTest
    @CsvSource({
        "openai, gpt-4.1-mini, 1000000, 1000000, 0, 0, 2.0",
        "openai, gpt-4.1-mini-2025-04-14, 1000000, 0, 500000, 0, 0.25",
        "anthropic, claude-haiku-4-5-20251001, 2000000, 100000, 1000000, 500000, 1.725",
        "anthropic, claude-opus-4-6, 1000000, 0, 0, 0, 5.0",
        "openai, text-embedding-3-small, 1000000, 0, 0, 0, 0.02",
    })
    void theTableKnowsModelsAndTheirVersions(
            String provider, String model, long in, long out, long read, long write, double total) {
        var cost =
                cost(config("{" + PROVIDERS + "}"), provider, model, usage(in, out, read, write));
        assertThat(cost.get("total")).isCloseTo(total, within(1e-9));
        assertThat(cost.get("input") + cost.get("output")).isCloseTo(total, within(1e-9));
    }

    @ParameterizedTest
    @CsvSource({"openai, gpt-unheard-of", "local, gpt-4.1-mini", "openai, claude-haiku-4-5"})
    void anUnknownPriceIsNoCost(String provider, String model) {
        assertThat(cost(config("{" + PROVIDERS + "}"), provider, model, usage(9, 9, 0, 0)))
                .isEmpty();
    }

    @Test
    void theConfigurationOverridesByPatternAndByFile(@TempDir Path folder) throws Exception {
        var file = folder.resolve("prices.json");
        Files.writeString(file, "{\"local/llama*\":{\"input\":1,\"output\":2}}");
        var config =
                config(
                        "{"
                                + PROVIDERS
                                + ",'price-file':'"
                                + file
                                + "','prices':{'openai/gpt-4.1*':{'input':100,'output':0,'cached-input':10}}}");
        assertThat(cost(config, "local", "llama-9", usage(1_000_000, 1_000_000, 0, 0)))
                .containsEntry("total", 3.0);
        assertThat(cost(config, "openai", "gpt-4.1-mini", usage(1_000_000, 0, 500_000, 0)))
                .containsEntry("total", 55.0);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'prices':{'gpt':{'input':1}}} | llm.prices.gpt: must be provider/model",
                "{'prices':{'a/b':{'inputs':1}}} | llm.prices.a/b.inputs: unknown key; did you mean input?",
                "{'prices':{'a/b':{'input':'1'}}} | llm.prices.a/b.input: must be a number of at least 0",
                "{'prices':{'a/b':{'output':-1}}} | llm.prices.a/b.output: must be a number of at least 0",
                "{'prices':{'a/b':{'input':1,'above':2}}} | llm.prices.a/b.above: must be a mapping",
                "{'prices':{'a/b':{'input':1,'above':{'token':2}}}} | llm.prices.a/b.above.token: unknown key; did you mean tokens?",
                "{'price-file':'/nowhere/x.json'} | llm.price-file: cannot read"
            })
    void whatIsWrongIsNamed(String json, String message) {
        assertThatThrownBy(() -> config(json))
                .isInstanceOf(SettingsException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void longRequestsAndLongCachesHaveTheirOwnPrices() {
        var tiered =
                Price.of(
                        Json.object(
                                        "{\"input\":1,\"output\":1,\"cache-write\":2,\"cache-write-1h\":4,\"above\":{\"tokens\":100,\"input\":10,\"output\":10}}")
                                .orElseThrow());
        assertThat(tiered.of(usage(100, 0, 0, 0), 0).get("total")).isCloseTo(1e-4, within(1e-12));
        assertThat(tiered.of(usage(101, 0, 0, 0), 0).get("total"))
                .isCloseTo(1.01e-3, within(1e-12));
        assertThat(tiered.of(usage(10, 0, 0, 10), 5).get("total")).isCloseTo(3e-5, within(1e-12));
    }

    @Test
    void whereTheLongRequestsPriceIsNotKnownItIsNoCost() {
        var half =
                Price.of(
                        Json.object("{\"input\":3,\"output\":15,\"above\":{\"tokens\":128000}}")
                                .orElseThrow());
        assertThat(half.of(usage(128_000, 1, 0, 0), 0)).containsKey("total");
        assertThat(half.of(usage(128_001, 1, 0, 0), 0)).isEmpty();
    }

    @Test
    void whatIsBilledOtherwiseIsNotGuessedAndWhatIsReportedCounts() {
        var config = config("{" + PROVIDERS + "}");
        var flex = new Answer(new Deaf());
        flex.usage(usage(1, 1, 0, 0));
        flex.attribute("openai.response.service_tier", "flex");
        assertThat(cost(config, "openai", "gpt-4.1", flex)).isEmpty();
        var reported = new Answer(new Deaf());
        reported.attribute(Answer.REPORTED_COST, 0.5);
        assertThat(cost(config, "local", "x", reported)).containsExactly(Map.entry("total", 0.5));
    }

    private static final class Deaf implements Answer.Listener {
        @Override
        public void firstToken() {}

        @Override
        public void toolCall(ToolCall call) {}

        @Override
        public void toolResult(ToolResult result) {}

        @Override
        public void unread() {}
    }
}
