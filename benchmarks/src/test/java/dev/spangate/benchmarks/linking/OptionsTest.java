package dev.spangate.benchmarks.linking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class OptionsTest {
    @Test
    void theFullFormHoldsAMillionOpenCallsAndTheShortOneNone() {
        assertThat(Options.of(List.of()))
                .isEqualTo(new Options(true, 1, List.of(), 1_000_000, null));
        assertThat(Options.of(List.of("--short", "--seed", "9")))
                .isEqualTo(new Options(false, 9, List.of(), 0, null));
    }

    @Test
    void aScenarioAloneSkipsTheOpenCallsUnlessAsked() {
        assertThat(Options.of(List.of("--scenario", "drops")).open()).isZero();
        assertThat(Options.of(List.of("--scenario", "drops", "--open", "10")).open()).isEqualTo(10);
    }

    @Test
    void oneWorldThatAMessageNamedRunsAlone() {
        var options = Options.of(List.of("--scenario", "drops", "--world", "-12"));
        assertThat(options.world()).isEqualTo(-12);
        assertThat(options.open()).isZero();
    }

    @Test
    void wrongUsageNamesWhatIsKnown() {
        assertThatThrownBy(() -> Options.of(List.of("--scenario", "nonsense")))
                .hasMessageContaining("drops");
        assertThatThrownBy(() -> Options.of(List.of("--fast"))).hasMessageContaining("Usage");
        assertThatThrownBy(() -> Options.of(List.of("--seed")))
                .hasMessageContaining("needs a value");
    }
}
