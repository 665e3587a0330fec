package dev.spangate.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.errors.RateLimitException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.helpers.ResponseAccumulator;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionFunctionTool;
import com.openai.models.chat.completions.ChatCompletionMessage;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.chat.completions.ChatCompletionToolMessageParam;
import com.openai.models.embeddings.EmbeddingCreateParams;
import com.openai.models.responses.FunctionTool;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseInputItem;
import com.openai.models.responses.ResponseOutputItem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// OpenAI's own Java library against the gateway: its streams, its tools, its errors.
@Tag("llm")
class OpenAiClientTest {
    private static OpenAIClient client(ClientTurns turns, String path) {
        return OpenAIOkHttpClient.builder()
                .baseUrl(turns.url(path))
                .apiKey("sk-of-the-client")
                .maxRetries(0)
                .build();
    }

    private static ChatCompletionCreateParams.Builder chat(String model) {
        var tool =
                FunctionDefinition.builder()
                        .name("get_current_weather")
                        .parameters(
                                FunctionParameters.builder()
                                        .putAdditionalProperty("type", JsonValue.from("object"))
                                        .build())
                        .build();
        return ChatCompletionCreateParams.builder()
                .model(model)
                .addTool(ChatCompletionFunctionTool.builder().function(tool).build())
                .addUserMessage("What is the weather like in Boston today?");
    }

    private static ChatCompletionMessage streamed(
            OpenAIClient client, ChatCompletionCreateParams params) {
        var answer = ChatCompletionAccumulator.create();
        try (var stream = client.chat().completions().createStreaming(params)) {
            stream.stream().forEach(answer::accumulate);
        }
        return answer.chatCompletion().choices().getFirst().message();
    }

    private static void addResults(
            ChatCompletionCreateParams.Builder conversation, ChatCompletionMessage answer) {
        conversation.addMessage(answer);
        for (var call : answer.toolCalls().orElseThrow()) {
            conversation.addMessage(
                    ChatCompletionToolMessageParam.builder()
                            .toolCallId(call.asFunction().id())
                            .content("Sunny, 20 degrees, wind from the west.")
                            .build());
        }
    }

    @Test
    void aChatStreamWithParallelToolsGoesOnWithItsResults() {
        try (var turns =
                ClientTurns.of(
                        "openai-chat/stream-parallel-tools-interleaved", "openai-chat/stream")) {
            var client = client(turns, "/openai/v1");
            var conversation = chat("gpt-5.4");
            var answer = streamed(client, conversation.build());
            var calls = answer.toolCalls().orElseThrow();
            assertThat(calls.stream().map(call -> call.asFunction().function().arguments()))
                    .containsExactly(
                            "{\"location\":\"Paris, {France}\"}",
                            "{\"location\":\"Bogotá \\\"Centro\\\"\"}");
            addResults(conversation, answer);
            assertThat(streamed(client, conversation.build()).content()).hasValue("Hello ünï 🌍");
            turns.areOneRun();
            assertThat(turns.inferences(2).getFirst().output())
                    .contains("call_DdmO9pD3xa9XTPNJ32zg2hcA", "call_8kq2MzLr2fQeS7zBD3q9TXcV");
            assertThat(turns.requests().getFirst().header("authorization"))
                    .isEqualTo("Bearer sk-configured-openai");
        }
    }

    @Test
    void aStreamWithoutTheQuestionForUsageBringsNoneToTheClientAndOneToTheSpan() {
        try (var turns = ClientTurns.of("openai-chat/stream")) {
            var client = client(turns, "/openai/v1");
            assertThat(usages(client, chat("gpt-5.4").build())).isZero();
            var asking =
                    chat("gpt-5.4")
                            .streamOptions(
                                    ChatCompletionStreamOptions.builder()
                                            .includeUsage(true)
                                            .build());
            assertThat(usages(client, asking.build())).isEqualTo(1);
            assertThat(turns.inferences(2))
                    .allSatisfy(each -> assertThat(each.usage().input()).isEqualTo(12));
        }
    }

    private static long usages(OpenAIClient client, ChatCompletionCreateParams params) {
        try (var stream = client.chat().completions().createStreaming(params)) {
            return stream.stream().filter(chunk -> chunk.usage().isPresent()).count();
        }
    }

