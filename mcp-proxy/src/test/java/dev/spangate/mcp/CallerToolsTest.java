package dev.spangate.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spangate.linking.Capture;
import dev.spangate.linking.TraceMode;
import dev.spangate.proxy.Action;
import dev.spangate.proxy.Caller;
import dev.spangate.proxy.Decision;
import dev.spangate.proxy.Settings;
import dev.spangate.proxy.SettingsException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CallerToolsTest {
    /// allow | deny | server/tool | sees the server | sees the tool
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "-                | -                | github/create | true  | true",
                "github           | -                | github/create | true  | true",
                "github           | -                | jira/create   | false | false",
                "github/*         | -                | github/create | true  | true",
                "git*             | -                | github/create | true  | true",
                "github/get_*     | -                | github/create | true  | false",
                "github/get_*     | -                | github/get_me | true  | true",
                "*/get_*          | -                | jira/get_me   | true  | true",
                "github jira      | -                | jira/get_me   | true  | true",
                "-                | github           | github/create | false | false",
                "-                | github/*         | github/create | false | false",
                "-                | github/create    | github/create | true  | false",
                "-                | github/create    | github/get    | true  | true",
                "github           | github/delete_*  | github/delete_x | true | false",
                "github           | */delete_*       | github/delete_x | true | false",
                "github           | *                | github/get    | false | false",
                "github/a         | github/a         | github/a      | true  | false",
                "github/x/y       | -                | github/x/y    | true  | true",
                "github           | -                | github2/x     | false | false",
                "githu?           | -                | github/x      | true  | true",
                "GITHUB           | -                | github/x      | false | false",
            })
    void allowNamesWhatIsThereAndDenyTakesAway(
            String allow, String deny, String tool, boolean server, boolean seen) {
        var tools = new CallerTools(words(allow), words(deny));
        var slash = tool.indexOf('/');
        var name = tool.substring(0, slash);

        assertThat(tools.sees(name)).isEqualTo(server);
        assertThat(tools.sees(name, tool.substring(slash + 1))).isEqualTo(seen);
        if (tools.sees(name, tool.substring(slash + 1))) {
            assertThat(tools.sees(name)).as("a tool is never without its server").isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/x", "x/", " "})
    void emptyPatternsAreRefusedWithTheirPath(String pattern) {
        var settings =
                Settings.of("callers[0].mcp", Json.parse("{\"allow\": [\"" + pattern + "\"]}"));

        assertThatThrownBy(() -> CallerTools.from(settings))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("callers[0].mcp.allow")
                .hasMessageContaining("server/tool");
    }

    @Test
    void anUnknownKeyIsRefused() {
        var settings = Settings.of("callers[0].mcp", Json.parse("{\"alow\": [\"x\"]}"));

        assertThatThrownBy(() -> CallerTools.from(settings)).hasMessageContaining("allow");
    }

    @Test
    void thePolicyKnowsCallersByNameAndTakesChangesUp() {
        var access = McpAccess.of(Map.of("team", new CallerTools(List.of("files"), List.of())));
        var team = caller("team");

        assertThat(access.decide(team, new Action.SeeServer("files")))
                .isInstanceOf(Decision.Allow.class);
        assertThat(access.decide(team, new Action.SeeServer("other")))
                .isInstanceOf(Decision.Deny.class);
        assertThat(access.decide(team, new Action.CallTool("other", "x")))
                .isInstanceOfSatisfying(
                        Decision.Deny.class,
                        deny -> assertThat(deny.rule()).isEqualTo("mcp_access"));
        assertThat(access.decide(team, new Action.Infer("openai", "gpt")))
                .isInstanceOf(Decision.Allow.class);
        assertThat(access.decide(caller("nobody-said-anything"), new Action.SeeServer("other")))
                .isInstanceOf(Decision.Allow.class);

        access.replace(Map.of("team", new CallerTools(List.of("other"), List.of())));

        assertThat(access.decide(team, new Action.SeeTool("files", "x")))
                .isInstanceOf(Decision.Deny.class);
        assertThat(access.decide(team, new Action.SeeServer("other")))
                .isInstanceOf(Decision.Allow.class);
    }

    static Caller caller(String name) {
        return new Caller(name, name, false, TraceMode.JOIN, Capture.FULL, List.of());
    }

    private static List<String> words(String text) {
        return text == null ? List.of() : List.of(text.split(" "));
    }
}
