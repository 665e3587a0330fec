package dev.spangate.linking;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Two agents under one key make the same call at the same time: only the echoed text tells whose
/// execution is whose (rule L4), whatever texts the tool gave before and however they overlap.
final class EchoedTextTruthTest {
    private static final String ARGUMENTS = "{\"q\":1}";

    private final Stage stage = new Stage().expose("/mcp", "search");
    private int ids;

    /// One agent with one open call.
    private final class Side {
        final Stage.Agent agent = stage.agent("team");
        final String id = "call_a8f3k2m9x" + ++ids + "z";

        Side() {
            agent.says("request " + id);
            agent.calls(agent.ask(), new ToolCall(id, "search", ARGUMENTS));
        }

        ToolRecording executes(String text) {
            return executes(ARGUMENTS, text);
        }

        ToolRecording executes(String arguments, String... parts) {
            var execution = agent.execute("search", arguments);
            String result = json(parts);
            execution.result(result);
            execution.end(new ToolEnd(new Outcome.Completed(), result, true, Map.of()));
            return execution;
        }

        void echoes(String text) {
            agent.result(id, text);
            agent.text(agent.ask(), "done");
        }
    }

    private static String json(String... parts) {
        var content = CanonicalJson.MAPPER.createArrayNode();
        for (String part : parts) {
            content.add(
                    CanonicalJson.MAPPER.createObjectNode().put("type", "text").put("text", part));
        }
        return CanonicalJson.MAPPER.createObjectNode().set("content", content).toString();
    }

    private String linkedTo(ToolRecording execution) {
        return String.valueOf(
                stage.recorded.released(execution.span()).attributes().get("gen_ai.tool.call.id"));
    }

    @Test
    void aToolThatGaveManyTextsToEqualArgumentsIsStillToldByTheNextOne() {
        for (int i = 0; i < 100; i++) {
            var one = new Side();
            var other = new Side();
            var first = one.executes("the first result number " + i);
            var second = other.executes("the second result number " + i);
            other.echoes("the second result number " + i);
            one.echoes("the first result number " + i);

            assertThat(linkedTo(first)).as("round %d", i).isEqualTo(one.id);
            assertThat(linkedTo(second)).as("round %d", i).isEqualTo(other.id);
        }
    }

    @Test
    void aTextThatTheToolGaveLongAgoProvesNothing() {
        var cached = new Side();
        cached.executes("the cached result of the first call");
        cached.echoes("the cached result of the first call");
        for (int i = 0; i < 100; i++) {
            var side = new Side();
            side.executes("the result number " + i);
            side.echoes("the result number " + i);
        }
        var answeredFromCache = new Side();
        var executed = new Side();
        var execution = executed.executes("the cached result of the first call");
        answeredFromCache.echoes("the cached result of the first call");

        assertThat(stage.recorded.release(execution.span().spanId())).isEmpty();
        executed.agent.text(executed.agent.ask(), "no echo at all");
        stage.pass(700_000);
        assertThat(linkedTo(execution)).isNotEqualTo(answeredFromCache.id);
    }

    @Test
    void aPartThatBothResultsHaveDoesNotHideTheTextThatDiffers() {
        var one = new Side();
        var other = new Side();
        var first =
                one.executes(
                        ARGUMENTS,
                        "Two parts follow this line.",
                        "Report 4097 of the first shelf.");
        var second =
                other.executes(
                        ARGUMENTS,
                        "Two parts follow this line.",
                        "Report 4098 of the other shelf.");
        one.echoes("Two parts follow this line.\nReport 4097 of the first shelf.");
        other.echoes("Two parts follow this line.\nReport 4098 of the other shelf.");

        assertThat(linkedTo(first)).isEqualTo(one.id);
        assertThat(linkedTo(second)).isEqualTo(other.id);
    }

    @Test
    void aResultThatIsALineOfAnotherDoesNotClaimItsWrappedEcho() {
        for (String line : List.of("ok", "nothing else was found on the shelf")) {
            var one = new Side();
            var other = new Side();
            var shorter = one.executes(line);
            var longer = other.executes("compiled in 3 seconds\n" + line + "\nend of report");
            other.echoes("<result>\ncompiled in 3 seconds\n" + line + "\nend of report\n</result>");
            one.echoes("<result>\n" + line + "\n</result>");

            assertThat(linkedTo(longer)).as(line).isEqualTo(other.id);
            assertThat(linkedTo(shorter)).as(line).isEqualTo(one.id);
        }
    }

    @Test
    void changedArgumentsAreToldByTheWholeTextNotByASharedPart() {
        var one = new Side();
        var other = new Side();
        var first =
                one.executes(
                        "{\"q\":\"changed\"}",
                        "Two parts follow this line.",
                        "Report 4097 of one.");
        var second =
                other.executes(
                        "{\"q\":\"other\"}", "Two parts follow this line.", "Report 4098 of two.");
        other.echoes("Two parts follow this line.\nReport 4098 of two.");
        one.echoes("Two parts follow this line.\nReport 4097 of one.");

        assertThat(linkedTo(first)).isEqualTo(one.id);
        assertThat(linkedTo(second)).isEqualTo(other.id);
    }

    @Test
    void aCutEchoIsToldByItsStartThoughAnotherResultEndsInsideIt() {
        var one = new Side();
        var other = new Side();
        String start = "the report of all shelves begins with the first one";
        String whole = start + " and goes on with the second one and the third one after it";
        var shorter = one.executes(start);
        var longer = other.executes(whole);
        other.echoes(whole.substring(0, 90) + "… [truncated]");
        one.echoes(start);

        assertThat(linkedTo(longer)).isEqualTo(other.id);
        assertThat(linkedTo(shorter)).isEqualTo(one.id);
    }

    @Test
    void anEchoThatHoldsBothTextsSideBySideProvesNeither() {
        var one = new Side();
        var other = new Side();
        var first = one.executes("the report of the first shelf");
        var second = other.executes("the report of the second shelf");
        one.echoes("the report of the first shelf\nthe report of the second shelf");

        assertThat(stage.recorded.release(first.span().spanId())).isEmpty();
        assertThat(stage.recorded.release(second.span().spanId())).isEmpty();
    }
}
