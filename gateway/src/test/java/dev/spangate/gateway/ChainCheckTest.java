package dev.spangate.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// What a marked run must be, and which gap is named when it is not.
class ChainCheckTest {
    private static final String CALL = "call_8f3a1b2c4d5e6f70";

    private static SeenSpan run() {
        return new SeenSpan(
                "r", null, "agent", "invoke_agent v", "in", "out", -1, -1, null, null, null);
    }

    private static SeenSpan chat(String id) {
        return new SeenSpan(id, "r", "generation", "chat m", "in", "out", 40, 12, null, null, null);
    }

    private static SeenSpan tool() {
        return new SeenSpan(
                "t",
                "r",
                "tool",
                "tools/call check",
                "in",
                "out",
                -1,
                -1,
                CALL,
                "result",
                "certain");
    }

    private static List<SeenSpan> whole() {
        return List.of(run(), chat("a"), tool(), chat("b"));
    }

    @Test
    void aWholeChainHasNoGaps() {
        assertThat(ChainCheck.gaps(whole(), CALL, true)).isEmpty();
    }

    /// Spans arrive in any order, and others beside them (lists, attempts) do not matter.
    @Test
    void orderAndOtherSpansDoNotMatter() {
        var random = new Random(3);
        for (int i = 0; i < 20; i++) {
            var spans = new ArrayList<>(whole());
            spans.add(
                    new SeenSpan(
                            "x", null, "span", "tools/list", null, null, -1, -1, null, null, null));
            Collections.shuffle(spans, random);
            assertThat(ChainCheck.gaps(spans, CALL, true)).isEmpty();
        }
    }

    /// What is left out, and what must be said.
    static Stream<Arguments> missing() {
        return Stream.of(
                Arguments.of(List.of(), "run (agent span): 0 seen, 1 sent"),
                Arguments.of(List.of(chat("a"), tool(), chat("b")), "run (agent span): 0 seen"),
                Arguments.of(List.of(run(), chat("a"), tool()), "inference: 1 seen, 2 sent"),
                Arguments.of(
                        List.of(run(), chat("a"), chat("b")), "tool execution: 0 seen, 1 sent"),
                Arguments.of(
                        List.of(run(), chat("a"), chat("b"), tool(), tool()),
                        "tool execution: 2 seen, 1 sent"),
                Arguments.of(
                        List.of(run(), run(), chat("a"), chat("b"), tool()),
                        "run (agent span): 2 seen, 1 sent"));
    }

    @ParameterizedTest
    @MethodSource("missing")
    void whatIsMissingOrTwiceIsCounted(List<SeenSpan> spans, String gap) {
        assertThat(ChainCheck.gaps(spans, CALL, true)).anyMatch(each -> each.contains(gap));
    }

    @ParameterizedTest
    @CsvSource({"none", "''"})
    void anExecutionWithoutALinkIsAGap(String method) {
        var unlinked =
                new SeenSpan(
                        "t",
                        "r",
                        "tool",
                        "check",
                        "in",
                        "out",
                        -1,
                        -1,
                        null,
                        method.isEmpty() ? null : method,
                        null);

        assertThat(ChainCheck.gaps(List.of(run(), chat("a"), unlinked, chat("b")), CALL, true))
                .containsExactly("no link from check to the model's call");
    }

    @Test
    void aLinkToAnotherCallIsAGap() {
        var wrong =
                new SeenSpan(
                        "t",
                        "r",
                        "tool",
                        "check",
                        "in",
                        "out",
                        -1,
                        -1,
                        "call_other",
                        "arguments",
                        "probable");

        assertThat(ChainCheck.gaps(List.of(run(), chat("a"), wrong, chat("b")), CALL, true))
                .singleElement()
                .asString()
                .contains("another call: call_other");
    }

    @Test
    void aSpanThatStandsElsewhereIsAGap() {
        var orphan =
                new SeenSpan(
                        "t", null, "tool", "check", "in", "out", -1, -1, CALL, "result", "certain");

        assertThat(ChainCheck.gaps(List.of(run(), chat("a"), orphan, chat("b")), CALL, true))
                .containsExactly("check does not stand below the run");
    }

    @ParameterizedTest
    @CsvSource({"0,12", "40,0", "-1,12", "40,-1", "-1,-1"})
    void tokensMustBeThereOnBothSides(long input, long output) {
        var poor =
                new SeenSpan(
                        "a",
                        "r",
                        "generation",
                        "chat m",
                        "in",
                        "out",
                        input,
                        output,
                        null,
                        null,
                        null);

        assertThat(ChainCheck.gaps(List.of(run(), poor, tool(), chat("b")), CALL, true))
                .containsExactly("no token counts on chat m");
    }

    /// Without content recorded, its absence is no gap; everything else still is.
    @Test
    void withoutCaptureContentIsNotMissed() {
        var bare = new ArrayList<SeenSpan>();
        for (var span : whole()) {
            bare.add(
                    new SeenSpan(
                            span.spanId(),
                            span.parentId(),
                            span.type(),
                            span.name(),
                            null,
                            null,
                            span.inputTokens(),
                            span.outputTokens(),
                            span.callId(),
                            span.linkMethod(),
                            span.confidence()));
        }

        assertThat(ChainCheck.gaps(bare, CALL, false)).isEmpty();
        assertThat(ChainCheck.gaps(bare, CALL, true))
                .hasSize(8)
                .allMatch(gap -> gap.startsWith("no input on") || gap.startsWith("no output on"));
    }

    /// Each attribute set of a destination is read to the same span.
    @ParameterizedTest
    @CsvSource({
        "langfuse.observation.input, langfuse.observation.output, gen_ai.usage.input_tokens, gen_ai.usage.output_tokens",
        "gen_ai.input.messages, gen_ai.output.messages, gen_ai.usage.prompt_tokens, gen_ai.usage.completion_tokens",
        "gen_ai.tool.call.arguments, gen_ai.tool.call.result, gen_ai.usage.input_tokens, gen_ai.usage.output_tokens",
    })
    void everyAudiencesAttributesAreRead(
            String input, String output, String inputTokens, String outputTokens) {
        Map<String, String> attributes = new HashMap<>();
        attributes.put(input, "i");
        attributes.put(output, "o");
        attributes.put(inputTokens, "7");
        attributes.put(outputTokens, "2");
        attributes.put("gen_ai.operation.name", "chat");

        var span = SeenSpan.of("s", "", "chat m", attributes::get);

        assertThat(span)
                .isEqualTo(
                        new SeenSpan(
                                "s",
                                null,
                                "generation",
                                "chat m",
                                "i",
                                "o",
                                7,
                                2,
                                null,
                                null,
                                null));
    }

    @ParameterizedTest
    @CsvSource({"invoke_agent,agent", "execute_tool,tool", "chat,generation", "other,span"})
    void aTypeIsReadFromTheOperationWhereLangfusesIsMissing(String operation, String type) {
        var span = SeenSpan.of("s", "p", "n", Map.of("gen_ai.operation.name", operation)::get);

        assertThat(span.type()).isEqualTo(type);
        assertThat(span.parentId()).isEqualTo("p");
    }

    @ParameterizedTest
    @CsvSource({"x", "-3", "1.5", "99999999999999999999"})
    void aTokenCountThatIsNoneIsUnknown(String text) {
        assertThat(
                        SeenSpan.of("s", "p", "n", Map.of("gen_ai.usage.input_tokens", text)::get)
                                .inputTokens())
                .isEqualTo(-1);
    }
}
