package dev.spangate.demo;

import static dev.spangate.demo.Json.object;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.testing.SinkSpan;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a caller's `capture` and `telemetry.attributes` do to its spans, on both legs and on the
/// run's own span: over sockets, to a sink, and in the journal's files.
@Tag("e2e")
class CallerCaptureTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String KEY = "sgk_0123456789abcdef";
    private static final String SAID = "canary-of-the-user";
    private static final String GIVEN = "canary-of-the-arguments";
    private static final String FOUND = "canary-of-the-result";

    private static final SampleTool LOOK_UP =
            new SampleTool(
                    "look_up",
                    "Looks something up.",
                    Map.of("what", "what to look up"),
                    arguments ->
                            SampleTool.ToolOutcome.ok(FOUND + " for " + arguments.get("what")));

    private static Reply script(Conversation conversation) {
        return conversation.step() == 0
                ? Reply.calls(Reply.wish("look_up", Map.of("what", GIVEN)))
                : Reply.text("I found " + FOUND);
    }

    /// Content, then session and user, by what the caller lets be recorded.
    @ParameterizedTest
    @CsvSource({"full,true,true", "metadata,false,true", "none,false,false"})
    void aCallersCaptureCountsEverywhere(String capture, boolean content, boolean person)
            throws Exception {
        try (var assembly = Assembly.of(CallerCaptureTest::script, List.of(LOOK_UP))) {
            var spans = run(assembly, capture);

            for (String canary : List.of(SAID, GIVEN, FOUND)) {
                assertThat(assembly.sink.saw(canary)).as(canary).isEqualTo(content);
                assertThat(journal(assembly.folder).contains(canary)).as(canary).isEqualTo(content);
            }
            var run = one(spans, "agent");
            var tool = one(spans, "tool");
            assertThat(tool.text("spangate.link.confidence")).isEqualTo("certain");
            assertThat(tool.text("spangate.link.method")).isNotIn("", "none");
            for (SinkSpan span : List.of(run, tool, one(spans, "generation"))) {
                assertThat(span.text("langfuse.session.id").isEmpty()).isEqualTo(!person);
                assertThat(span.text("langfuse.user.id").isEmpty()).isEqualTo(!person);
                assertThat(span.text("langfuse.observation.input").isEmpty()).isEqualTo(!content);
            }
            assertThat(one(spans, "generation").text("gen_ai.usage.input_tokens")).isNotEmpty();
        }
    }

    /// `telemetry.attributes`: constants, headers, the caller; never a credential.
    @Test
    void extraAttributesReachBothLegs() throws Exception {
        try (var assembly = Assembly.of(CallerCaptureTest::script, List.of(LOOK_UP))) {
            assembly.set(
                    object(
                            "site", "zurich",
                            "team", "team-${header.x-team}",
                            "who", "${caller}",
                            "absent", "${header.x-nobody-sends}"),
                    "telemetry",
                    "attributes");

            var spans = run(assembly, "full");

            for (String type : List.of("generation", "tool")) {
                var span = one(spans, type);
                assertThat(span.attributes())
                        .containsEntry("site", "zurich")
                        .containsEntry("team", "team-blue")
                        .containsEntry("who", "team-a")
                        .containsEntry("langfuse.observation.metadata.team", "team-blue")
                        .doesNotContainKey("absent");
            }
        }
    }

    private static List<SinkSpan> run(Assembly assembly, String capture) throws Exception {
        assembly.set(List.of(object("name", "team-a", "key", KEY, "capture", capture)), "callers");
        int port = assembly.start().port();
        var headers = Map.of("x-spangate-key", KEY, "x-team", "blue", "User-Agent", "a/1.0");
        var chat = URI.create("http://127.0.0.1:" + port + "/openai/v1/chat/completions");
        var llm =
                new OpenAiClient(
                        new HttpModel(chat, headers, true, 1), "gpt-4.1-mini", "Be brief.");
        var belt =
                new ToolBelt(
                        URI.create("http://127.0.0.1:" + port + "/mcp"), headers, List.of(), 1);
        try (var agent = new Agent(llm, belt)) {
            agent.ask(SAID);
        }
        return assembly.sink.awaitSpans(
                spans -> spans.stream().anyMatch(span -> type(span).equals("agent")), PATIENCE);
    }

    private static SinkSpan one(List<SinkSpan> spans, String type) {
        return spans.stream().filter(span -> type(span).equals(type)).findFirst().orElseThrow();
    }

    private static String type(SinkSpan span) {
        return span.text("langfuse.observation.type");
    }

    private static String journal(Path folder) throws Exception {
        var found = new ArrayList<String>();
        try (var files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                found.add(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
            }
        }
        return String.join("\n", found);
    }
}
