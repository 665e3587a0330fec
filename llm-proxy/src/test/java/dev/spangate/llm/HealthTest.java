package dev.spangate.llm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.llm.Models.Destination;
import dev.spangate.llm.Tries.Again;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which target comes first, and how often one is asked: with a clock of the test's own.
class HealthTest {
    private final AtomicLong nanos = new AtomicLong(-5); // clocks may be negative
    private final Health health = new Health(nanos::get);
    private final List<Destination> both = List.of(target("a"), target("b"));

    private static Destination target(String model) {
        var config = LlmConfig.from(Json.object("{\"providers\":{\"openai\":{}}}").orElseThrow());
        return new Destination(config.providers().get("openai"), model, true);
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private List<String> order() {
        return health.order(both).stream().map(Destination::model).toList();
    }

    @Test
    void oneFailureChangesNothing() {
        health.failed(both.getFirst(), Duration.ZERO);
        assertThat(order()).containsExactly("a", "b");
    }

    @Test
    void twoInARowRestIt() {
        health.failed(both.getFirst(), Duration.ZERO);
        health.failed(both.getFirst(), Duration.ZERO);
        assertThat(order()).containsExactly("b", "a");
        pass(Duration.ofSeconds(6));
        assertThat(order()).containsExactly("a", "b");
    }

    @Test
    void oneSuccessForgives() {
        for (int i = 0; i < 9; i++) {
            health.failed(both.getFirst(), Duration.ZERO);
        }
        health.succeeded(both.getFirst());
        assertThat(order()).containsExactly("a", "b");
    }

    @Test
    void everyFurtherFailureRestsItLongerUpToTwoMinutes() {
        for (int i = 0; i < 40; i++) {
            health.failed(both.getFirst(), Duration.ZERO);
        }
        pass(Duration.ofSeconds(119));
        assertThat(order()).containsExactly("b", "a");
        pass(Duration.ofSeconds(2));
        assertThat(order()).containsExactly("a", "b");
    }

    @Test
    void whatItAsksForIsBelievedToTwoMinutes() {
        health.failed(both.getFirst(), Duration.ofSeconds(30));
        assertThat(order()).containsExactly("b", "a");
        pass(Duration.ofSeconds(31));
        assertThat(order()).containsExactly("a", "b");
        health.failed(both.getFirst(), Duration.ofHours(20));
        pass(Duration.ofSeconds(121));
        assertThat(order()).containsExactly("a", "b");
    }

    @Test
    void whereAllRestTheOrderIsTheConfigured() {
        for (var each : both) {
            health.failed(each, Duration.ofSeconds(9));
        }
        assertThat(order()).containsExactly("a", "b");
    }

    @Test
    void inventedNamesAreBounded() {
        for (int i = 0; i < 10_500; i++) {
            health.failed(target("m" + i), Duration.ofSeconds(60));
        }
        health.failed(both.getFirst(), Duration.ofSeconds(60));
        assertThat(order()).containsExactly("a", "b");
    }

    private static List<String> tried(int attempts, Again again, Duration patience) {
        var retry = new LlmConfig.Retry(attempts, Duration.ofMillis(1), Duration.ofSeconds(10));
        var targets = List.of(target("a"), target("denied"), target("c"));
        var tries = new Tries(targets, retry, each -> !each.model().equals("denied"));
        var models = new ArrayList<String>();
        do {
            models.add(tries.current().model());
        } while (models.size() < 20 && tries.next(again, patience));
        return models;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1 | NEVER | 0 | a c",
                "1 | AS_CONFIGURED | 0 | a c",
                "3 | AS_CONFIGURED | 0 | a a a c c c",
                "3 | AS_CONFIGURED | 9 | a a a c c c",
                "3 | AS_CONFIGURED | 11 | a c",
                "3 | NEVER | 0 | a c",
                "1 | ONCE_MORE | 0 | a a c c",
                "3 | ONCE_MORE | 0 | a a a c c c",
            })
    void eachTargetIsTriedAsOftenAsItMayBe(int attempts, Again again, int seconds, String models) {
        assertThat(tried(attempts, again, Duration.ofSeconds(seconds)))
                .containsExactly(models.split(" "));
    }
}
