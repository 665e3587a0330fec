package dev.spangate.policies;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.testing.SuiteNotes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Precision and recall of the detectors over the corpus; streamed at every split offset.
@Tag("guards")
class GuardsCorpusTest {
    private final Guard personal = Guard.personalData("pii", Guard.Action.MASK, "US");
    private final Guard credentials = Guard.credentials("credentials", Guard.Action.MASK);

    @Test
    void detectorsReachTheirGoals() {
        var corpus = new Corpus();
        var harmless = corpus.harmless();

        var pii = measure(personal, corpus.personal(), harmless);
        var secrets = measure(credentials, corpus.credentials(), harmless);
        var injection = measureInjection();

        SuiteNotes.figures(
                "guards",
                String.format(
                        Locale.ROOT,
                        "pii_recall=%.4f pii_precision=%.4f credentials_recall=%.4f credentials_precision=%.4f"
                                + " injection_recall=%.4f injection_precision=%.4f",
                        pii.recall(),
                        pii.precision(),
                        secrets.recall(),
                        secrets.precision(),
                        injection.recall(),
                        injection.precision()));
        assertThat(pii.recall()).isGreaterThanOrEqualTo(0.98);
        assertThat(pii.precision()).isGreaterThanOrEqualTo(0.98);
        assertThat(secrets.recall()).isGreaterThanOrEqualTo(0.99);
    }

    @Test
    void aStreamMasksWhatTheWholeTextWouldMaskAtEverySplit() {
        var corpus = new Corpus();
        List<Corpus.Sample> samples = new ArrayList<>(corpus.personal());
        samples.addAll(corpus.credentials());
        int step = SuiteNotes.full() ? 1 : 25;
        for (int i = 0; i < samples.size(); i += step) {
            var sample = samples.get(i);
            var guard = i < samples.size() / 2 ? personal : credentials;
            var text = "lead in ".repeat(90) + sample.text() + " and out".repeat(90);
            var whole = guard.check(text).text();
            int begin = text.indexOf(sample.text());
            for (int split = begin; split <= begin + sample.text().length(); split++) {
                var stream = guard.stream(new Masking());
                var streamed =
                        stream.push(text.substring(0, split))
                                + stream.push(text.substring(split))
                                + stream.finish();
                assertThat(streamed).as("split at %d of %s", split, sample.kind()).isEqualTo(whole);
            }
        }
    }

    private record Figures(int right, int missed, int wrong) {
        double recall() {
            return (double) right / Math.max(1, right + missed);
        }

        double precision() {
            return (double) right / Math.max(1, right + wrong);
        }
    }

    private static Figures measure(
            Guard guard, List<Corpus.Sample> samples, List<String> harmless) {
        int right = 0;
        int missed = 0;
        int wrong = 0;
        Map<String, Integer> missedByKind = new TreeMap<>();
        for (var sample : samples) {
            var masked = guard.check(sample.text()).text();
            for (var value : sample.values()) {
                if (masked.contains(value)) {
                    missed++;
                    missedByKind.merge(sample.kind(), 1, Integer::sum);
                } else {
                    right++;
                }
            }
        }
        List<String> mistaken = new ArrayList<>();
        for (var text : harmless) {
            if (guard.check(text).acted()) {
                wrong++;
                mistaken.add(text);
            }
        }
        System.out.println(guard.name() + " missed " + missedByKind);
        mistaken.stream().limit(5).forEach(text -> System.out.println("  mistaken: " + text));
        return new Figures(right, missed, wrong);
    }

    private static Figures measureInjection() {
        var guard = Guard.injection("injection", Guard.Action.REPORT, 0.5);
        int right = 0;
        int wrong = 0;
        var attacks = InjectionSamples.attacks();
        for (var attack : attacks) {
            if (guard.check(attack).acted()) {
                right++;
            } else {
                System.out.println("  injection missed: " + attack);
            }
        }
        for (var text : InjectionSamples.harmless()) {
            if (guard.check(text).acted()) {
                wrong++;
                System.out.println("  injection mistaken: " + text);
            }
        }
        return new Figures(right, attacks.size() - right, wrong);
    }
}
