package dev.spangate.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.linking.Capture;
import dev.spangate.linking.TraceMode;
import io.helidon.http.HeaderNames;
import io.helidon.http.WritableHeaders;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AuthenticationTest {
    private static final Caller TEAM =
            new Caller("team-a", "team-a", false, TraceMode.JOIN, Capture.FULL, List.of());
    private static final Authentication CONFIGURED =
            Authentication.of(Map.of(TEAM, Secret.of("sgk_right")));

    @ParameterizedTest
    @CsvSource({
        "x-spangate-key, sgk_right, true",
        "authorization, Bearer sgk_right, true",
        "authorization, bearer   sgk_right, true",
        "x-api-key, sgk_right, true",
        "api-key, sgk_right, true",
        "x-goog-api-key, sgk_right, true",
        "authorization, Bearer sgk_wrong, false",
        "authorization, Bearer sk-right, false",
        "authorization, Basic sgk_right, false",
        "x-spangate-key, '', false",
        "cookie, sgk_right, false"
    })
    void aKeyIsFoundWhereItMayBe(String header, String value, boolean found) {
        assertThat(CONFIGURED.authenticate(headers(header, value)).isPresent()).isEqualTo(found);
    }

    @Test
    void theOwnHeaderDecidesAlone() {
        var headers = headers("x-spangate-key", "sgk_wrong", "authorization", "Bearer sgk_right");
        assertThat(CONFIGURED.authenticate(headers)).isEmpty();
    }

    @Test
    void withoutCallersEverybodyIsAnonymous() {
        var nobody = Authentication.of(Map.of()).authenticate(headers());
        assertThat(nobody).contains(Caller.nobody());
    }

    @Test
    void aProviderKeyOfAKnownCallerTravelsOnlyBesideTheOwnHeader() {
        var beside = headers("x-spangate-key", "sgk_right", "authorization", "Bearer sk-own");
        assertThat(CONFIGURED.providerKeys(TEAM, beside))
                .containsExactly(new HttpField("Authorization", "Bearer sk-own"));
        var alone = headers("authorization", "Bearer sgk_right", "x-api-key", "sk-own");
        assertThat(CONFIGURED.providerKeys(TEAM, alone)).isEmpty();
    }

    @Test
    void aSpangateKeyNeverTravels() {
        var open = Authentication.of(Map.of());
        var headers =
                headers("authorization", "Bearer sgk_x", "x-api-key", "sgk_y", "api-key", "mine");
        assertThat(open.providerKeys(Caller.nobody(), headers))
                .containsExactly(new HttpField("api-key", "mine"));
    }

    @Test
    void everyHeaderThatMayCarryAKeyIsACredential() {
        assertThat(
                        List.of(
                                "Authorization",
                                "X-Api-Key",
                                "x-spangate-key",
                                "api-key",
                                "x-goog-api-key",
                                "Cookie"))
                .allMatch(Authentication::isCredential);
        assertThat(Authentication.isCredential("anthropic-version")).isFalse();
    }

    @Test
    void secretsShowNowhere() {
        assertThat(Secret.of("sgk_right")).hasToString("***");
        assertThat(Authentication.missing()).doesNotContain("sgk_right");
    }

    static WritableHeaders<?> headers(String... pairs) {
        var headers = WritableHeaders.create();
        for (int i = 0; i < pairs.length; i += 2) {
            headers.add(HeaderNames.create(pairs[i]), pairs[i + 1]);
        }
        return headers;
    }
}
