package dev.spangate.proxy;

import static dev.spangate.proxy.AuthenticationTest.headers;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.linking.Origin;
import io.helidon.http.Headers;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OriginsTest {
    private static final String TURN = "{\"session_id\":\"s\",\"turn_id\":\"t-9\",\"model\":\"m\"}";

    @Test
    void claudeCodeNamesItsSessionInAHeaderOrInTheBody() {
        var byHeader =
                of(
                        headers(
                                "x-claude-code-session-id",
                                "cc-1",
                                "user-agent",
                                "claude-cli/2.1.328 (x)"));
        assertThat(byHeader.session()).isEqualTo("cc-1");
        assertThat(byHeader.ids()).containsExactly(Map.entry("session", "cc-1"));
        assertThat(byHeader.agentName()).isEqualTo("claude-code");
        var byBody = Origins.of(Caller.nobody(), headers(), Map.of(), "cc-2", null, "");
        assertThat(byBody.session()).isEqualTo("cc-2");
    }

    @Test
    void codexNamesSessionThreadAndTurnOnBothLegs() {
        var llm = of(headers("session-id", "s", "thread-id", "th", "x-codex-turn-metadata", TURN));
        var meta = Map.of("sessionId", "s", "threadId", "th", "x-codex-turn-metadata", TURN);
        var mcp = Origins.of(Caller.nobody(), headers(), meta, Hints.NONE, "");
        assertThat(llm.ids())
                .isEqualTo(Map.of("session", "s", "thread", "th", "turn", "t-9"))
                .isEqualTo(mcp.ids());
    }

    @ParameterizedTest
    @CsvSource({
        "x-session-id",
        "x-session-affinity",
        "agent-session-id",
        "session_id",
        "helicone-session-id",
        "x-litellm-session-id",
        "langfuse_session_id"
    })
    void otherClientsNameTheirSessionInHeaders(String header) {
        assertThat(of(headers(header, "one")).session()).isEqualTo("one");
    }

    /// As both legs of real agents say it; others keep their product's name.
    @ParameterizedTest
    @CsvSource({
        "'claude-cli/2.1.332 (external, sdk-cli)', claude-code",
        "'claude-code/2.1.332 (sdk-cli)', claude-code",
        "'codex_exec/0.171.0 (Debian 12.0.0; x86_64) unknown (codex_exec; 0.171.0)', codex",
        "codex-mcp-client/0.171.0, codex",
        "my-agent/1, my-agent",
    })
    void bothLegsOfAnAgentHaveOneName(String userAgent, String name) {
        assertThat(of(headers("User-Agent", userAgent)).product()).isEqualTo(name);
        assertThat(of(headers("User-Agent", userAgent)).agentName()).isEqualTo(name);
    }

    @Test
    void aParentsSessionIsNotTheSession() {
        assertThat(of(headers("x-parent-session-id", "p")).session()).isNull();
    }

    @Test
    void aFallbackSessionCountsOnlyWithoutABetterOneAndNeverForLinks() {
        var hints = new Hints(null, null, null, null, null, "cache-key");
        var alone = Origins.of(Caller.nobody(), headers(), Map.of(), hints, "");
        assertThat(alone.session()).isEqualTo("cache-key");
        assertThat(alone.ids()).isEmpty();
        var beside = Origins.of(Caller.nobody(), headers("x-session-id", "s"), Map.of(), hints, "");
        assertThat(beside.session()).isEqualTo("s");
    }

    @Test
    void valuesNobodySendsInGoodFaithAreIgnored() {
        assertThat(of(headers("x-session-id", "x".repeat(201))).session()).isNull();
        assertThat(of(headers("x-session-id", "  ")).session()).isNull();
        var control = Origins.of(Caller.nobody(), headers(), Map.of(), "a\u0000b", "u\nv", "");
        assertThat(control.session()).isNull();
        assertThat(control.user()).isNull();
    }

    @Test
    void userAndAgentComeFromTheBodyElseFromHeaders() {
        var headers = headers("x-user-id", "hu", "x-agent-name", "planner", "user-agent", "x/1");
        assertThat(of(headers).user()).isEqualTo("hu");
        assertThat(of(headers).agentName()).isEqualTo("planner");
        var hints = new Hints(null, null, null, "bu", "writer", null);
        var both = Origins.of(Caller.nobody(), headers, Map.of(), hints, "");
        assertThat(both.user()).isEqualTo("bu");
        assertThat(both.agentName()).isEqualTo("writer");
    }

    @Test
    void theTraceContextOfMetaComesBeforeTheHeader() {
        String a = "00-11111111111111111111111111111111-2222222222222222-01";
        String b = "00-33333333333333333333333333333333-4444444444444444-01";
        var meta =
                Origins.of(
                        Caller.nobody(),
                        headers("traceparent", b),
                        Map.of("traceparent", a),
                        Hints.NONE,
                        "");
        assertThat(meta.context().traceId()).startsWith("1111");
        assertThat(of(headers("traceparent", b)).context().traceId()).startsWith("3333");
        assertThat(of(headers("traceparent", "00-junk")).context()).isNull();
    }

    @Test
    void baggageIsNobody() {
        var origin = of(headers("baggage", "langfuse_user_id=evil,session.id=evil"));
        assertThat(origin.user()).isNull();
        assertThat(origin.session()).isNull();
    }

    private static Origin of(Headers headers) {
        return Origins.of(Caller.nobody(), headers, Map.of(), Hints.NONE, "");
    }
}
