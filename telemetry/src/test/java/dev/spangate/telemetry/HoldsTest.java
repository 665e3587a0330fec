package dev.spangate.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// What keeps a segment of the journal: held drafts, and content that a top span will show.
class HoldsTest {
    private static final long TOP = 0xa1L;
    private static final long SPAN = 0xb2L;

    private final Holds holds = new Holds();

    /// The release of a generation, with its draft, that the top span of its run may show.
    private static Place generation() {
        return new Place(SPAN, TOP, Place.INLINE, Place.INLINE, Place.INLINE, false);
    }

    @Test
    void contentStaysUntilTheTopSpanHasItsPlace() {
        holds.released(generation(), 100);
        assertThat(holds.earliest()).isEqualTo(100);

        holds.released(new Place(TOP, 0, Place.INLINE, 100, 100, true), 200);

        assertThat(holds.earliest()).isEqualTo(Long.MAX_VALUE);
    }

    /// With several gateways the top span may be another's (rule S4): nobody needs the content
    /// here.
    @Test
    void contentIsFreeWhenTheTopSpanIsShownElsewhere() {
        holds.released(generation(), 100);

        holds.withdrawn(TOP);

        assertThat(holds.earliest()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aWithdrawnDraftIsHeldNoMore() {
        holds.written(new Place(SPAN, 0, Place.INLINE, Place.INLINE, Place.INLINE, false), 50);
        assertThat(holds.heldDrafts()).isEqualTo(1);

        holds.withdrawn(SPAN);

        assertThat(holds.heldDrafts()).isZero();
    }
}
