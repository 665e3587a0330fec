package dev.spangate.linking;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Rules L1 and L5 as a pure function: every row of the table and what holds for any candidates.
final class MatcherTest {
    private final Random random = new Random(20261128);
    private final Run run =
            new Run(
                    "run",
                    new Conversation("conv", null, null),
                    new Place("0".repeat(31) + "1", null, false, true, "s", List.of()),
                    "top",
                    "agent",
                    new JournalRecord.RunAttributes(
                            "run", "s", null, null, List.of(), null, "s", true));
    private int calls;

    /// One candidate; `spec` names what it has: `equal`, `named`, `random`, `closed`, `several`,
    /// `sN` a session, `tN` a trace id, `iN` the inference that issued it.
    private Matcher.Candidate candidate(String spec) {
        var words = List.of(spec.split(" "));
        String session = valued(words, 's');
        String issuer = valued(words, 'i');
        return new Matcher.Candidate(
                call(),
                issuer == null ? calls : Long.parseLong(issuer),
                "search",
                session == null ? Map.of() : Map.of("session", session),
                valued(words, 't'),
                words.contains("equal"),
                !words.contains("closed"),
                words.contains("named"),
                words.contains("random"),
                words.contains("several"));
    }

    private static @Nullable String valued(List<String> words, char kind) {
        return words.stream()
                .filter(word -> word.length() == 2 && word.charAt(0) == kind)
                .map(word -> word.substring(1))
                .findFirst()
                .orElse(null);
    }

