package dev.spangate.benchmarks.linking;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OpenCallsTest {
    @Test
    void aMillionOpenCallsMayTakeFourHundredMegabytes() {
        assertThat(new OpenCalls.Cost(1_000_000, 400_000_000, 1, 1).withinBudget()).isTrue();
        assertThat(new OpenCalls.Cost(1_000_000, 400_000_001, 1, 1).withinBudget()).isFalse();
    }

    @Test
    void everyCallIsOpenAndEveryMatchIsAgainstAllOfThem() {
        var cost = OpenCalls.measure(20_000);
        assertThat(cost.count()).isEqualTo(20_000);
        assertThat(cost.bytes()).isGreaterThan(20_000 * 100L);
        assertThat(cost.openNanos()).isPositive();
        assertThat(cost.matchNanos()).isPositive();
        assertThat(cost.toString()).contains("open calls: 20000 in").contains("ns per match");
    }
}
