package dev.spangate.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.testing.LangfuseObservation;
import dev.spangate.testing.LangfuseView;
import dev.spangate.testing.OtlpSink;
import dev.spangate.testing.SinkSpan;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/// `./spangate demo --json --otlp URL` as a process: what it prints and what the sink received.
@Tag("e2e")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DemoCommandTest {
    private final OtlpSink sink = OtlpSink.start();
    private Ended ended;
    private JsonNode document;

    /// What a command did.
    record Ended(int code, String out, String err) {}

    @BeforeAll
    void run() throws Exception {
        ended = demo("--json", "--otlp", sink.uri().toString());
        document = Json.read(ended.out());
    }

    @AfterAll
    void close() {
        sink.close();
    }

    @Test
    void itSucceedsAndPrintsOneDocumentAlone() {
        assertThat(ended.code()).as(ended.err()).isZero();
        assertThat(ended.out()).startsWith("{").endsWith("}\n");
        assertThat(document.path("traces").size()).isEqualTo(2);
    }

    @Test
    void eachUserTurnIsOneTraceWithAnAgentSpanOnTop() {
        for (JsonNode trace : document.path("traces")) {
            var tops = spans(trace).stream().filter(s -> s.path("parentSpanId").isNull()).toList();

            assertThat(tops).hasSize(1);
            assertThat(Json.text(tops.getFirst(), "type")).isEqualTo("agent");
            assertThat(Json.text(tops.getFirst(), "name")).isEqualTo("invoke_agent travel-agent");
            assertThat(Json.text(trace, "name")).isEqualTo("travel-agent");
        }
        assertThat(document.at("/traces/0/sessionId").asString())
                .isNotEmpty()
                .isEqualTo(document.at("/traces/1/sessionId").asString());
    }

    @Test
    void generationsAndToolsAreTheTopsChildrenInTimeOrder() {
        for (JsonNode trace : document.path("traces")) {
            var spans = spans(trace);
            String top = Json.text(spans.getFirst(), "spanId");
            var starts = spans.stream().map(span -> span.path("startNanos").asLong()).toList();

            assertThat(starts).isSorted();
            assertThat(spans.subList(1, spans.size()))
                    .extracting(span -> Json.text(span, "parentSpanId"))
                    .containsOnly(top);
        }
        assertThat(types(0))
                .containsExactly(
                        "agent",
                        "generation",
                        "tool",
                        "tool",
                        "tool",
                        "generation",
                        "tool",
                        "tool",
                        "generation");
        assertThat(types(1)).containsExactly("agent", "generation", "tool", "generation");
    }

    @Test
    void everyToolWasRequestedByTheGenerationWhoseAnswerHeldItsCall() {
        int tools = 0;
        for (JsonNode trace : document.path("traces")) {
            var answers = new HashMap<String, String>();
            spans(trace).stream()
                    .filter(span -> Json.text(span, "type").equals("generation"))
                    .forEach(span ->
                            answers.put(
                                    Json.text(span, "spanId"),
                                    attribute(span, "langfuse.observation.output")));
            for (JsonNode span : spans(trace)) {
                if (Json.text(span, "type").equals("tool")) {
                    tools++;
                    String asker = span.path("link").path("requestedBy").asString("");
                    String callId = attribute(span, "gen_ai.tool.call.id");

                    assertThat(answers).as(span.toString()).containsKey(asker);
                    assertThat(callId).startsWith("call_");
                    assertThat(answers.get(asker)).contains(callId);
                    assertThat(span.at("/link/confidence").asString()).isEqualTo("certain");
                }
            }
        }
        assertThat(tools).isEqualTo(6);
    }

    @Test
    void theFailingToolAndTheLocalOneAreShownAsWhatTheyAre() {
        JsonNode mail = only("send_mail");
        JsonNode local = only("read_calendar");

        assertThat(Json.text(mail, "status")).isEqualTo("error");
        assertThat(attribute(mail, "error.type")).isEqualTo("tool_error");
        assertThat(Json.text(local, "name")).isEqualTo("execute_tool read_calendar");
        assertThat(attribute(local, "spangate.tool.observed")).isEqualTo("inferred");
        assertThat(Json.text(local, "status")).isNotEqualTo("error");
    }

    @Test
    void everySpanReportedWasReceivedByTheGivenBackend() {
        var received = sink.spans().stream().map(SinkSpan::spanId).toList();
        var reported = new ArrayList<String>();
        document.path("traces")
                .forEach(t -> spans(t).forEach(s -> reported.add(Json.text(s, "spanId"))));

        assertThat(reported).doesNotHaveDuplicates();
        assertThat(received).containsAll(reported);
        assertThat(sink.duplicates()).isZero();
    }

    @Test
    void langfuseWouldShowBothRunsWithoutAFault() {
        var runs = runs();

        assertThat(runs).hasSize(2);
        for (LangfuseView.Trace run : runs) {
            assertThat(run.faults()).as(run.chain()).isEmpty();
        }
        assertThat(runs.getFirst().input()).contains("What will the weather be");
        assertThat(runs.getFirst().output()).contains("mailbox full");
    }

    @Test
    void langfuseWouldShowEachGenerationWhole() {
        for (LangfuseObservation generation : runs().getFirst().typed("GENERATION")) {
            assertThat(generation.name()).isEqualTo("chat gpt-4.1-mini");
            assertThat(generation.model()).isEqualTo("gpt-4.1-mini");
            assertThat(generation.level()).isEqualTo("DEFAULT");
            assertThat(generation.usage().get("input")).isPositive();
            assertThat(generation.usage().get("output")).isPositive();
            assertThat(generation.input()).contains("\"messages\"").contains("\"tools\"");
            assertThat(generation.output()).contains("\"role\":\"assistant\"");
            assertThat(generation.completionStart()).isNotEmpty();
            assertThat(generation.toolDefinitions()).contains("read_calendar");
        }
        assertThat(runs().getFirst().typed("GENERATION").getFirst().toolCalls())
                .hasSize(3)
                .contains("read_calendar");
    }

    @Test
    void langfuseWouldShowEachToolWithArgumentsResultAndLevel() {
        var tools = runs().getFirst().typed("TOOL");

        assertThat(tools).allSatisfy(tool -> assertThat(tool.input()).startsWith("{"));
        assertThat(tools)
                .filteredOn(tool -> tool.name().contains("send_mail"))
                .singleElement()
                .satisfies(mail -> {
                    assertThat(mail.level()).isEqualTo("ERROR");
                    assertThat(mail.statusMessage()).contains("mailbox full");
                    assertThat(mail.output()).contains("mailbox full");
                });
        assertThat(tools)
                .filteredOn(tool -> tool.name().contains("forecast"))
                .extracting(LangfuseObservation::output)
                .anySatisfy(output ->
                        assertThat(output).isEqualTo("18 C, clear, light wind from the west"))
                .anySatisfy(output -> assertThat(output).contains("25 C"));
    }

    @Test
    void forPeopleItDrawsTreesAndSaysWhatToDoNext() throws Exception {
        var people = demo();

        assertThat(people.code()).as(people.err()).isZero();
        assertThat(people.out())
                .contains("└─ invoke_agent travel-agent")
                .contains("6 tool executions, each linked to the answer that asked for it.")
                .contains("asked for by answer 1")
                .contains("LANGFUSE_PUBLIC_KEY")
                .contains("ANTHROPIC_BASE_URL")
                .doesNotContain("\033[")
                .doesNotContain("not linked");
        assertThat(people.err()).isEmpty();
    }

    private List<LangfuseView.Trace> runs() {
        return sink.langfuse().traces().stream()
                .filter(trace -> !trace.typed("GENERATION").isEmpty())
                .toList();
    }

    private JsonNode only(String tool) {
        var found =
                spans(document.at("/traces/0")).stream()
                        .filter(span -> Json.text(span, "name").contains(tool))
                        .toList();
        assertThat(found).hasSize(1);
        return found.getFirst();
    }

    private List<String> types(int trace) {
        return spans(document.at("/traces/" + trace)).stream()
                .map(span -> Json.text(span, "type"))
                .toList();
    }

    private static List<JsonNode> spans(JsonNode trace) {
        return Json.items(trace.path("spans"));
    }

    private static String attribute(JsonNode span, String key) {
        return span.path("attributes").path(key).asString("");
    }

    /// Runs the command to its end.
    static Ended demo(String... arguments) throws Exception {
        var command = new ArrayList<>(JavaProcess.command(Main.class.getName()));
        command.addAll(List.of(arguments));
        var process = new ProcessBuilder(command).start();
        process.getOutputStream().close();
        var err = CompletableFuture.supplyAsync(() -> read(process.getErrorStream()));
        String out = read(process.getInputStream());
        assertThat(process.waitFor(90, TimeUnit.SECONDS)).isTrue();
        return new Ended(process.exitValue(), out, err.join());
    }

    private static String read(InputStream in) {
        try (in) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
