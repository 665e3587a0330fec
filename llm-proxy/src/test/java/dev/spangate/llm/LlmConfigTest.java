package dev.spangate.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spangate.proxy.SettingsException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LlmConfigTest {
    private static LlmConfig read(String json) {
        return LlmConfig.from(Json.object(json).orElseThrow());
    }

    @Test
    void nothingIsAllRight() {
        assertThat(LlmConfig.from(null).providers()).isEmpty();
    }

    @Test
    void aProvidersNameMayTellItsType() {
        var config =
                read(
                        """
                        {"providers":{
                          "openai":{"api-key":"k"},
                          "local":{"base-url":"http://localhost:11434/v1"},
                          "claude":{"type":"anthropic","timeouts":{"idle":"3s"}}}}
                        """);
        assertThat(config.providers().get("openai").type()).isEqualTo(ProviderType.OPENAI);
        assertThat(config.providers().get("local").type())
                .isEqualTo(ProviderType.OPENAI_COMPATIBLE);
        var claude = config.providers().get("claude");
        assertThat(claude.baseUrl()).hasToString("https://api.anthropic.com/v1");
        assertThat(claude.timeouts().idle()).isEqualTo(Duration.ofSeconds(3));
        assertThat(config.providers().keySet()).containsExactly("openai", "local", "claude");
        assertThat(config.toString()).doesNotContain("\"k\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'providers':{'x':{}}} | llm.providers.x.type: is required",
                "{'providers':{'openai':{'api-kee':'k'}}} | llm.providers.openai.api-kee: unknown key; did you mean `api-key`?",
                "{'providers':{'v1':{'base-url':'http://a'}}} | llm.providers.v1: a provider's name",
                "{'providers':{'A/b':{'base-url':'http://a'}}} | llm.providers.A/b: a provider's name",
                "{'providers':{'x':{'base-url':'ftp://a'}}} | llm.providers.x.base-url: must be an http",
                "{'providers':{'x':{'base-url':'http://u:p@a'}}} | llm.providers.x.base-url: must not hold user info",
                "{'providers':{'x':{'base-url':'http://a?k=1'}}} | llm.providers.x.base-url: must not have a query",
                "{'providers':{'x':{'type':'opnai','base-url':'http://a'}}} | llm.providers.x.type: must be one of",
                "{'providers':{'openai':{}},'models':{'f':'opena/x'}} | llm.models.f: 'opena/x' names no provider; did you mean openai?",
                "{'models':{'f':'x'}} | llm.models.f: 'x' must be provider/model",
                "{'models':{'f':[]}} | llm.models.f: needs at least one",
                "{'models':{'a*b*':'x/y'}} | llm.models.a*b*: may hold one '*' only",
                "{'retry':{'attempts':0}} | llm.retry.attempts: must be a whole number",
                "{'max-request-bytes':10} | llm.max-request-bytes: must be at least 1024",
                "{'provider':{}} | llm.provider: unknown key; did you mean `providers`?"
            })
    void whatIsWrongIsNamedByItsPath(String json, String message) {
        assertThatThrownBy(() -> read(json.replace('\'', '"')))
                .isInstanceOf(SettingsException.class)
                .hasMessageStartingWith(message);
    }

    @ParameterizedTest
    @CsvSource({
        "http://h/v1, /v1/chat/completions, http://h/v1/chat/completions",
        "http://h/v1/, /chat/completions, http://h/v1/chat/completions",
        "http://h, /v1/chat/completions, http://h/v1/chat/completions",
        "http://h, /chat/completions, http://h/v1/chat/completions",
        "http://h/openai/v1, /v1/chat/completions, http://h/openai/v1/chat/completions",
        "http://h/api/paas/v4, /v1/chat/completions, http://h/api/paas/v4/chat/completions",
        "http://h/a%20b, /v1/x%2Fy, http://h/a%20b/v1/x%2Fy",
    })
    void theVersionSegmentMayStandInEither(String base, String path, String url) {
        var config = read("{\"providers\":{\"x\":{\"base-url\":\"" + base + "\"}}}");
        var endpoint = Endpoint.of("POST", path);
        assertThat(UpstreamUrl.of(config.providers().get("x"), endpoint, path, ""))
                .hasToString(url);
    }
}
