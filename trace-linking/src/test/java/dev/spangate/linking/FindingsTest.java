package dev.spangate.linking;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/// What a replica tells of a request's words: the same conclusions without them (rule S3).
final class FindingsTest {
    private final Keyed keyed = new Keyed(0x1234567890abcdefL >>> 4 | 1, 42);
    private final CanonicalJson json = new CanonicalJson(keyed);

    private List<Fingerprint> tellings(String result) {
        return ResultTexts.of(Stage.text(result), keyed).tellings();
    }

    private static Findings again(Findings findings) {
        var text = findings.json().toString();
        return Findings.of(CanonicalJson.MAPPER.readTree(text));
    }

    @Test
    void anEchoAnswersElsewhereAsItDidWhereItsWordsAre() {
        String longer = "the shelf holds seven books and a lamp";
        var findings = new Findings();
        var echo = findings.asked("x:0", new EchoText(keyed, List.of("Result: " + longer)));
        var held = echo.longest(tellings(longer));
        var grade = echo.grade(tellings(longer));
        echo.longest(tellings("something that was never given to anybody"));

        var told = again(findings).echo("x:0");

        assertThat(held).isNotNull();
        assertThat(told.longest(tellings(longer))).isEqualTo(held);
        assertThat(told.grade(tellings(longer))).isEqualTo(grade);
        assertThat(told.longest(tellings("something that was never given to anybody"))).isNull();
    }

    /// L4: a result of several parts is held elsewhere, too, where all of them are, and not by one
    /// of them alone.
    @Test
    void partsOfAResultAreHeldTogetherOrNotAtAll() {
        String one = "the shelf holds seven books";
        String two = "and a lamp that nobody lights";
        var parts =
                ResultTexts.of(
                        "{\"content\":[{\"type\":\"text\",\"text\":\"%s\"},{\"type\":\"text\",\"text\":\"%s\"}]}"
                                .formatted(one, two),
                        keyed);
        var findings = new Findings();
        var whole = findings.asked("x:0", new EchoText(keyed, List.of(two + " | " + one)));
        var first = findings.asked("x:1", new EchoText(keyed, List.of("only " + one)));
        var held = whole.held(parts);
        first.held(parts);

        var told = again(findings);

        assertThat(held).isEqualTo(Fingerprint.ofPlain(keyed, PlainText.of(two)));
        assertThat(told.echo("x:0").held(parts)).isEqualTo(held);
        assertThat(told.echo("x:1").held(parts)).isNull();
    }

    /// What a replica tells of a result says which of its texts are all of it.
    @Test
    void aResultIsReadAsItWasTold() {
        var result = ResultTexts.of(Stage.text("a result of some length"), keyed);
        var event = Snapshots.object();
        Snapshots.result(result, event);

        assertThat(Stored.result(CanonicalJson.MAPPER.readTree(event.toString())))
                .isEqualTo(result);
    }

    /// What it was not asked it does not know: nothing is proved then.
    @Test
    void anEchoSaysNothingToQuestionsThatWereNotAsked() {
        var told = again(new Findings()).echo("x:0");

        assertThat(told.longest(tellings("anything at all, however long"))).isNull();
        assertThat(told.grade(tellings("anything at all, however long")))
                .isEqualTo(Echo.Grade.NONE);
        assertThat(told.explains(new Fingerprint(2, 1, 1), new Fingerprint(1, 1, 1))).isFalse();
    }

    @Test
    void namedCallsSurviveTheWay() {
        var findings = new Findings();
        findings.named(List.of("call_a8f3k2m9x0"));
        findings.named(List.of());

        var told = again(findings);

        assertThat(told.texts()).isEqualTo(2);
        assertThat(told.named(0)).containsExactly("call_a8f3k2m9x0");
        assertThat(told.named(1)).isEmpty();
        assertThat(told.named(7)).isEmpty();
    }

    @Test
    void tooManyWordsAreNone() {
        var findings = new Findings();
        List<String> many = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            many.add("call_a8f3k2m9x" + i);
        }
        findings.named(many);

