package dev.spangate.llm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.linking.Message;
import dev.spangate.linking.ToolCall;
import dev.spangate.linking.Usage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/// Every transcript is read as its `expect` says.
class TranscriptsTest {
    static List<Transcript> transcripts() {
        return Transcript.all();
    }

    @Test
    void eachNamesItsSource() {
        assertThat(transcripts())
                .isNotEmpty()
                .allSatisfy(each -> assertThat(each.header().get("source")).isNotBlank());
    }

    /// A file that no test reads proves nothing; a field that is missing is not asserted.
    @Test
    void everyFileIsReadAndSaysEverything() throws IOException {
        var names = transcripts().stream().map(Transcript::name).toList();
        assertThat(names).hasSizeGreaterThanOrEqualTo(40).doesNotHaveDuplicates();
        assertThat(Transcript.unread()).as("files that no test reads").isEmpty();
        for (var transcript : transcripts()) {
            assertThat(transcript.expected().propertyNames())
                    .as(transcript.name())
                    .contains("input", "output", "usage", "cost", "calls", "finish", "complete");
        }
    }

    @ParameterizedTest
    @MethodSource("transcripts")
    void answerIsReadAsItIs(Transcript transcript) throws IOException {
        var read = read(transcript);
        var expected = transcript.expected();
        var answer = read.answer();
        assertThat(answer.isComplete()).isEqualTo(expected.path("complete").asBoolean());
        assertThat(answer.isPaused()).isEqualTo(expected.path("paused").asBoolean(false));
        assertThat(answer.isDeferred()).isEqualTo(expected.path("deferred").asBoolean(false));
        assertThat(answer.unread() != null).isEqualTo(expected.path("unread").asBoolean(false));
        assertThat(calls(read.calls())).isEqualTo(expected.path("calls"));
        assertThat(answer.errorType()).isEqualTo(Json.textOrNull(expected, "error"));
        assertThat(read.firstTokens()).isLessThanOrEqualTo(1);
        optional(expected, answer);
    }

    private static void optional(JsonNode expected, Answer answer) {
        assertThat(answer.finishReasons())
                .isEqualTo(expected.path("finish").valueStream().map(JsonNode::asString).toList());
        assertThat(answer.output()).isEqualTo(textOrNull(expected, "output"));
        assertThat(usage(answer.usage())).isEqualTo(textOrNull(expected, "usage"));
        if (expected.has("model")) {
            assertThat(answer.model()).isEqualTo(Json.text(expected, "model"));
        }
        if (expected.has("id")) {
            assertThat(answer.id()).isEqualTo(Json.text(expected, "id"));
        }
    }

    @ParameterizedTest
    @MethodSource("transcripts")
    void requestIsReadAsItIs(Transcript transcript) {
        var json = Json.object(transcript.request()).orElseThrow();
        var facts = transcript.dialect().read(transcript.path(), json, true);
        var expected = transcript.expected();
        assertThat(facts.stream()).isEqualTo(transcript.asksForStream(json));
        assertThat(facts.input()).isEqualTo(Json.write(expected.path("input")));
        if (expected.has("results")) {
            assertThat(results(facts.messages())).isEqualTo(expected.path("results"));
        }
        assertThat(facts.previousResponseId()).isEqualTo(Json.textOrNull(expected, "previous"));
        if (expected.has("session")) {
            assertThat(facts.hints().session()).isEqualTo(Json.text(expected, "session"));
        }
        if (expected.has("user")) {
            assertThat(facts.hints().user()).isEqualTo(Json.text(expected, "user"));
        }
        assertThat(transcript.dialect().read(transcript.path(), json, false).input()).isNull();
    }

    static Snapshot read(Transcript transcript) throws IOException {
        return transcript.streamed()
                ? Snapshot.ofStream(
                        transcript.dialect(),
                        transcript.framing(),
                        new ByteArrayInputStream(transcript.response()))
                : Snapshot.ofBody(transcript.dialect(), transcript.response());
    }

    private static JsonNode calls(List<ToolCall> calls) {
        var all = Json.nodes().arrayNode();
        for (var call : calls) {
            var entry = all.addArray().add(call.id()).add(call.name()).add(call.arguments());
            if (call.byProvider()) {
                entry.add(true);
            }
        }
        return all;
    }

    private static JsonNode results(List<Message> messages) {
        var all = Json.nodes().arrayNode();
        var results = new ArrayList<dev.spangate.linking.ToolResult>();
        messages.forEach(message -> results.addAll(message.results()));
        for (var result : results) {
            all.addArray().add(result.callId()).add(String.join("\n", result.texts()));
        }
        return all;
    }

    static String textOrNull(JsonNode expected, String key) {
        var value = expected.path(key);
        return value.isNull() ? null : Json.write(value);
    }

    static String usage(Usage usage) {
        return usage == null
                ? null
                : "[%d,%d,%d,%d,%d]"
                        .formatted(
                                usage.input(),
                                usage.output(),
                                usage.cacheRead(),
                                usage.cacheWrite(),
                                usage.reasoning());
    }
}
