package dev.spangate.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The agent against the model and a server, nothing in between.
class AgentTest {
    private final ScriptedModel model = ScriptedModel.start(new TravelScript());
    private final ToolServer server = ToolServer.start("all", tools(), 0);

    @AfterEach
    void close() {
        model.close();
        server.close();
    }

    @ParameterizedTest
    @CsvSource({"openai,true", "openai,false", "anthropic,true", "anthropic,false"})
    void theConversationEndsWithWhatTheToolsSaid(String dialect, boolean stream) {
        try (var agent = agent(dialect, stream, model.uri())) {
            String first = agent.ask(TravelScript.FIRST_TURN);
            String second = agent.ask(TravelScript.SECOND_TURN);

            assertThat(first)
                    .contains("Paris: 18 C", "Rome: 25 C", "mailbox full: cannot deliver to bob");
            assertThat(second)
                    .isEqualTo("Oslo: 4 C, rain turning to snow in the evening. Take a coat.");
            assertThat(agent.executions()).isEqualTo(6);
            assertThat(agent.inferences()).isEqualTo(5);
        }
    }

    @Test
    void itsOwnToolNeverReachesTheServer() {
        try (var agent = agent("openai", true, model.uri())) {
            agent.ask(TravelScript.FIRST_TURN);
        }

        assertThat(server.calls())
                .extracting(call -> Json.text(call, "name"))
                .containsExactlyInAnyOrder("forecast", "forecast", "send_mail", "add_note");
    }

    @Test
    void aToolThatIsNotThereIsAResultForTheModel() {
        try (var lost = ScriptedModel.start(ModelScript.probe("no_such", Map.of()));
                var agent = agent("openai", false, lost.uri())) {
            // the probe asks only for what is on offer, so it is done at once
            assertThat(agent.ask("go")).isEqualTo("done");
        }
        try (var stubborn = ScriptedModel.start(AgentTest::askForNoSuchTool);
                var agent = agent("openai", false, stubborn.uri())) {
            assertThat(agent.ask("go")).isEqualTo("there is no tool no_such");
        }
    }

    @Test
    void aRefusedRequestIsNotTriedAgain() {
        try (var refusing = ScriptedModel.start(c -> new Reply.Failure(400, "invalid", "bad key"));
                var agent = agent("anthropic", true, refusing.uri())) {
            assertThatThrownBy(() -> agent.ask("go"))
                    .hasMessageContaining("400")
                    .hasMessageContaining("bad key");
            assertThat(refusing.requests()).hasSize(1);
        }
    }

    private static Reply askForNoSuchTool(Conversation conversation) {
        return conversation.resultsSinceUser().isEmpty()
                ? Reply.calls(Reply.wish("no_such", Map.of()))
                : Reply.text(conversation.resultsSinceUser().getFirst().text());
    }

    private Agent agent(String dialect, boolean stream, URI uri) {
        var belt = new ToolBelt(server.uri(), Map.of(), SampleTools.local(), 1);
        return new Agent(client(dialect, stream, uri), belt);
    }

    private static LlmClient client(String dialect, boolean stream, URI uri) {
        return dialect.equals("openai")
                ? new OpenAiClient(
                        new HttpModel(uri.resolve("/v1/chat/completions"), Map.of(), stream, 3),
                        "gpt-4.1-mini",
                        "Be brief.")
                : new AnthropicClient(
                        new HttpModel(uri.resolve("/v1/messages"), Map.of(), stream, 3),
                        "claude-haiku-4-5",
                        "Be brief.");
    }

    private static List<SampleTool> tools() {
        var tools = new ArrayList<>(SampleTools.weather(Duration.ofMillis(5)));
        tools.addAll(SampleTools.office());
        return tools;
    }
}
