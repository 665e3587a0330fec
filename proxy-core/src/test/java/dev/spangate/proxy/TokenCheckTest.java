package dev.spangate.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.linking.Capture;
import dev.spangate.linking.TraceMode;
import dev.spangate.proxy.TokenCheck.Verdict;
import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import io.helidon.http.WritableHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Bearer tokens beside keys of ours.
class TokenCheckTest {
    private static final String KEY = "sgk_0123456789abcdef";
    private static final Caller KEYED = caller("keyed");
    private static final Caller USER = caller("user");
    private static final Set<String> MCP = Set.of("https://gw.example/mcp");

    private final List<String> checked = new ArrayList<>();
    private final Authentication authentication = Authentication.of(Map.of(KEYED, Secret.of(KEY)));

    private void check(Verdict verdict) {
        authentication.checkTokensWith(token -> {
            checked.add(token);
            return verdict;
        });
    }

    @Test
    void aValidTokenForUsIsItsCaller() {
        check(new Verdict.Valid(USER, Set.of("other", "https://GW.example/mcp/")));

        assertThat(authentication.identify(bearer("jwt"), MCP)).isEqualTo(new Identity.Known(USER));
        assertThat(authentication.authenticate(bearer("jwt"))).contains(USER);
        assertThat(checked).containsExactly("jwt", "jwt");
    }

    /// RFC 8707: a token for somebody else must not open us, however valid.
    @Test
    void aValidTokenForSomebodyElseIsRefused() {
        check(new Verdict.Valid(USER, Set.of("https://gw.example.evil.test/mcp")));

        assertThat(authentication.identify(bearer("jwt"), MCP))
                .isInstanceOfSatisfying(
                        Identity.Refused.class,
                        refused -> {
                            assertThat(refused.error()).isEqualTo("invalid_token");
                            assertThat(refused.description()).contains("another audience");
                            assertThat(refused.tooLittle()).isFalse();
                        });
        check(new Verdict.Valid(USER, Set.of()));
        assertThat(authentication.identify(bearer("jwt"), MCP))
                .isInstanceOf(Identity.Refused.class);
    }

    @Test
    void whereNoAudienceIsKnownAnyWillDo() {
        check(new Verdict.Valid(USER, Set.of("whatever")));

        assertThat(authentication.identify(bearer("jwt"), Set.of()))
                .isEqualTo(new Identity.Known(USER));
    }

    @Test
    void refusalsArePassedOnAndUnknownTokensAreNone() {
        check(new Verdict.Refused("insufficient_scope", "needs more", List.of("mcp")));
        assertThat(authentication.identify(bearer("jwt"), MCP))
                .isEqualTo(
                        new Identity.Refused("insufficient_scope", "needs more", List.of("mcp")));
        assertThat(authentication.authenticate(bearer("jwt"))).isEmpty();

        check(new Verdict.Unknown());
        assertThat(authentication.identify(bearer("opaque"), MCP))
                .isEqualTo(new Identity.Missing());
    }

    @Test
    void aCheckThatThrowsRefusesWithoutItsWords() {
        authentication.checkTokensWith(token -> {
            throw new IllegalStateException("canary " + token);
        });

        assertThat(authentication.identify(bearer("secret-token"), MCP))
                .isInstanceOfSatisfying(
                        Identity.Refused.class,
                        refused ->
                                assertThat(refused.description())
                                        .doesNotContain("canary")
                                        .doesNotContain("secret-token"));
    }

    @Test
    void keysOfOursNeverReachTheCheckAndAreNotMadeGoodByIt() {
        check(new Verdict.Valid(USER, MCP));
        var both = WritableHeaders.create();
        both.set(HeaderNames.create("x-spangate-key"), KEY);
        both.set(HeaderNames.AUTHORIZATION, "Bearer jwt");
        var wrong = WritableHeaders.create();
        wrong.set(HeaderNames.create("x-spangate-key"), "sgk_wrong_0123456789");
        wrong.set(HeaderNames.AUTHORIZATION, "Bearer jwt");

        assertThat(authentication.identify(bearer(KEY), MCP)).isEqualTo(new Identity.Known(KEYED));
        assertThat(authentication.identify(both, MCP)).isEqualTo(new Identity.Known(KEYED));
        assertThat(authentication.identify(wrong, MCP)).isEqualTo(new Identity.Missing());
        assertThat(authentication.identify(bearer("sgk_unknown_0123456789"), MCP))
                .isEqualTo(new Identity.Missing());
        assertThat(checked).isEmpty();
    }

    @Test
    void onlyBearerTokensAreChecked() {
        check(new Verdict.Valid(USER, MCP));

        for (var value : List.of("Basic dTpw", "jwt", "Bearer", "Bearer   ", "Bearerjwt")) {
            var headers = WritableHeaders.create();
            headers.set(HeaderNames.AUTHORIZATION, value);
            assertThat(authentication.identify(headers, MCP))
                    .as(value)
                    .isEqualTo(new Identity.Missing());
        }
        assertThat(checked).isEmpty();
        var lower = WritableHeaders.create();
        lower.set(HeaderNames.AUTHORIZATION, "bearer  jwt ");
        assertThat(authentication.identify(lower, MCP)).isEqualTo(new Identity.Known(USER));
        assertThat(checked).containsExactly("jwt");
    }

    @Test
    void withACheckNobodyIsAnonymousAlsoWithoutKeys() {
        var open = Authentication.of(Map.of());
        assertThat(open.identify(bearer("x"), MCP)).isEqualTo(new Identity.Known(Caller.nobody()));

        open.checkTokensWith(_ -> new Verdict.Unknown());

        assertThat(open.identify(WritableHeaders.create(), MCP)).isEqualTo(new Identity.Missing());
        open.checkTokensWith(null);
        assertThat(open.authenticate(WritableHeaders.create())).contains(Caller.nobody());
    }

    /// A caller's token is for us: it is no provider's key.
    @Test
    void aTokenThatLetSomebodyInIsNotPassedToAProvider() {
        check(new Verdict.Valid(USER, MCP));

        assertThat(authentication.providerKeys(USER, bearer("jwt"))).isEmpty();
    }

    private static Headers bearer(String token) {
        var headers = WritableHeaders.create();
        headers.set(HeaderNames.AUTHORIZATION, "Bearer " + token);
        return headers;
    }

    private static Caller caller(String name) {
        return new Caller(name, name, false, TraceMode.JOIN, Capture.FULL, List.of());
    }
}
