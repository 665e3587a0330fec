package dev.spangate.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.core.JsonValue;
import com.anthropic.errors.NotFoundException;
import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.messages.ContentBlockParam;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageContentParam;
import com.anthropic.models.messages.MessageCountTokensParams;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.StopReason;
import com.anthropic.models.messages.Tool;
import com.anthropic.models.messages.ToolResultBlockParam;
import com.anthropic.models.messages.ToolUseBlock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Anthropic's own Java library against the gateway, on its provider and on another's.
@Tag("llm")
class AnthropicClientTest {
    private static AnthropicClient client(ClientTurns turns, String path) {
        return AnthropicOkHttpClient.builder()
                .baseUrl(turns.url(path))
                .apiKey("sk-ant-of-the-client")
                .maxRetries(0)
                .build();
    }

    private static MessageCreateParams.Builder ask(String model) {
        var schema =
                Tool.InputSchema.builder()
                        .properties(
                                Tool.InputSchema.Properties.builder()
                                        .putAdditionalProperty(
                                                "location",
                                                JsonValue.from(java.util.Map.of("type", "string")))
                                        .build())
                        .build();
        return MessageCreateParams.builder()
                .model(model)
                .maxTokens(1024)
                .addTool(Tool.builder().name("get_weather").inputSchema(schema).build())
                .addUserMessage("What is the weather like in San Francisco?");
    }

    private static Message streamed(AnthropicClient client, MessageCreateParams params) {
        var answer = MessageAccumulator.create();
        try (var stream = client.messages().createStreaming(params)) {
            stream.stream().forEach(answer::accumulate);
        }
        return answer.message();
    }

    private static List<ToolUseBlock> calls(Message answer) {
        return answer.content().stream().flatMap(block -> block.toolUse().stream()).toList();
    }

    private static void addResults(MessageCreateParams.Builder conversation, Message answer) {
        conversation.addMessage(answer);
        var results = new ArrayList<ContentBlockParam>();
        for (var call : calls(answer)) {
            results.add(
                    ContentBlockParam.ofToolResult(
                            ToolResultBlockParam.builder()
                                    .toolUseId(call.id())
                                    .content("15 degrees and fog over the bay.")
                                    .build()));
        }
        conversation.addUserMessage(MessageContentParam.ofContentBlockParams(results));
    }

    private static String text(Message answer) {
        return answer.content().stream()
                .flatMap(block -> block.text().stream())
                .map(block -> block.text())
                .reduce("", String::concat);
    }

    @Test
    void aStreamWithAToolGoesOnWithItsResult() {
        try (var turns = ClientTurns.of("anthropic/stream-tools", "anthropic/stream")) {
            var client = client(turns, "/anthropic");
            var conversation = ask("claude-sonnet-4-6");
            var answer = streamed(client, conversation.build());
            assertThat(answer.stopReason()).hasValue(StopReason.TOOL_USE);
            assertThat(calls(answer)).hasSize(1);
            addResults(conversation, answer);
            assertThat(text(streamed(client, conversation.build()))).isEqualTo("Hello!");
            turns.areOneRun();
            assertThat(turns.requests())
                    .allSatisfy(request -> {
                        assertThat(request.header("x-api-key"))
                                .isEqualTo("sk-configured-anthropic");
                        assertThat(request.header("anthropic-version")).startsWith("202");
                    });
        }
    }

    @Test
    void parallelCallsWhosePiecesAreInterleavedArriveWhole() {
        try (var turns =
                ClientTurns.of("anthropic/stream-parallel-tools-interleaved", "anthropic/stream")) {
            var client = client(turns, "/anthropic");
            var conversation = ask("claude-sonnet-4-6");
            var answer = streamed(client, conversation.build());
            assertThat(calls(answer)).hasSizeGreaterThan(1);
            addResults(conversation, answer);
            streamed(client, conversation.build());
            turns.areOneRun();
        }
    }

