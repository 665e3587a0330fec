package dev.spangate.linking;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Rule L2: which exposed tools a model-side name means.
class ToolNamesTest {
    private static final String LONG_RESULT = "a result that is long enough to be told from others";

    private static ToolNames names(String... exposed) {
        var names = new ToolNames();
        names.expose(
                "/mcp",
                Arrays.stream(exposed).map(name -> new ExposedTool(name, "srv", null)).toList(),
                new CanonicalJson(Keyed.random()));
        return names;
    }

    private static List<String> resolved(ToolNames names, String name) {
        return names.resolve("/mcp", name).stream().map(ToolNames.Exposed::name).toList();
    }

    @ParameterizedTest
    @CsvSource({
        "echo, echo",
        "mcp__srv__echo, echo",
        "srv_echo, echo",
        "srv-echo, echo",
        "srv.echo, echo",
        "mcp__spangate.echo, echo",
        "mcp__srv__get-sum, get-sum",
        "mcp__srv__get_sum, get-sum",
        "get_sum, get-sum",
        "a/b/read.file, read.file",
        "mcp__srv__read_file, read.file",
    })
    void l2ANameMeansTheToolItEqualsOrEndsWith(String name, String tool) {
        assertThat(resolved(names("echo", "get-sum", "read.file"), name)).containsExactly(tool);
    }

    @ParameterizedTest
    @CsvSource({"echoes", "anecho", "echo_more", "ec-ho", "Echo", "sum", "mcp__srv__ech"})
    void l2OtherNamesMeanNothing(String name) {
        assertThat(resolved(names("echo", "get-sum"), name)).isEmpty();
    }

    @Test
    void l2TheLongestNameCounts() {
        assertThat(resolved(names("find", "web_find"), "mcp__x__web_find"))
                .containsExactly("web_find");
    }

    @Test
    void l2AnExactNameBeatsACleanedOne() {
        assertThat(resolved(names("a.b", "a_b"), "srv_a_b")).containsExactly("a_b");
        assertThat(resolved(names("a.b", "a_b"), "srv_a.b")).containsExactly("a.b");
        assertThat(resolved(names("a.b", "a:b"), "srv_a_b"))
                .containsExactlyInAnyOrder("a.b", "a:b");
    }

    @Test
    void l2HyphensCountWhereAToolHasThatVeryName() {
        var names = names("get-sum", "get_sum");

        assertThat(resolved(names, "srv__get_sum")).containsExactly("get_sum");
        assertThat(resolved(names, "srv__get-sum")).containsExactly("get-sum");
    }

    @Test
    void l2ClientThatReplacesHyphensIsLinkedByItsCallId() {
        var stage = new Stage().expose("/mcp", "local_get-sum");
        var agent = stage.agent("s").says("add");
        var id = "call_mwv1u5ju000001Zq7";
        agent.calls(
                agent.ask(), new ToolCall(id, "mcp__spangate.local_get_sum", "{\"a\":2,\"b\":3}"));
        var execution = agent.execute("local_get-sum", "{\"a\":2,\"b\":3}", "callId", id);
        agent.done(execution, LONG_RESULT);
        agent.result(id, LONG_RESULT);
        agent.text(agent.ask(), "done");

        var release = stage.recorded.released(execution.span());
        assertThat(release.attributes())
                .containsEntry("gen_ai.tool.call.id", id)
                .containsEntry("spangate.link.confidence", "certain");
        assertThat(stage.recorded.drafts().values())
                .as("no tool of the agent's own is inferred")
                .noneMatch(draft -> draft.name().startsWith("execute_tool "));
    }

    @Test
    void l2AnEndpointThatWasNeverToldKnowsNothing() {
        assertThat(names("echo").resolve("/mcp/other", "echo")).isEmpty();
    }
}
