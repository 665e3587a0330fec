package dev.spangate.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpReceiptsTest {
    @ParameterizedTest
    @ValueSource(ints = {408, 429, 500, 502, 503, 504})
    void overloadAndFaultsAreForLater(int status) {
        assertThat(of(status, "application/json", "{}")).isInstanceOf(Receipt.Later.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 413, 415, 422})
    void whatIsWrongWithTheContentIsRefused(int status) {
        assertThat(of(status, "application/json", "{\"error\":\"bad span\"}"))
                .isInstanceOfSatisfying(
                        Receipt.Refused.class,
                        refused -> assertThat(refused.reason()).contains("bad span"));
    }

    @ParameterizedTest
    @CsvSource({
        "401, key pair",
        "403, may not ingest",
        "404, wrong path",
        "405, wrong path",
        "302, redirects"
    })
    void whatIsWrongWithTheConfigurationSaysWhatToChange(int status, String hint) {
        assertThat(of(status, "application/json", "{}"))
                .isInstanceOfSatisfying(
                        Receipt.Misdirected.class,
                        misdirected ->
                                assertThat(misdirected.hint())
                                        .contains(hint)
                                        .contains("http://host/v1/traces"));
    }

    @Test
    void aLoginPageIsNoSuccess() {
        assertThat(of(200, "text/html; charset=utf-8", "<html>"))
                .isInstanceOfSatisfying(
                        Receipt.Misdirected.class,
                        misdirected -> assertThat(misdirected.hint()).contains("HTML"));
    }

    @Test
    void anyOtherSuccessIsOne() {
        assertThat(of(200, "application/json", "{}")).isInstanceOf(Receipt.Accepted.class);
        assertThat(of(202, "", "")).isInstanceOf(Receipt.Accepted.class);
    }

    @Test
    void retryAfterIsSecondsOrADate() {
        assertThat(HttpReceipts.waiting("7")).isEqualTo(Duration.ofSeconds(7));
        assertThat(HttpReceipts.waiting("999999")).isEqualTo(Duration.ofMinutes(5));
        assertThat(HttpReceipts.waiting("soon")).isZero();
        var date = ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(60);
        assertThat(HttpReceipts.waiting(date.format(DateTimeFormatter.RFC_1123_DATE_TIME)))
                .isBetween(Duration.ofSeconds(50), Duration.ofSeconds(60));
        var past = ZonedDateTime.now(ZoneOffset.UTC).minusDays(1);
        assertThat(HttpReceipts.waiting(past.format(DateTimeFormatter.RFC_1123_DATE_TIME)))
                .isZero();
    }

    private static Receipt of(int status, String type, String body) {
        return HttpReceipts.of(status, type, "", body, "http://host/v1/traces");
    }
}
