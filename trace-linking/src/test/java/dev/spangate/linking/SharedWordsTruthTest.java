package dev.spangate.linking;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Results that share words (rule L4): what stands in an echo only in part is no proof, neither
/// where one client changed the arguments, nor where two servers say the same.
final class SharedWordsTruthTest {
    private static final String A = "call_a8f3k2m9x0";
    private static final String B = "call_b7d1q4z8y2";
    private static final String HEAD = "Two parts follow this line.";
    private static final String LONG_HEAD =
            "The report of the shelf begins with the words that every report has, and then says: ";

    private final Stage stage = new Stage().expose("/mcp", "search");

    private static String json(String... parts) {
        var content = CanonicalJson.MAPPER.createArrayNode();
        for (String part : parts) {
            content.add(
                    CanonicalJson.MAPPER.createObjectNode().put("type", "text").put("text", part));
        }
        return CanonicalJson.MAPPER.createObjectNode().set("content", content).toString();
    }

    private ToolRecording executed(Stage.Agent agent, String arguments, String... parts) {
        var execution = agent.execute("search", arguments);
        String result = json(parts);
        execution.result(result);
        execution.end(new ToolEnd(new Outcome.Completed(), result, true, Map.of()));
        return execution;
    }

    private Stage.Agent asking(String id) {
        var agent = stage.agent("team").says("request " + id);
        agent.calls(agent.ask(), new ToolCall(id, "search", "{\"q\":1}"));
        return agent;
    }

    private String linkedTo(ToolRecording execution) {
        return String.valueOf(
                stage.recorded.released(execution.span()).attributes().get("gen_ai.tool.call.id"));
    }

    @Test
    void l4TheFirstPartOfAResultInAnEchoIsNotThatResult() {
        var changing = asking(A); // its client changes the arguments
        var plain = asking(B);
        var changed = executed(changing, "{\"q\":\"one\"}", HEAD, "Report 4097 of the shelf.");
        var same = executed(plain, "{\"q\":1}", HEAD, "Report 4098 of the shelf.");

        changing.result(A, HEAD + "\nReport 4097 of the shelf.");
        changing.text(changing.ask(), "done");
        plain.result(B, HEAD + "\nReport 4098 of the shelf.");
        plain.text(plain.ask(), "done");
        stage.pass(1_000);

        assertThat(linkedTo(same)).isEqualTo(B);
        assertThat(linkedTo(changed)).isEqualTo(A);
    }

    @Test
    void l4AnEchoThatIsCutBeforeResultsDifferProvesNoneWhereAnotherMayBeMeant() {
        var changing = asking(A);
        var plain = asking(B);
        var changed = executed(changing, "{\"q\":\"one\"}", LONG_HEAD + "all is well in there");
        var same = executed(plain, "{\"q\":1}", LONG_HEAD + "it is broken altogether");

        changing.result(A, LONG_HEAD.substring(0, 80) + " [truncated]");
        changing.text(changing.ask(), "done");
        plain.text(plain.says("never mind").ask(), "fine");
        stage.pass(11 * 60_000);

        assertThat(linkedTo(same)).isNotEqualTo(A);
        assertThat(linkedTo(changed)).isNotEqualTo(B);
    }

    @Test
    void l4AllPartsOfAResultWithWordsBetweenThemAreThatResult() {
        var one = asking(A);
        var other = asking(B);
        var first = executed(one, "{\"q\":1}", HEAD, "Report 4097 of the shelf.");
        var second = executed(other, "{\"q\":1}", HEAD, "Report 4098 of the shelf.");

        one.result(A, "Part 1: " + HEAD + "\nPart 2: Report 4097 of the shelf.");
        one.text(one.ask(), "done");
        other.result(B, "Part 1: " + HEAD + "\nPart 2: Report 4098 of the shelf.");
        other.text(other.ask(), "done");

        assertThat(linkedTo(first)).isEqualTo(A);
        assertThat(linkedTo(second)).isEqualTo(B);
    }

    @ParameterizedTest
    @ValueSource(strings = {"docs", "web"})
    void l4AnErrorThatTwoServersWordAlikeIsNotUnique(String own) {
        String other = own.equals("docs") ? "web" : "docs";
        for (var server : List.of("docs", "web")) {
            stage.linker.expose("/mcp/" + server, List.of(new ExposedTool("search", server, null)));
        }
        String error = "Error: search is out of order at the moment.";
        var agent = stage.agent("team").says("look it up");
        agent.calls(agent.ask(), new ToolCall(A, "search", "{\"q\":1}"));
        var mine = at(own, agent, "{\"q\":1}", error);
        var stranger = stage.agent("team").says("something else");
        var theirs = at(other, stranger, "{\"q\":\"edited\"}", error);

        agent.result(A, error);
        agent.text(agent.ask(), "done");
        stage.pass(11 * 60_000);

        assertThat(linkedTo(theirs)).isEqualTo("null");
        assertThat(linkedTo(mine)).isIn("null", A);
    }

    private ToolRecording at(String server, Stage.Agent agent, String arguments, String error) {
        var start =
                new ToolStart(
                        agent.mcp,
                        "/mcp/" + server,
                        server,
                        "search",
                        arguments,
                        Map.of(),
                        null,
                        Map.of());
        var recording = stage.linker.start(start);
        recording.sent();
        agent.broke(recording, error);
        return recording;
    }

    @Test
    void l8AnEchoOfTheSecondAttemptLinksItThoughTheFirstWasLinkedByItsCallId() {
        var agent = asking(A);
        var first = agent.execute("search", "{\"q\":1}", "callId", A);
        agent.broke(first, "Error: out of order");
        var second = agent.execute("search", "{\"q\":1}", "callId", "call_0x9k2j4h5g");
        agent.done(second, "a result that is long enough to prove something");
        agent.result(A, "a result that is long enough to prove something");
        agent.text(agent.ask(), "done");

        assertThat(linkedTo(first)).isEqualTo(A);
        assertThat(linkedTo(second)).isEqualTo(A);
        assertThat(stage.recorded.released(second.span()).attributes())
                .containsEntry("spangate.tool.attempt", 2L)
                .containsEntry("spangate.link.confidence", "certain");
    }

    @Test
    void l4AnEchoOfTheLinkedExecutionProvesNoOtherWithTheSameText() {
        var agent = asking(A);
        var named = agent.execute("search", "{\"q\":1}", "callId", A);
        agent.done(named, "a result that is long enough to prove something");
        var stranger = agent.execute("search", "{\"q\":1}", "callId", "call_0x9k2j4h5g");
        agent.done(stranger, "a result that is long enough to prove something");
        agent.result(A, "a result that is long enough to prove something");
        agent.text(agent.ask(), "done");
        stage.pass(11 * 60_000);

        assertThat(linkedTo(named)).isEqualTo(A);
        assertThat(Recorded.method(stage.recorded.released(stranger.span()))).isEqualTo("none");
    }
}
