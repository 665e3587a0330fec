package dev.spangate.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LangfuseViewTest {
    private static final Map<String, Object> COMMON =
            Map.of(
                    "langfuse.trace.name", "weather-agent",
                    "langfuse.session.id", "sess-42",
                    "langfuse.user.id", "user-7",
                    "langfuse.trace.tags", List.of("gateway", "mcp"),
                    "langfuse.environment", "staging");

    private static final SinkSpan AGENT =
            span(
                    "b0",
                    "",
                    "invoke_agent weather-agent",
                    0,
                    3000,
                    Map.of(
                            "langfuse.observation.type", "agent",
                            "langfuse.observation.input",
                                    "[{\"role\":\"user\",\"content\":\"Weather?\"}]",
                            "langfuse.observation.output",
                                    "{\"role\":\"assistant\",\"content\":\"18 C\"}"));
    private static final SinkSpan CHAT =
            span(
                    "b1",
                    "b0",
                    "chat gpt-4o",
                    10,
                    900,
                    Map.of(
                            "langfuse.observation.type",
                            "generation",
                            "gen_ai.response.model",
                            "gpt-4o-2026",
                            "langfuse.observation.usage_details",
                            "{\"input\":120,\"output\":30,\"total\":150}",
                            "langfuse.observation.input",
                            "{\"messages\":[],\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"get_weather\"}}]}",
                            "langfuse.observation.output",
                            "{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"call_1\",\"type\":\"function\",\"function\":{\"name\":\"get_weather\",\"arguments\":\"{}\"}}]}"));
    private static final SinkSpan TOOL =
            span(
                    "b2",
                    "b0",
                    "tools/call get_weather",
                    910,
                    1200,
                    Map.of(
                            "gen_ai.operation.name", "execute_tool",
                            "gen_ai.tool.name", "get_weather",
                            "gen_ai.tool.call.arguments", "{\"city\":\"Paris\"}",
                            "langfuse.observation.metadata.tool_call_id", "call_1",
                            "spangate.link.method", "call-id",
                            "spangate.link.confidence", "certain"));

    @Test
    void aWholeRunReadsAsLangfuseShowsIt() {
        var trace = LangfuseView.of(List.of(TOOL, CHAT, AGENT)).only();

        assertThat(trace.name()).isEqualTo("weather-agent");
        assertThat(trace.title()).isEqualTo("invoke_agent weather-agent");
        assertThat(trace.sessionId()).isEqualTo("sess-42");
        assertThat(trace.userId()).isEqualTo("user-7");
        assertThat(trace.tags()).containsExactly("gateway", "mcp");
        assertThat(trace.output()).contains("18 C");
        assertThat(trace.faults()).isEmpty();
        assertThat(trace.observations())
                .extracting(LangfuseObservation::type)
                .containsExactly("AGENT", "GENERATION", "TOOL");
        var chat = trace.only("chat gpt-4o");
        assertThat(chat.model()).isEqualTo("gpt-4o-2026");
        assertThat(chat.usage()).containsEntry("total", 150L);
        assertThat(chat.toolDefinitions()).containsExactly("get_weather");
        assertThat(chat.toolCalls()).containsExactly("get_weather");
        var tool = trace.only("get_weather");
        assertThat(tool.input()).isEqualTo("{\"city\":\"Paris\"}");
        assertThat(tool.metadata()).containsEntry("tool_call_id", "call_1");
        assertThat(tool.millis()).isEqualTo(290);
    }

    @Test
    void theChainShowsEverySpanWithItsLink() {
        String chain = LangfuseView.of(List.of(TOOL, CHAT, AGENT)).chains();

        assertThat(chain.lines().toList().get(1)).startsWith("  AGENT invoke_agent weather-agent");
        assertThat(chain).contains("    GENERATION chat gpt-4o").contains("link=call-id/certain");
    }

    @ParameterizedTest
    @CsvSource({
        "langfuse.observation.type,guardrail,GUARDRAIL",
        "langfuse.observation.type,nonsense,SPAN",
        "openinference.span.kind,LLM,GENERATION",
        "openinference.span.kind,RERANKER,SPAN",
        "gen_ai.operation.name,embeddings,EMBEDDING",
        "gen_ai.operation.name,invoke_agent,AGENT",
        "gen_ai.operation.name,retrieval,SPAN",
        "gen_ai.tool.call.id,call_1,TOOL",
        "gen_ai.request.model,gpt,GENERATION",
        "mcp.method.name,tools/call,SPAN"
    })
    void theTypeIsTheFirstRuleThatMatches(String key, String value, String type) {
        assertThat(only(Map.of(key, value)).type()).isEqualTo(type);
    }

    @Test
    void theToolNameOverridesTheSpanNameEvenOnAGeneration() {
        var o =
                only(
                        Map.of(
                                "gen_ai.tool.name",
                                "get_weather",
                                "langfuse.observation.type",
                                "generation"));
        assertThat(o.name()).isEqualTo("get_weather");
    }

    @Test
    void ownInputEndsTheSearchForBothSides() {
        var o = only(Map.of("langfuse.observation.input", "in", "gen_ai.completion", "other"));
        assertThat(o.input()).isEqualTo("in");
        assertThat(o.output()).isNull();
        var stray =
                only(
                        Map.of(
                                "input",
                                "stray",
                                "gen_ai.input.messages",
                                "[]",
                                "gen_ai.output.messages",
                                "[]"));
        assertThat(stray.input()).isEqualTo("stray");
        assertThat(stray.output()).isNull();
    }

    @Test
    void conventionUsageIsTakenApartAndAgentsHaveNone() {
        Map<String, Object> usage =
                Map.of(
                        "gen_ai.usage.input_tokens", 190L,
                        "gen_ai.usage.cache_read.input_tokens", 128L,
                        "gen_ai.usage.output_tokens", 30L,
                        "gen_ai.usage.reasoning.output_tokens", 12L);
        assertThat(only(usage).usage())
                .isEqualTo(
                        Map.of(
                                "input",
                                62L,
                                "input_cached_tokens",
                                128L,
                                "output",
                                18L,
                                "output_reasoning_tokens",
                                12L));
        var agent = new HashMap<>(usage);
        agent.put("gen_ai.operation.name", "invoke_agent");
        assertThat(only(agent).usage()).isEmpty();
    }

    @Test
    void levelAndEnvironmentFollowLangfusesSpelling() {
        assertThat(only(Map.of("langfuse.observation.level", "warn")).level()).isEqualTo("WARNING");
        assertThat(only(Map.of("langfuse.environment", "Prod-1")).environment())
                .isEqualTo("prod-1");
        assertThat(only(Map.of("langfuse.environment", "no spaces")).environment())
                .isEqualTo("default");
    }

    @Test
    void faultsNameWhatAPersonWouldSeeWrong() {
        var other = new HashMap<>(TOOL.attributes());
        other.put("langfuse.session.id", "sess-43");
        var stray = with(TOOL, "b9", "ff", other);
        var faults = LangfuseView.of(List.of(AGENT, CHAT, CHAT, stray)).only().faults();

        assertThat(faults).anySatisfy(f -> assertThat(f).contains("session"));
        assertThat(faults).anySatisfy(f -> assertThat(f).contains("arrived twice"));
        assertThat(faults).anySatisfy(f -> assertThat(f).contains("parent never arrived"));
    }

    @Test
    void aRemoteParentNeedsTheAppRootMark() {
        assertThat(LangfuseView.of(List.of(CHAT)).only().faults()).isNotEmpty();
        var marked = new HashMap<>(CHAT.attributes());
        marked.put("langfuse.internal.is_app_root", true);
        var trace = LangfuseView.of(List.of(with(CHAT, "b1", "c0", marked))).only();
        assertThat(trace.faults()).isEmpty();
        assertThat(trace.input()).isNull();
    }

    @Test
    void onlyRefusesSeveralAndShowsThem() {
        assertThatThrownBy(() -> LangfuseView.of(List.of(AGENT, CHAT)).only().only("no such"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("invoke_agent weather-agent");
    }

    private static LangfuseObservation only(Map<String, Object> attributes) {
        return LangfuseView.of(
                        List.of(
                                new SinkSpan(
                                        "t",
                                        "a",
                                        "",
                                        "name",
                                        "CLIENT",
                                        1,
                                        2,
                                        attributes,
                                        List.of(),
                                        new SinkSpan.Status("UNSET", ""),
                                        Map.of(),
                                        "test",
                                        0)))
                .only()
                .observations()
                .getFirst();
    }

    private static SinkSpan span(
            String id, String parent, String name, long from, long to, Map<String, Object> own) {
        var all = new HashMap<>(COMMON);
        all.putAll(own);
        return new SinkSpan(
                "t1",
                id,
                parent,
                name,
                "CLIENT",
                (from + 1_000) * 1_000_000,
                (to + 1_000) * 1_000_000,
                all,
                List.of(),
                new SinkSpan.Status("UNSET", ""),
                Map.of(),
                "test",
                0);
    }

    private static SinkSpan with(
            SinkSpan s, String id, String parent, Map<String, Object> attributes) {
        return new SinkSpan(
                s.traceId(),
                id,
                parent,
                s.name(),
                s.kind(),
                s.startNanos(),
                s.endNanos(),
                attributes,
                s.links(),
                s.status(),
                s.resource(),
                s.scope(),
                s.request());
    }
}
