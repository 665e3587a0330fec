package dev.spangate.redis;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OutgoingTest {
    private final Outgoing outgoing = new Outgoing();

    @Test
    void textsStayUntilTheyAreConfirmed() throws Exception {
        outgoing.add("a");
        outgoing.add("b");

        assertThat(outgoing.next(0)).isEqualTo(outgoing.next(0));
        outgoing.confirmed(1);

        var rest = outgoing.next(0);
        assertThat(rest.first()).isEqualTo(2);
        assertThat(rest.texts()).containsExactly("b");
        assertThat(outgoing.done()).isEqualTo(1);
    }

    @Test
    void confirmingTwiceChangesNothing() throws Exception {
        outgoing.add("a");
        outgoing.confirmed(1);
        outgoing.confirmed(1);
        outgoing.add("b");

        assertThat(outgoing.next(0).first()).isEqualTo(2);
    }

    @Test
    void aBatchIsBoundedByNumberAndBySize() throws Exception {
        for (int i = 0; i < 1_000; i++) {
            outgoing.add("text " + i);
        }
        assertThat(outgoing.next(0).texts()).hasSize(256);

        outgoing.clear();
        outgoing.add("x".repeat(200 << 10));
        outgoing.add("y".repeat(200 << 10));
        assertThat(outgoing.next(0).texts()).as("one always fits").hasSize(1);
    }

    @Test
    void thereIsAnEndToWhatWaits() {
        int taken = 0;
        while (outgoing.add("x".repeat(1 << 20)) && taken < 100) {
            taken++;
        }

        assertThat(taken).isEqualTo(32);
        assertThat(outgoing.dropped()).isEqualTo(1);
        outgoing.clear();
        assertThat(outgoing.waiting()).isZero();
        assertThat(outgoing.dropped()).isEqualTo(33);
        assertThat(outgoing.done()).isZero();
    }

    @Test
    void numbersBeginAgainAfterClearing() throws Exception {
        outgoing.add("a");
        outgoing.confirmed(1);
        outgoing.clear();
        outgoing.add("b");

        assertThat(outgoing.next(0).first()).isEqualTo(1);
    }
}
