package dev.spangate.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

/// How findings are told, and what is said of errors.
class FindingTest {
    @Test
    void aFindingIsOneLineAndItsFixBelow() {
        assertThat(printed(Finding.good("gateway", "my-gateway 0.1.0")))
                .isEqualTo("✓ gateway                   my-gateway 0.1.0\n");
        assertThat(printed(Finding.open("clock", "nobody told the time"))).startsWith("– clock  ");
        assertThat(printed(Finding.bad("sent to x", "401", "the key\nthe header")))
                .isEqualTo("✗ sent to x                 401\n    → the key\n    → the header\n");
    }

    @Test
    void aLongSubjectKeepsItsDistance() {
        assertThat(printed(Finding.good("a subject that is longer than its column", "x")))
                .contains("its column x");
    }

    @Test
    void aDocumentHoldsEveryField() {
        var json = Finding.json(List.of(Finding.bad("a", "b", "c"), Finding.good("d", "e")));

        assertThat(json)
                .isEqualTo(
                        JsonMapper.shared()
                                .readTree(
                                        """
                                        [{"subject": "a", "verdict": "bad", "detail": "b", "fix": "c"},
                                         {"subject": "d", "verdict": "good", "detail": "e", "fix": null}]\
                                        """));
    }

    static Stream<Arguments> errors() {
        return Stream.of(
                Arguments.of(new ConnectException(), "refused"),
                Arguments.of(new UnknownHostException("nowhere"), "unknown"),
                Arguments.of(wrapped(new UnknownHostException("nowhere")), "unknown"),
                Arguments.of(new HttpConnectTimeoutException("x"), "firewall"),
                Arguments.of(new HttpTimeoutException("x"), "no answer in time"),
                Arguments.of(
                        wrapped(new SSLHandshakeException("bad certificate")), "bad certificate"),
                Arguments.of(new IOException(), "broke off"),
                Arguments.of(new IOException("in words"), "in words"));
    }

    @ParameterizedTest
    @MethodSource("errors")
    void everyErrorIsSaidInWords(IOException error, String said) {
        assertThat(Failures.said(error)).contains(said);
    }

    /// Status, code, model, which setting is named.
    @ParameterizedTest
    @CsvSource({
        "401, invalid_api_key, openai/m, llm.providers.openai.api-key",
        "401, unauthorized, openai/m, SPANGATE_KEY",
        "403, x, openai/m, llm.providers.openai.api-key",
        "404, model_not_found, openai/m, llm.models",
        "404, unknown_provider, spangate-verify/check, verify",
        "404, unknown_model, fast, llm.models",
        "429, x, openai/m, limit",
        "502, x, openai/m, llm.providers.openai.base-url",
        "504, x, openai/m, llm.providers.openai.base-url",
        "500, x, openai/m, doctor",
        "401, x, fast, llm.providers.NAME.api-key",
    })
    void aModelsErrorNamesTheSetting(int status, String code, String model, String said) {
        var body = JsonMapper.shared().readTree("{\"error\": {\"code\": \"%s\"}}".formatted(code));

        assertThat(ModelFix.of(new MarkedCalls.Answer(status, body, ""), model)).contains(said);
    }

    @Test
    void aReasonIsOneShortLine() {
        var missing = JsonMapper.shared().missingNode();

        assertThat(new MarkedCalls.Answer(500, missing, "first\nsecond").reason())
                .isEqualTo("first");
        assertThat(new MarkedCalls.Answer(500, missing, "x".repeat(5000)).reason()).hasSize(301);
        assertThat(new MarkedCalls.Answer(500, missing, "").reason()).isEmpty();
        assertThat(new MarkedCalls.Answer(200, missing, "").good()).isFalse();
    }

    private static IOException wrapped(Exception cause) {
        return new IOException("outer", cause);
    }

    private static String printed(Finding finding) {
        var text = new StringWriter();
        finding.print(new PrintWriter(text));
        return text.toString();
    }
}
