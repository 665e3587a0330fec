package dev.spangate.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.genai.Client;
import com.google.genai.errors.ClientException;
import com.google.genai.types.Content;
import com.google.genai.types.FunctionCall;
import com.google.genai.types.FunctionDeclaration;
import com.google.genai.types.GenerateContentConfig;
import com.google.genai.types.HttpOptions;
import com.google.genai.types.HttpRetryOptions;
import com.google.genai.types.Part;
import com.google.genai.types.Tool;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Google's own Java library against the gateway.
@Tag("llm")
class GoogleClientTest {
    private static final GenerateContentConfig TOOLS =
            GenerateContentConfig.builder()
                    .tools(
                            Tool.builder()
                                    .functionDeclarations(
                                            FunctionDeclaration.builder()
                                                    .name("schedule_meeting")
                                                    .build())
                                    .build())
                    .build();
    private static final String MODEL = "gemini-2.5-flash";

    private static Client client(ClientTurns turns, String path) {
        return Client.builder()
                .apiKey("key-of-the-client")
                .httpOptions(
                        HttpOptions.builder()
                                .baseUrl(turns.url(path))
                                .retryOptions(HttpRetryOptions.builder().attempts(1))
                                .build())
                .build();
    }

    private static Content user(Part... parts) {
        return Content.builder().role("user").parts(parts).build();
    }

    /// Gemini's calls have no ids: name and position after the same messages take their place (R1).
    @Test
    void aStreamWithParallelCallsGoesOnWithTheirResults() {
        try (var turns = ClientTurns.of("gemini/stream-parallel-tools", "gemini/stream");
                var client = client(turns, "/gemini")) {
            var history = new ArrayList<Content>();
            history.add(user(Part.fromText("Schedule it")));
            var calls = new ArrayList<FunctionCall>();
            try (var stream = client.models.generateContentStream(MODEL, history, TOOLS)) {
                for (var piece : stream) {
                    calls.addAll(piece.functionCalls());
                    piece.candidates()
                            .ifPresent(all -> all.getFirst().content().ifPresent(history::add));
                }
            }
            assertThat(calls.stream().map(call -> call.args().orElseThrow().get("date")))
                    .containsExactly("2024-07-29", "2024-07-30");
            history.add(
                    user(
                            Part.fromFunctionResponse(
                                    "schedule_meeting",
                                    Map.of("result", "Scheduled in room Ada at nine.")),
                            Part.fromFunctionResponse(
                                    "schedule_meeting",
                                    Map.of("result", "Room Grace is taken until noon."))));
            var words = new StringBuilder();
            try (var stream = client.models.generateContentStream(MODEL, history, TOOLS)) {
                stream.forEach(piece -> words.append(piece.text()));
            }
            assertThat(words).contains("Meow.");
            turns.areOneRun();
            assertThat(turns.requests())
                    .allSatisfy(request -> {
                        assertThat(request.target()).contains(":streamGenerateContent?alt=sse");
                        assertThat(request.header("x-goog-api-key"))
                                .isEqualTo("key-of-the-gateway");
                    });
        }
    }

    @Test
    void anUnstreamedAnswer() {
        try (var turns = ClientTurns.of("gemini/plain");
                var client = client(turns, "/gemini")) {
            var answer = client.models.generateContent(MODEL, "How does AI work?", null);
            assertThat(answer.text()).isNotBlank();
            var inference = turns.inferences(1).getFirst();
            assertThat(inference.output())
                    .contains(Json.write(Json.nodes().stringNode(answer.text())));
            var usage = answer.usageMetadata().orElseThrow();
            assertThat(inference.usage().input())
                    .isEqualTo(
                            usage.promptTokenCount().orElse(0)
                                    + usage.toolUsePromptTokenCount().orElse(0));
        }
    }

    @Test
    void anEmbedding() {
        try (var turns = ClientTurns.of("gemini/embed");
                var client = client(turns, "/gemini")) {
            client.models.embedContent(
                    "gemini-embedding-001", "What is the meaning of life?", null);
            assertThat(turns.bench.draft().name()).isEqualTo("embeddings gemini-embedding-001");
        }
    }

    @Test
    void tokensAreCountedByTheProviderAndAreNoInference() {
        try (var turns = ClientTurns.of("gemini/plain");
                var client = client(turns, "/gemini")) {
            client.models.countTokens(MODEL, "How many?", null);
            assertThat(turns.requests().getFirst().target()).endsWith(":countTokens");
            assertThat(turns.bench.draft().name()).isEqualTo("POST gemini");
        }
    }

    @Test
    void errorsAreTheLibrarysOwnExceptions() {
        try (var turns = ClientTurns.of("gemini/error");
                var client = client(turns, "/gemini");
                var wrong = client(turns, "/gemni")) {
            assertThatThrownBy(() -> client.models.generateContent(MODEL, "x", null))
                    .isInstanceOf(ClientException.class);
            assertThatThrownBy(() -> wrong.models.generateContent(MODEL, "x", null))
                    .isInstanceOf(ClientException.class)
                    .hasMessageContaining("did you mean gemini?");
            assertThat(List.copyOf(turns.requests())).hasSize(1);
        }
    }
}