    @Test
    void thinkingIsTheClientsAndTheSpans() {
        try (var turns = ClientTurns.of("anthropic/stream-thinking")) {
            var answer = streamed(client(turns, "/anthropic"), ask("claude-sonnet-4-6").build());
            var thinking =
                    answer.content().stream()
                            .flatMap(block -> block.thinking().stream())
                            .map(block -> block.thinking())
                            .reduce("", String::concat);
            assertThat(thinking).isNotEmpty();
            assertThat(turns.inferences(1).getFirst().output())
                    .contains(Json.write(Json.nodes().stringNode(thinking)));
        }
    }

    /// As Claude Code would use an OpenAI model: translated there and back, ids survive (L9).
    @Test
    void aStreamOfAnOpenAiModel() {
        try (var turns =
                ClientTurns.of(
                        "openai-chat/stream-parallel-tools-interleaved", "openai-chat/stream")) {
            var client = client(turns, "");
            var conversation = ask("gpt");
            var answer = streamed(client, conversation.build());
            assertThat(answer.stopReason()).hasValue(StopReason.TOOL_USE);
            assertThat(calls(answer).stream().map(ToolUseBlock::id))
                    .containsExactlyInAnyOrder(
                            "call_DdmO9pD3xa9XTPNJ32zg2hcA", "call_8kq2MzLr2fQeS7zBD3q9TXcV");
            addResults(conversation, answer);
            var last = streamed(client, conversation.build());
            assertThat(text(last)).isEqualTo("Hello ünï 🌍");
            assertThat(last.usage().inputTokens()).isEqualTo(8);
            assertThat(last.usage().cacheReadInputTokens()).hasValue(4L);
            turns.areOneRun();
            assertThat(turns.requests().getLast().target()).isEqualTo("/v1/chat/completions");
        }
    }

    @Test
    void anUnstreamedAnswerOfAnOpenAiModel() {
        try (var turns = ClientTurns.of("openai-chat/tools", "openai-chat/plain")) {
            var client = client(turns, "");
            var conversation = ask("gpt");
            var answer = client.messages().create(conversation.build());
            assertThat(calls(answer).getFirst().id()).isEqualTo("call_abc123");
            addResults(conversation, answer);
            assertThat(text(client.messages().create(conversation.build()))).isNotEmpty();
            turns.areOneRun();
        }
    }

    @Test
    void tokensAreCountedByTheProvider() {
        try (var turns = ClientTurns.of("anthropic/plain")) {
            var params =
                    MessageCountTokensParams.builder()
                            .model("claude-sonnet-4-6")
                            .addUserMessage("How many?")
                            .build();
            // The answer is no count: that is the scripted provider's, and the library says so.
            var counted = client(turns, "/anthropic").messages().countTokens(params);
            assertThat(counted._inputTokens().isMissing()).isTrue();
            assertThat(turns.requests().getFirst().target()).isEqualTo("/v1/messages/count_tokens");
            assertThat(turns.bench.draft().name()).isEqualTo("POST anthropic");
        }
    }

    @Test
    void errorsAreTheLibrarysOwnExceptions() {
        try (var turns = ClientTurns.of("anthropic/error-overloaded")) {
            var params = ask("claude-sonnet-4-6").build();
            assertThatThrownBy(() -> client(turns, "/anthropic").messages().create(params))
                    .hasMessageContaining("529");
            assertThatThrownBy(() -> client(turns, "/anthropik").messages().create(params))
                    .isInstanceOf(NotFoundException.class)
                    .hasMessageContaining("did you mean anthropic?");
        }
    }

    /// A stream that ends in an error event is an exception for the client and a failure for us.
    @Test
    void anErrorInsideAStream() {
        try (var turns = ClientTurns.of("anthropic/stream-error")) {
            var params = ask("claude-sonnet-4-6").build();
            assertThatThrownBy(() -> streamed(client(turns, "/anthropic"), params))
                    .isInstanceOf(com.anthropic.errors.AnthropicException.class);
            assertThat(turns.inferences(1).getFirst().error()).isTrue();
        }
    }
}