        assertThat(again(findings).named(0)).isEmpty();
    }

    private static List<Message> conversation(int turns) {
        List<Message> messages = new ArrayList<>();
        messages.add(Message.text(Message.Role.SYSTEM, "be brief"));
        for (int i = 0; i < turns; i++) {
            messages.add(Message.text(Message.Role.USER, "question " + i));
            messages.add(Message.text(Message.Role.ASSISTANT, "answer " + i));
        }
        messages.add(Message.text(Message.Role.USER, "and now?"));
        return messages;
    }

    /// R2 across replicas: the chain of a long conversation ends in the same hash everywhere.
    @Test
    void aRequestHasTheSameChainWhereItWasNotRead() {
        for (int turns : new int[] {0, 1, 5, 40, 400}) {
            var read = RequestView.of(conversation(turns), keyed, json);
            var shared = read.shared(_ -> true, new Findings());
            var text = shared.json().toString();
            var told = RequestView.told(CanonicalJson.MAPPER.readTree(text), keyed, new Findings());

            for (boolean system : new boolean[] {true, false}) {
                var whole = read.chain(Continuations.SEED, system, keyed);
                var cut = told.chain(Continuations.SEED, system, keyed);
                assertThat(cut[cut.length - 1])
                        .as("%d turns", turns)
                        .isEqualTo(whole[whole.length - 1]);
                assertThat(cut).isEqualTo(shared.chain(Continuations.SEED, system, keyed));
            }
            assertThat(told.lastAssistant()).isEqualTo(shared.lastAssistant());
            assertThat(text).doesNotContain("question").hasSizeLessThan(8_000);
        }
    }

    @Test
    void resultsKeepTheirPlaces() {
        var messages = conversation(100);
        messages.add(
                new Message(
                        Message.Role.ASSISTANT,
                        List.of(),
                        List.of(new ToolCall("id-1", "search", "{}")),
                        List.of(),
                        ""));
        messages.add(
                new Message(
                        Message.Role.TOOL,
                        List.of(),
                        List.of(),
                        List.of(new ToolResult("id-1", "search", List.of("secret words"), true)),
                        ""));
        var shared = RequestView.of(messages, keyed, json).shared(_ -> true, new Findings());
        var text = shared.json().toString();
        var told = RequestView.told(CanonicalJson.MAPPER.readTree(text), keyed, new Findings());

        var result = told.results().getFirst();
        assertThat(result.id()).isEqualTo("id-1");
        assertThat(result.name()).isEqualTo("search");
        assertThat(result.error()).isTrue();
        assertThat(result.assistant()).isEqualTo(told.lastAssistant());
        assertThat(result.texts()).isEmpty();
        assertThat(text).doesNotContain("secret");
        assertThat(shared.results().getFirst().texts()).as("where it was read").hasSize(1);
    }

    /// S4: ids follow from the log's key and the entry, and from nothing else.
    @Test
    void idsOfAnEntryAreTheSameEverywhereAndNeverTwice() {
        Set<String> all = new HashSet<>();
        for (long position = 1; position <= 2_000; position++) {
            var first = draw(keyed, position);
            assertThat(draw(keyed, position)).isEqualTo(first);
            all.addAll(first);
        }
        all.addAll(draw(new Keyed(7, 7), 1));

        assertThat(all).hasSize(2_001 * 3);
    }

    private static List<String> draw(Keyed keyed, long position) {
        List<String> drawn = new ArrayList<>();
        Ids.during(
                keyed,
                position,
                () -> {
                    drawn.add(JoinedTraces.traceId());
                    drawn.add(JoinedTraces.spanId());
                    Ids.during(
                            keyed, ~position, JoinedTraces::spanId); // one inside changes nothing
                    drawn.add(JoinedTraces.spanId());
                });
        return drawn;
    }

    @Test
    void aRecordingHasTheIdThatItBeganWith() {
        Ids.during(
                keyed,
                1,
                () -> {
                    Ids.place("0123456789abcdef", UnaryOperator.identity());
                    assertThat(Ids.recording()).isEqualTo("0123456789abcdef");
                });
        assertThat(Ids.recording()).isNotEqualTo("0123456789abcdef");
    }
}
