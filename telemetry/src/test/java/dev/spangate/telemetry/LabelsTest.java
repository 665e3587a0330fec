package dev.spangate.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.Attributes;
import org.junit.jupiter.api.Test;

class LabelsTest {
    private final Labels.Known known = new Labels.Known();

    @Test
    void theSameLabelsAreMadeOnce() {
        var first = known.labels().put("a", "1").put("b", 2L).build();
        var second = known.labels().put("a", "1").put("b", 2L).build();

        assertThat(second).isSameAs(first);
        assertThat(first).isEqualTo(Attributes.builder().put("a", "1").put("b", "2").build());
    }

    @Test
    void whatIsNullIsLeftOut() {
        assertThat(known.labels().put("a", null).put("b", "x").build())
                .isEqualTo(Attributes.builder().put("b", "x").build());
        assertThat(known.labels().build()).isEqualTo(Attributes.empty());
    }

    @Test
    void oneMoreLabelDoesNotChangeTheOthers() {
        var common = known.labels().put("a", "1");

        var more = common.with("b", "2").build();

        assertThat(more.size()).isEqualTo(2);
        assertThat(common.build()).isEqualTo(Attributes.builder().put("a", "1").build());
        assertThat(common.with("b", null).build()).isSameAs(common.build());
    }

    /// A name that equals another's value must not make two sets one.
    @Test
    void namesAndValuesAreNotMixedUp() {
        var one = known.labels().put("a", "b").put("c", "d").build();
        var other = known.labels().put("a", "b").put("d", "c").build();

        assertThat(one).isNotEqualTo(other);
    }

    @Test
    void whateverComesMemoryStaysBoundedAndLabelsRight() {
        for (int i = 0; i < 10_000; i++) {
            var labels = known.labels().put("model", "m" + i).build();
            assertThat(labels.asMap().values()).containsExactly("m" + i);
        }
        assertThat(known.size()).isLessThanOrEqualTo(2_000);
    }
}
