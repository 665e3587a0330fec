package dev.spangate.llm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.TokenStream;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// LangChain4j, a framework that speaks to anything OpenAI-compatible, runs its tool loop through
/// the gateway.
@Tag("llm")
class LangChain4jTest {
    interface Assistant {
        String ask(String text);
    }

    interface StreamingAssistant {
        TokenStream ask(String text);
    }

    /// The framework runs it where the model asks for it.
    static final class Weather {
        private final List<String> asked = new CopyOnWriteArrayList<>();

        @Tool("Get the current weather in a given location")
        String get_current_weather(@P(name = "location") String location) {
            asked.add(location);
            return "Sunny in " + location + ", 20 degrees.";
        }
    }

    @Test
    void itsToolLoopIsOneRun() {
        try (var turns = ClientTurns.of("openai-chat/tools", "openai-chat/plain")) {
            var weather = new Weather();
            var model =
                    OpenAiChatModel.builder()
                            .baseUrl(turns.url("/openai/v1"))
                            .apiKey("sk-of-the-client")
                            .modelName("gpt-5.4")
                            .maxRetries(0)
                            .build();
            var assistant =
                    AiServices.builder(Assistant.class).chatModel(model).tools(weather).build();
            assertThat(assistant.ask("What is the weather like in Boston?")).isNotBlank();
            assertThat(weather.asked).containsExactly("Boston, MA");
            turns.areOneRun();
            assertThat(turns.requests().getLast().body())
                    .contains("\"tool_call_id\" : \"call_abc123\"");
        }
    }

    @Test
    void itsStreamingLoopOfAnAnthropicModelIsOneRun() throws Exception {
        try (var turns = ClientTurns.of("anthropic/stream-tools", "anthropic/stream")) {
            var model =
                    OpenAiStreamingChatModel.builder()
                            .baseUrl(turns.url("/v1"))
                            .apiKey("sk-of-the-client")
                            .modelName("claude")
                            .build();
            var assistant =
                    AiServices.builder(StreamingAssistant.class)
                            .streamingChatModel(model)
                            .tools(new LocalWeather())
                            .build();
            var done = new CompletableFuture<String>();
            assistant
                    .ask("What is the weather like in San Francisco?")
                    .onPartialResponse(_ -> {})
                    .onCompleteResponse(answer -> done.complete(answer.aiMessage().text()))
                    .onError(done::completeExceptionally)
                    .start();
            assertThat(done.get(30, TimeUnit.SECONDS)).isEqualTo("Hello!");
            turns.areOneRun();
        }
    }

    /// The tool's name in Anthropic's example.
    static final class LocalWeather {
        @Tool("Get the weather of a place")
        String get_weather(@P(name = "location") String location, @P(name = "unit") double unit) {
            return location + " has fog, unit " + unit;
        }
    }
}
