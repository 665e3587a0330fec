package dev.spangate.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spangate.linking.JournalRecord;
import dev.spangate.proxy.SettingsException;
import dev.spangate.testing.Script;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Sessions and users are found where clients say them, in known places and in configured ones.
class HintRulesTest {
    private static final String OWN =
            """
            {"hints":{"session":["header.x-ticket","body.metadata.ticket"],
              "user":"header.x-employee","agent":["body.metadata.app.name"]}}
            """;
    private static final Script OK =
            Script.json(
                    "{\"id\":\"c\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"hi\"},\"finish_reason\":\"stop\"}]}");

    private static JournalRecord.RunAttributes run(String config, String body, String... headers)
            throws Exception {
        try (var bench = LlmBench.start(_ -> OK, config)) {
            String json = body.replace('\'', '"');
            bench.post("/openai/v1/chat/completions", json, headers);
            assertThat(bench.upstream.requests().getFirst().body()).isEqualTo(json);
            String spanId = bench.draft().spanId();
            bench.traceOf(spanId);
            return bench.releases.stream()
                    .filter(release -> release.spanId().equals(spanId))
                    .findFirst()
                    .orElseThrow()
                    .run();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'model':'m','metadata':{'ticket':'T-1'}} | X-Other: 1 | T-1",
                "{'model':'m','metadata':{'ticket':'T-1'}} | X-Ticket: T-2 | T-2",
                "{'model':'m','metadata':{'ticket':17}} | X-Other: 1 | 17",
                "{'model':'m','metadata':{'ticket':'T-1','session_id':'known'}} | X-Other: 1 | T-1",
                "{'model':'m','metadata':{'session_id':'known'}} | X-Other: 1 | known",
                "{'model':'m','metadata':{'ticket':{'a':1},'session_id':'known'}} | X-Other: 1 | known",
                "{'model':'m','metadata':'text'} | X-Session-Id: s-9 | s-9",
            })
    void aConfiguredPlaceComesFirst(String body, String header, String session) throws Exception {
        assertThat(run(OWN, body, header).sessionId()).isEqualTo(session);
    }

    @Test
    void usersAndAgentsLikewise() throws Exception {
        var run =
                run(
                        OWN,
                        "{'model':'m','user':'known','metadata':{'app':{'name':'billing'}}}",
                        "X-Employee: ada");
        assertThat(run.userId()).isEqualTo("ada");
        assertThat(run.traceName()).contains("billing");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "X-Claude-Code-Session-Id",
                "Session-Id",
                "X-Session-Affinity",
                "Agent-Session-Id",
                "X-Copilot-Session-Id",
                "X-LiteLLM-Session-Id",
                "Helicone-Session-Id",
                "X-OpenClaw-Session-Key",
                "X-Agent-Session",
                "X-Conversation-Id"
            })
    void knownHeadersNeedNoSetting(String header) throws Exception {
        assertThat(run("{}", "{'model':'m'}", header + ": s-1").sessionId()).isEqualTo("s-1");
    }

    /// A sub-agent's parent is no session of its own.
    @Test
    void aParentsSessionIsNotTheRequests() throws Exception {
        var run = run("{}", "{'model':'m'}", "X-Parent-Session-Id: parent");
        assertThat(run.sessionId()).isNotEqualTo("parent");
    }

    /// What no client sends in good faith is ignored, wherever it stands.
    @Test
    void valuesThatAreTooLongAreNoSession() throws Exception {
        var run = run(OWN, "{'model':'m','metadata':{'ticket':'" + "x".repeat(500) + "'}}");
        assertThat(run.sessionId()).doesNotContain("xxx");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'hints':{'session':'x-ticket'}} | llm.hints.session: 'x-ticket' must be header.NAME or body.KEY",
                "{'hints':{'user':['body.']}} | llm.hints.user: 'body.' must be",
                "{'hints':{'usr':'header.a'}} | llm.hints.usr: unknown key; did you mean `user`?"
            })
    void whatIsWrongIsNamedByItsPath(String json, String message) {
        var tree = Json.object(json.replace('\'', '"')).orElseThrow();
        assertThatThrownBy(() -> LlmConfig.from(tree))
                .isInstanceOf(SettingsException.class)
                .hasMessageStartingWith(message);
    }
}
