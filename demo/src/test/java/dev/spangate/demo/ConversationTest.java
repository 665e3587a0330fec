package dev.spangate.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// On what ground the scripted model decides.
class ConversationTest {
    @ParameterizedTest
    @CsvSource({
        "forecast,forecast,true",
        "weather_forecast,forecast,true",
        "weather__forecast,forecast,true",
        "mcp__spangate__weather_forecast,forecast,true",
        "weather.forecast,forecast,true",
        "Weather-Forecast,forecast,true",
        "get-sum,get_sum,true",
        "weatherforecast,forecast,false",
        "forecasts,forecast,false",
        "cast,forecast,false"
    })
    void aToolIsKnownBehindAnyUsualPrefix(String offered, String wanted, boolean known) {
        assertThat(new Conversation.Offer(offered, null).is(wanted)).isEqualTo(known);
    }

    @Test
    void whatCountsBeginsAfterTheUsersLastWords() {
        var conversation =
                conversation(
                        user("first"),
                        calls("a", "forecast"),
                        result("a", "old"),
                        user("second"),
                        calls("b", "forecast"),
                        result("b", "new"));

        assertThat(conversation.lastUserText()).isEqualTo("second");
        assertThat(conversation.step()).isEqualTo(1);
        assertThat(conversation.answersOf("forecast")).containsExactly("new");
        assertThat(conversation.resultsSinceUser()).hasSize(1);
    }

    @Test
    void aUserMessageOfResultsIsNotTheUsersWords() {
        var echo =
                new Conversation.Turn(
                        "user", "", List.of(), List.of(new Conversation.Result("a", "ok")));
        var conversation = conversation(user("go"), calls("a", "forecast"), echo);

        assertThat(conversation.lastUserText()).isEqualTo("go");
        assertThat(conversation.answersOf("forecast")).containsExactly("ok");
    }

    @Test
    void answersComeInTheOrderOfTheCallsNotOfTheResults() {
        var both =
                new Conversation.Turn(
                        "assistant",
                        "",
                        List.of(call("a", "forecast"), call("b", "forecast")),
                        List.of());
        var conversation =
                conversation(user("go"), both, result("b", "second"), result("a", "first"));

        assertThat(conversation.answersOf("forecast")).containsExactly("first", "second");
    }

    @Test
    void withoutAUserThereAreNoWordsAndEverythingCounts() {
        var conversation = conversation(calls("a", "t"), result("a", "ok"));

        assertThat(conversation.lastUserText()).isEmpty();
        assertThat(conversation.step()).isEqualTo(1);
    }

    @Test
    void theTravelModelSaysSoWhenForecastsAreMissing() {
        var conversation =
                conversation(user(TravelScript.FIRST_TURN), calls("a", "x"), calls("b", "y"));

        assertThat(((Reply.Answer) new TravelScript().reply(conversation)).text())
                .startsWith("No forecast came back.");
    }

    @Test
    void theProbeAsksOnceAndOnlyForWhatIsOffered() {
        var probe = ModelScript.probe("plain", Map.of("x", "1"));
        var offers = List.of(new Conversation.Offer("mcp__cap__plain", null));

        assertThat(probe.reply(new Conversation("m", List.of(user("go")), offers)))
                .isEqualTo(Reply.calls(Reply.wish("plain", Map.of("x", "1"))));
        assertThat(probe.reply(conversation(user("go")))).isEqualTo(Reply.text("done"));
        assertThat(
                        probe.reply(
                                new Conversation(
                                        "m",
                                        List.of(user("go"), calls("a", "plain"), result("a", "ok")),
                                        offers)))
                .isEqualTo(Reply.text("done"));
    }

    private static Conversation conversation(Conversation.Turn... turns) {
        return new Conversation("m", List.of(turns), List.of());
    }

    private static Conversation.Turn user(String text) {
        return Conversation.Turn.of("user", text);
    }

    private static Conversation.Turn calls(String id, String name) {
        return new Conversation.Turn("assistant", "", List.of(call(id, name)), List.of());
    }

    private static Conversation.Call call(String id, String name) {
        return new Conversation.Call(id, name, Json.read("{}"));
    }

    private static Conversation.Turn result(String id, String text) {
        return new Conversation.Turn(
                "tool", "", List.of(), List.of(new Conversation.Result(id, text)));
    }
}
