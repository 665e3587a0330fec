package dev.spangate.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spangate.llm.ProviderCheck.Verdict;
import dev.spangate.proxy.SettingsException;
import dev.spangate.proxy.Upstream;
import dev.spangate.testing.Script;
import dev.spangate.testing.ScriptedUpstream;
import java.net.URI;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

/// What a provider's answer to `GET models` says of address and key, and what `spangate verify`
/// adds to a configuration.
class ProviderCheckTest {
    private final Upstream upstream = Upstream.create();

    @AfterEach
    void stop() {
        upstream.close();
    }

    /// Type, key, status and body; verdict and what is said.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "openai | key-0123456789 | 200 | {\"data\": [{\"id\": \"a\"}]} | GOOD | 1 models",
                "openai | key-0123456789 | 401 | {} | BAD | refuses the key",
                "openai | key-0123456789 | 403 | {} | BAD | refuses the key",
                "openai | | 401 | {} | OPEN | clients bring theirs",
                "gemini | key-0123456789 | 400 | {} | BAD | refuses the key",
                "openai | key-0123456789 | 400 | {} | OPEN | not checked",
                "openai | key-0123456789 | 404 | {} | OPEN | not checked",
                "openai | key-0123456789 | 429 | {} | GOOD | limit",
                "openai | key-0123456789 | 503 | {} | BAD | 503",
                "openai | key-0123456789 | 200 | <html> | BAD | no JSON",
                "anthropic | key-0123456789 | 200 | {\"data\": []} | GOOD | 0 models",
            })
    void anAnswerIsRead(
            String type, String key, int status, String body, Verdict verdict, String said) {
        try (var server =
                ScriptedUpstream.start(_ -> Script.answer(status, "application/json", body))) {
            var check = ProviderCheck.of(provider(type, server.uri(), key), upstream);

            assertThat(check.verdict()).isEqualTo(verdict);
            assertThat(check.detail()).contains(said);
            assertThat(check.fix() != null).isEqualTo(verdict == Verdict.BAD);
            assertThat(check.toString()).doesNotContain("key-0123456789");
            assertThat(server.requests()).hasSize(1);
            assertThat(server.requests().getFirst().body()).isEmpty();
        }
    }

    @Test
    void nobodyThereNamesTheBaseUrl() {
        var server = ScriptedUpstream.start(_ -> Script.json("{}"));
        var address = server.uri();
        server.close();

        var check = ProviderCheck.of(provider("openai", address, "key-0123456789"), upstream);

        assertThat(check.verdict()).isEqualTo(Verdict.BAD);
        assertThat(check.fix()).startsWith("llm.providers.p.base-url");
    }

    /// A plain server where TLS is spoken.
    @Test
    void httpsWhereThereIsNoneNamesTheScheme() {
        try (var server = ScriptedUpstream.start(_ -> Script.json("{}"))) {
            var https = URI.create("https://127.0.0.1:" + server.port());

            var check = ProviderCheck.of(provider("openai", https, "key-0123456789"), upstream);

            assertThat(check.verdict()).isEqualTo(Verdict.BAD);
            assertThat(check.fix()).contains("base-url");
        }
    }

    @Test
    void anAnswerThatBreaksOffIsNoAnswer() {
        try (var server =
                ScriptedUpstream.start(_ ->
                        Script.script()
                                .send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"da")
                                .cut())) {
            var check =
                    ProviderCheck.of(provider("openai", server.uri(), "key-0123456789"), upstream);

            assertThat(check.verdict()).isEqualTo(Verdict.BAD);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'Sat, 28 Nov 2026 09:00:00 GMT', 2026-11-28T09:00:00Z",
        "yesterday,",
        "'',",
    })
    void theClockIsReadWhereItIsTold(String date, Instant expected) {
        try (var server =
                ScriptedUpstream.start(_ ->
                        Script.script()
                                .send(
                                        "HTTP/1.1 200 OK\r\nDate: %s\r\nContent-Length: 2\r\n\r\n{}"
                                                .formatted(date)))) {
            var check =
                    ProviderCheck.of(provider("openai", server.uri(), "key-0123456789"), upstream);

            assertThat(check.clock()).isEqualTo(expected);
        }
    }

    /// The provider that verify plays takes no request that does not name it.
    @Test
    void whatVerifyPlaysIsReachedByItsNameAlone() {
        var one =
                LlmConfig.from(
                                JsonMapper.shared()
                                        .readTree(
                                                "{\"providers\": {\"openai\": {\"api-key\": \"k\"}}}"))
                        .withCheck(URI.create("http://127.0.0.1:9099/v1"));

        assertThat(one.providers()).containsOnlyKeys("openai", LlmConfig.CHECK);
        var models = new Models(one);
        assertThat(one.providers().get(LlmConfig.CHECK).apiKey()).isNull();
        assertThat(models.config()).isEqualTo(one);
    }

    @Test
    void itsNameIsTaken() {
        var config =
                LlmConfig.from(
                        JsonMapper.shared()
                                .readTree(
                                        "{\"providers\": {\"spangate-verify\": {\"base-url\": \"http://x/v1\"}}}"));

        assertThatThrownBy(() -> config.withCheck(URI.create("http://127.0.0.1:9099/v1")))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("llm.providers.spangate-verify");
    }

    private static LlmConfig.Provider provider(String type, URI url, String key) {
        var json =
                "{\"providers\": {\"p\": {\"type\": \"%s\", \"base-url\": \"%s\"%s}}}"
                        .formatted(type, url, key == null ? "" : ", \"api-key\": \"" + key + "\"");
        return LlmConfig.from(JsonMapper.shared().readTree(json)).providers().get("p");
    }
}