    @Test
    void anUnstreamedChatWithATool() {
        try (var turns = ClientTurns.of("openai-chat/tools", "openai-chat/plain")) {
            var client = client(turns, "/v1");
            var conversation = chat("openai/gpt-5.4");
            var answer =
                    client.chat()
                            .completions()
                            .create(conversation.build())
                            .choices()
                            .getFirst()
                            .message();
            addResults(conversation, answer);
            var last = client.chat().completions().create(conversation.build());
            assertThat(last.choices().getFirst().message().content()).isPresent();
            turns.areOneRun();
            assertThat(turns.requests().getLast().body()).contains("\"model\":\"gpt-5.4\"");
        }
    }

    /// On the unified surface: the provider speaks Anthropic Messages, ids survive (L9).
    @Test
    void aChatStreamOfAnAnthropicModel() {
        try (var turns = ClientTurns.of("anthropic/stream-tools", "anthropic/stream")) {
            var client = client(turns, "/v1");
            var conversation = chat("claude");
            var answer = streamed(client, conversation.build());
            var call = answer.toolCalls().orElseThrow().getFirst().asFunction();
            assertThat(call.id()).isEqualTo("toolu_01T1x1fJ34qAmk2tNTrN7Up6");
            assertThat(Json.object(call.function().arguments()).orElseThrow().path("location"))
                    .hasToString("\"San Francisco, CA\"");
            addResults(conversation, answer);
            assertThat(streamed(client, conversation.build()).content()).hasValue("Hello!");
            turns.areOneRun();
            var request = turns.requests().getLast();
            assertThat(request.target()).isEqualTo("/v1/messages");
            assertThat(request.body())
                    .contains("\"tool_use_id\":\"toolu_01T1x1fJ34qAmk2tNTrN7Up6\"");
        }
    }

    private static ResponseCreateParams.Builder responses(String model) {
        var parameters =
                FunctionTool.Parameters.builder()
                        .putAdditionalProperty("type", JsonValue.from("object"))
                        .build();
        return ResponseCreateParams.builder()
                .model(model)
                .addTool(
                        FunctionTool.builder()
                                .name("get_weather")
                                .strict(false)
                                .parameters(parameters)
                                .build());
    }

    private static Response streamed(OpenAIClient client, ResponseCreateParams params) {
        var answer = ResponseAccumulator.create();
        try (var stream = client.responses().createStreaming(params)) {
            stream.stream().forEach(answer::accumulate);
        }
        return answer.response();
    }

    private static List<ResponseInputItem> results(Response answer) {
        var items = new ArrayList<ResponseInputItem>();
        for (var item : answer.output()) {
            if (item.isFunctionCall()) {
                items.add(
                        ResponseInputItem.ofFunctionCallOutput(
                                ResponseInputItem.FunctionCallOutput.builder()
                                        .callId(item.asFunctionCall().callId())
                                        .output("Cloudy with a chance of rain at noon.")
                                        .build()));
            }
        }
        return items;
    }

    private static String text(Response answer) {
        return answer.output().stream()
                .flatMap(item -> item.message().stream())
                .flatMap(message -> message.content().stream())
                .map(content -> content.asOutputText().text())
                .reduce("", String::concat);
    }

    /// `previous_response_id`: only the outputs travel, and the run goes on (R1).
    @Test
    void aResponsesStreamGoesOnFromItsId() {
        try (var turns =
                ClientTurns.of(
                        "openai-responses/stream-reasoning-and-parallel-tools",
                        "openai-responses/stream")) {
            var client = client(turns, "/openai/v1");
            var first =
                    streamed(client, responses("gpt-5.4").input("Weather in two cities?").build());
            var results = results(first);
            assertThat(results).hasSize(2);
            var second =
                    responses("gpt-5.4")
                            .previousResponseId(first.id())
                            .inputOfResponse(results)
                            .build();
            assertThat(text(streamed(client, second))).isEqualTo("Hi there!");
            turns.areOneRun();
            assertThat(turns.inferences(2).getLast().attributes())
                    .containsEntry("gen_ai.request.previous_response.id", first.id());
        }
    }