    private Call call() {
        var thread = new RunThread(run, "thread");
        var by = new Inference(++calls, "span" + calls, thread, 0, Map.of(), null);
        return new Call(by, "call_" + calls, true, calls, 0);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // candidates ; separated | names an id | session | trace | fitting | outcome |
                // method
                "equal                          | false |   |   | 1 | hit     | arguments",
                "equal closed                   | false |   |   | 0 | nothing | none",
                "i1                             | false |   |   | 0 | nothing | none",
                "equal i1; equal i2             | false |   |   | 2 | several | arguments",
                "equal i1; equal i1             | false |   |   | 2 | hit     | arguments",
                "equal several                  | false |   |   | 1 | results | result",
                "equal s1                       | false | 1 |   | 1 | at once | session",
                "equal s1                       | false | 2 |   | 0 | nothing | none",
                "equal s1; equal s2             | false | 1 |   | 1 | at once | session",
                "equal s1; equal                | false | 1 |   | 2 | several | arguments",
                "equal s1 i1; equal s1 i1       | false | 1 |   | 2 | hit     | session",
                "equal t1                       | false |   | 1 | 1 | hit     | trace-context",
                "equal t1; equal t2             | false |   | 1 | 1 | hit     | trace-context",
                "equal t1; equal                | false |   | 1 | 2 | several | arguments",
                "equal t1; equal t2             | false |   | 3 | 2 | several | arguments",
                "equal                          | false |   | 1 | 1 | hit     | arguments",
                "equal named random             | true  |   |   | 1 | at once | call-id",
                "named random                   | true  |   |   | 1 | at once | call-id",
                "named random closed            | true  |   |   | 1 | at once | call-id",
                "named random; equal            | true  |   |   | 2 | results | result",
                "equal named random; equal      | true  |   |   | 1 | at once | call-id",
                "equal                          | true  |   |   | 1 | results | result",
                "i1                             | true  |   |   | 0 | results | result",
                "equal named                    | true  |   |   | 1 | hit     | call-id",
                "named                          | true  |   |   | 0 | results | result",
                "equal named closed             | true  |   |   | 0 | results | result",
                "equal named i1; equal named i2 | true  |   |   | 2 | several | call-id",
                "equal named; equal             | true  |   |   | 1 | hit     | call-id",
                "named random s1                | true  | 2 |   | 0 | results | result",
                "equal named several            | true  |   |   | 1 | results | result"
            })
    void l1EveryRow(
            String specs,
            boolean namesId,
            @Nullable String session,
            @Nullable String trace,
            int fitting,
            String outcome,
            String method) {
        List<Matcher.Candidate> found = new ArrayList<>();
        for (String spec : specs.split(";")) {
            found.add(candidate(spec.strip()));
        }
        Map<String, String> ids = session == null ? Map.of() : Map.of("session", session);
        for (int n = 0; n < 4; n++) {
            var narrowed = Matcher.narrow(found, namesId, ids, trace);
            assertThat(narrowed.fitting()).hasSize(fitting);
            assertThat(told(narrowed)).isEqualTo(outcome);
            assertThat(narrowed.method().key()).isEqualTo(method);
            Collections.shuffle(found, random); // the order of look-ups decides nothing
        }
    }

    private static String told(Matcher.Narrowed narrowed) {
        if (narrowed.atOnce()) {
            return "at once";
        }
        if (narrowed.resultOnly()) {
            return "results";
        }
        return narrowed.hit() ? "hit" : narrowed.fitting().isEmpty() ? "nothing" : "several";
    }

    private List<Matcher.Candidate> any() {
        List<Matcher.Candidate> found = new ArrayList<>();
        for (int i = random.nextInt(6); i >= 0; i--) {
            var spec = new StringBuilder("i" + random.nextInt(3));
            for (var word : List.of("equal", "named", "random", "closed", "several")) {
                spec.append(random.nextInt(3) == 0 ? " " + word : "");
            }
            spec.append(random.nextBoolean() ? " s" + random.nextInt(2) : "");
            spec.append(random.nextBoolean() ? " t" + random.nextInt(2) : "");
            found.add(candidate(spec.toString()));
        }
        return found;
    }

    @Test
    void l1WhatFitsAgreesAndIsEqualUnlessItsRandomIdIsNamed() {
        for (int n = 0; n < 5_000; n++) {
            var found = any();
            boolean namesId = random.nextBoolean();
            Map<String, String> ids = new HashMap<>();
            if (random.nextBoolean()) {
                ids.put("session", Integer.toString(random.nextInt(2)));
            }
            String trace = random.nextBoolean() ? Integer.toString(random.nextInt(2)) : null;
            var narrowed = Matcher.narrow(found, namesId, ids, trace);
            for (var candidate : found) {
                if (narrowed.fitting().contains(candidate.call())) {
                    assertThat(Matcher.agree(candidate.ids(), ids)).as("%s", found).isTrue();
                    assertThat(
                                    (candidate.equalArguments() && candidate.open())
                                            || (namesId && candidate.named() && candidate.random()))
                            .as("%s", found)
                            .isTrue();
                }
            }
            if (narrowed.atOnce()) {
                assertThat(narrowed.fitting()).hasSize(1);
                assertThat(narrowed.hit()).isTrue();
                assertThat(narrowed.method()).isIn(Method.CALL_ID, Method.SESSION);
            }
            if (narrowed.resultOnly()) {
                assertThat(narrowed.hit()).isFalse();
            }
        }
    }

    @Test
    void l1AnotherCandidateNeverMakesAnAmbiguousSetFinalAtOnce() {
        for (int n = 0; n < 5_000; n++) {
            var found = any();
            var narrowed = Matcher.narrow(found, false, Map.of(), null);
            var more = new ArrayList<>(found);
            more.add(candidate("equal i9"));
            var wider = Matcher.narrow(more, false, Map.of(), null);
            assertThat(wider.fitting()).containsAll(narrowed.fitting());
            assertThat(wider.atOnce()).isFalse();
            if (!narrowed.fitting().isEmpty()) {
                assertThat(wider.hit()).as("%s", more).isFalse();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "session=1, session=1, true, true",
        "session=1, session=2, false, false",
        "session=1, thread=1, true, false",
        "session=1;thread=2, session=1;thread=3, false, true",
        "session=1;thread=2, thread=2, true, true"
    })
    void l1IdsOfTheSameKindThatDifferExclude(
            String one, String other, boolean agree, boolean share) {
        assertThat(Matcher.agree(ids(one), ids(other))).isEqualTo(agree);
        assertThat(Matcher.agree(ids(other), ids(one))).isEqualTo(agree);
        assertThat(Matcher.shares(ids(one), ids(other))).isEqualTo(share);
        assertThat(Matcher.agree(ids(one), Map.of())).isTrue();
        assertThat(Matcher.shares(ids(one), Map.of())).isFalse();
    }

    private static Map<String, String> ids(String text) {
        Map<String, String> ids = new HashMap<>();
        for (String pair : text.split(";")) {
            ids.put(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
        }
        return ids;
    }
}
