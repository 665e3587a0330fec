package dev.spangate.llm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.linking.ToolCall;
import dev.spangate.llm.FrameReader.Framing;
import dev.spangate.proxy.HttpField;
import dev.spangate.proxy.UpstreamResponse;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What a client reads after a translation is what the provider said.
class TranslatedTranscriptsTest {
    static Stream<Arguments> translations() {
        var all = new ArrayList<Arguments>();
        for (var transcript : Transcript.all()) {
            if (transcript.status() >= 400) {
                continue;
            }
            if (transcript.name().startsWith("anthropic/")) {
                all.add(Arguments.of(transcript, Endpoint.CHAT, ProviderType.ANTHROPIC));
            }
            if (transcript.name().startsWith("openai-chat/")
                    && !transcript.name().contains("two-choices")
                    && !transcript.name().contains("custom-tool")) {
                all.add(Arguments.of(transcript, Endpoint.MESSAGES, ProviderType.OPENAI));
                all.add(Arguments.of(transcript, Endpoint.RESPONSES, ProviderType.MISTRAL));
            }
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("translations")
    void theClientReadsWhatTheProviderSaid(
            Transcript transcript, Endpoint client, ProviderType type) throws Exception {
        var original = TranscriptsTest.read(transcript);
        var translated = translate(transcript, client, type);
        assertThat(calls(translated)).containsExactlyInAnyOrderElementsOf(calls(original));
        assertThat(String.join("", translated.answer().texts()))
                .isEqualTo(String.join("", original.answer().texts()));
        assertThat(String.join("", translated.answer().thinking()))
                .isEqualTo(String.join("", original.answer().thinking()));
        assertThat(translated.answer().isComplete()).isEqualTo(original.answer().isComplete());
        assertThat(translated.answer().errorType() == null)
                .isEqualTo(original.answer().errorType() == null);
        if (original.answer().isComplete() && original.answer().usage() != null) {
            var usage = translated.answer().usage();
            assertThat(usage.input()).isEqualTo(original.answer().usage().input());
            assertThat(usage.output()).isEqualTo(original.answer().usage().output());
            assertThat(usage.cacheRead()).isEqualTo(original.answer().usage().cacheRead());
        }
    }

    private static Snapshot translate(Transcript transcript, Endpoint client, ProviderType type)
            throws Exception {
        var translation = Translation.of(client, type).orElseThrow();
        var upstream =
                new UpstreamResponse(
                        transcript.status(),
                        List.of(new HttpField("content-type", transcript.contentType())),
                        new ByteArrayInputStream(transcript.response()),
                        () -> {});
        var answer = translation.answer(upstream);
        var dialect = Dialect.of(client).orElseThrow();
        byte[] body = answer.body().readAllBytes();
        return transcript.streamed()
                ? Snapshot.ofStream(dialect, Framing.EVENTS, new ByteArrayInputStream(body))
                : Snapshot.ofBody(dialect, body);
    }

    /// What the client is to execute. Arguments are compared as JSON: where one API has a text and
    /// the other an object, spaces are lost.
    private static List<ToolCall> calls(Snapshot snapshot) {
        return snapshot.calls().stream()
                .filter(call -> !call.byProvider())
                .map(call ->
                        new ToolCall(
                                call.id(),
                                call.name(),
                                Json.write(Json.object(call.arguments()).orElseThrow())))
                .toList();
    }
}