    /// Responses on a provider that only speaks Chat Completions, as Codex would use it.
    @Test
    void aResponsesStreamOfAChatModel() {
        try (var turns =
                ClientTurns.of(
                        "openai-chat/stream-parallel-tools-interleaved", "openai-chat/stream")) {
            var client = client(turns, "/v1");
            var first =
                    streamed(
                            client,
                            responses("mistral/large").input("Weather in two cities?").build());
            var calls =
                    first.output().stream()
                            .filter(ResponseOutputItem::isFunctionCall)
                            .map(ResponseOutputItem::asFunctionCall)
                            .toList();
            assertThat(calls.stream().map(call -> call.callId()))
                    .containsExactly(
                            "call_DdmO9pD3xa9XTPNJ32zg2hcA", "call_8kq2MzLr2fQeS7zBD3q9TXcV");
            var history = new ArrayList<ResponseInputItem>();
            history.add(
                    ResponseInputItem.ofEasyInputMessage(
                            com.openai.models.responses.EasyInputMessage.builder()
                                    .role(com.openai.models.responses.EasyInputMessage.Role.USER)
                                    .content("Weather in two cities?")
                                    .build()));
            calls.forEach(call -> history.add(ResponseInputItem.ofFunctionCall(call)));
            history.addAll(results(first));
            var second =
                    streamed(client, responses("mistral/large").inputOfResponse(history).build());
            assertThat(text(second)).isEqualTo("Hello ünï 🌍");
            assertThat(second.usage().orElseThrow().inputTokens()).isEqualTo(12);
            turns.areOneRun();
            assertThat(turns.requests().getLast().target()).isEqualTo("/v1/chat/completions");
        }
    }

    @Test
    void whatCannotBeTranslatedIsAnErrorThatNamesTheField() {
        try (var turns = ClientTurns.of("openai-chat/stream")) {
            var params = responses("mistral/large").input("x").previousResponseId("resp_1").build();
            assertThatThrownBy(() -> client(turns, "/v1").responses().create(params))
                    .isInstanceOf(BadRequestException.class)
                    .hasMessageContaining("previous_response_id");
            assertThat(turns.requests()).isEmpty();
        }
    }

    @Test
    void anEmbedding() {
        try (var turns = ClientTurns.of("openai-embeddings/plain")) {
            var answer =
                    client(turns, "/openai/v1")
                            .embeddings()
                            .create(
                                    EmbeddingCreateParams.builder()
                                            .model("text-embedding-3-small")
                                            .input("The food was delicious")
                                            .build());
            assertThat(answer.data()).isNotEmpty();
            assertThat(turns.bench.draft().name()).isEqualTo("embeddings text-embedding-3-small");
        }
    }

    @Test
    void errorsAreTheLibrarysOwnExceptions() {
        try (var turns = ClientTurns.of("openai-chat/error-rate-limit")) {
            assertThatThrownBy(() ->
                            client(turns, "/openai/v1")
                                    .chat()
                                    .completions()
                                    .create(chat("gpt-5.4").build()))
                    .isInstanceOf(RateLimitException.class);
            assertThatThrownBy(() ->
                            client(turns, "/opemai/v1")
                                    .chat()
                                    .completions()
                                    .create(chat("gpt-5.4").build()))
                    .isInstanceOf(NotFoundException.class)
                    .hasMessageContaining("did you mean openai?");
            assertThat(turns.requests()).hasSize(1);
        }
    }

    @Test
    void theModelsOfEveryProvider() {
        try (var turns = ClientTurns.of("openai-chat/plain")) {
            var models = client(turns, "/v1").models().list().data();
            assertThat(models.stream().map(model -> model.id())).contains("claude", "gpt");
        }
    }

    @Test
    void aSessionThatTheClientNamesIsTheSpans() {
        try (var turns = ClientTurns.of("openai-chat/plain")) {
            var params =
                    chat("gpt-5.4")
                            .putAdditionalBodyProperty(
                                    "metadata",
                                    JsonValue.from(
                                            Map.of("session_id", "case-17", "user_id", "ada")))
                            .build();
            client(turns, "/openai/v1").chat().completions().create(params);
            var run = turns.run(turns.inferences(1).getFirst());
            assertThat(run.sessionId()).isEqualTo("case-17");
            assertThat(run.userId()).isEqualTo("ada");
        }
    }
}
