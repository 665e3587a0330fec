package dev.spangate.linking;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What an echoed result says of the results that were given (rule L4).
interface Echo {
    /// How an echo holds a result, best last.
    enum Grade {
        NONE,
        PREFIX,
        CONTAINED,
        VERBATIM
    }

    /// The longest telling of a result that stands in the echo, or its start where the echo is cut;
    /// null if none.
    @Nullable Fingerprint longest(List<Fingerprint> tellings);

    /// What stands in the echo of a result, so that all of it does: its longest telling, the
    /// longest of its parts where each of them does, or its start where the echo is cut; null if
    /// none. A part alone is no result: many results may begin with the same words.
    default @Nullable Fingerprint held(ResultTexts result) {
        var whole = longest(result.wholes());
        var parts = result.parts();
        return whole != null || parts.stream().anyMatch(part -> grade(List.of(part)) == Grade.NONE)
                ? whole
                : longest(parts);
    }

    /// True if `part` stands in the echo only inside of `whole`.
    boolean explains(Fingerprint whole, Fingerprint part);

    /// The best grade of any telling of a result.
    Grade grade(List<Fingerprint> tellings);
}
