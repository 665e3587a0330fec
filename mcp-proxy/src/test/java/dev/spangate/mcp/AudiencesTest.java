package dev.spangate.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// The kinds of clients that lists are kept for are bounded and forgotten again.
class AudiencesTest {
    private final AtomicLong clock = new AtomicLong();
    private final List<Audience> forgotten = new ArrayList<>();
    private final Audiences audiences = new Audiences(clock::get, forgotten::add);

    @Test
    void clientsWithoutCapabilitiesAreOfAnyKind() {
        assertThat(audiences.of(client("{}"))).isSameAs(Audience.ANY);
        assertThat(Audience.ANY.caller().key()).isEmpty();
        assertThat(Audience.ANY.caller().profile().capabilities().isEmpty()).isTrue();
    }

    @Test
    void theOrderOfCapabilitiesMakesNoKind() {
        var one = audiences.of(client("{'roots':{'listChanged':true},'sampling':{}}"));
        var same = audiences.of(client("{'sampling':{},'roots':{'listChanged':true}}"));
        var other = audiences.of(client("{'sampling':{},'roots':{'listChanged':false}}"));

        assertThat(same).isSameAs(one);
        assertThat(other).isNotEqualTo(one);
        assertThat(one.caller().profile().capabilities().has("sampling")).isTrue();
    }

    @Test
    void whatAClientSaysLaterChangesNoKind() {
        var capabilities = Calls.object("{'sampling':{}}");
        var kept =
                audiences.of(new ClientProfile(Revision.V2025_11_25, Json.object(), capabilities));

        capabilities.putObject("roots");

        assertThat(kept.capabilities().has("roots")).isFalse();
        assertThat(audiences.of(client("{'sampling':{}}"))).isSameAs(kept);
    }

    @Test
    void inventedKindsSeeWhatClientsWithoutCapabilitiesSee() {
        for (var i = 0; i < Audiences.MAX; i++) {
            assertThat(audiences.of(kind(i)).isAny()).isFalse();
        }

        assertThat(audiences.of(kind(Audiences.MAX))).isSameAs(Audience.ANY);
        assertThat(audiences.of(kind(3)).isAny()).as("a known one stays").isFalse();
    }

    @Test
    void aKindThatWasNotSeenForAnHourIsForgottenAndMakesRoom() {
        for (var i = 0; i < Audiences.MAX; i++) {
            audiences.of(kind(i));
        }
        clock.addAndGet(Audiences.KEPT.minusMinutes(1).toNanos());
        audiences.of(kind(0));
        clock.addAndGet(Duration.ofMinutes(2).toNanos());

        assertThat(audiences.of(kind(99)).isAny()).isFalse();
        assertThat(forgotten)
                .hasSize(Audiences.MAX - 1)
                .doesNotContain(Audience.of(kind(0)))
                .contains(Audience.of(kind(1)));
    }

    private static ClientProfile kind(int number) {
        return client("{'experimental':{'k" + number + "':{}}}");
    }

    private static ClientProfile client(String capabilities) {
        return new ClientProfile(Revision.V2025_11_25, Json.object(), Calls.object(capabilities));
    }
}
