package dev.spangate.telemetry;

import dev.spangate.linking.JournalRecord.Draft;
import dev.spangate.linking.JournalRecord.Release;
import dev.spangate.linking.ObservationType;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Where drafts lie that are still needed: those without a release, and those whose content the top
/// span of their run will refer to. Bounded; one thread only.
final class Holds {
    private static final int MAX_TOPS = 1_000_000;

    private final Map<Long, Held> held = new HashMap<>();
    private final LinkedHashMap<Long, Kept> kept = new LinkedHashMap<>();

    /// A draft without a release.
    private record Held(long at, long inputAt, long outputAt, boolean top) {
        long earliest() {
            return new Place(0, 0, at, inputAt, outputAt, top).earliestReference();
        }
    }

    /// The first and the latest draft that a top span may refer to.
    private record Kept(long first, long firstAt, long last, long lastAt) {}

    /// The place of a draft that is written without its release.
    Place draft(Draft draft) {
        long span = Place.number(draft.spanId());
        return new Place(
                span,
                0,
                Place.INLINE,
                find(draft.inputFrom(), span),
                find(draft.outputFrom(), span),
                draft.type() == ObservationType.AGENT);
    }

    /// The place of a release: with its draft, else with where that was written.
    Place release(Release release) {
        long span = Place.number(release.spanId());
        long keptFor = Place.number(release.keptFor());
        if (release.draft() != null) {
            var place = draft(release.draft());
            return new Place(
                    span, keptFor, Place.INLINE, place.inputAt(), place.outputAt(), place.top());
        }
        var entry = held.get(span);
        return entry == null
                ? new Place(span, keptFor, Place.MISSING, Place.INLINE, Place.INLINE, false)
                : new Place(
                        span, keptFor, entry.at(), entry.inputAt(), entry.outputAt(), entry.top());
    }

    /// A draft's record lies at `at`.
    void written(Place draft, long at) {
        held.put(draft.spanId(), new Held(at, draft.inputAt(), draft.outputAt(), draft.top()));
    }

    /// A release's record lies at `at`: its draft is held no more, its content may be.
    void released(Place release, long at) {
        held.remove(release.spanId());
        if (release.top()) {
            kept.remove(release.spanId());
        }
        if (release.keptFor() != 0) {
            long draftAt = release.draftAt() >= 0 ? release.draftAt() : at;
            kept.merge(
                    release.keptFor(),
                    new Kept(release.spanId(), draftAt, release.spanId(), draftAt),
                    (old, more) -> new Kept(old.first, old.firstAt, more.last, more.lastAt));
            if (kept.size() > MAX_TOPS) {
                kept.pollFirstEntry();
            }
        }
    }

    /// The draft is no span after all, or a top span that another gateway shows.
    void withdrawn(long spanId) {
        held.remove(spanId);
        kept.remove(spanId);
    }

    /// The earliest position that is still needed; [Long#MAX_VALUE] for none.
    long earliest() {
        long earliest = Long.MAX_VALUE;
        for (var entry : held.values()) {
            earliest = Math.min(earliest, entry.earliest());
        }
        for (var entry : kept.values()) {
            earliest = Math.min(earliest, Math.min(entry.firstAt, entry.lastAt));
        }
        return earliest;
    }

    /// What lies before `begin` is gone; returns how many drafts went with it.
    int dropBefore(long begin) {
        int before = held.size();
        held.values().removeIf(entry -> entry.at < begin);
        kept.values().removeIf(entry -> entry.lastAt < begin);
        kept.replaceAll((_, entry) ->
                entry.firstAt >= begin
                        ? entry
                        : new Kept(entry.last, entry.lastAt, entry.last, entry.lastAt));
        return before - held.size();
    }

    int heldDrafts() {
        return held.size();
    }

    /// Where the content of `reference` lies, which the top span `top` refers to.
    private long find(@Nullable String reference, long top) {
        if (reference == null) {
            return Place.INLINE;
        }
        long span = Place.number(reference);
        var entry = kept.get(top);
        if (entry != null && entry.first == span) {
            return entry.firstAt;
        }
        if (entry != null && entry.last == span) {
            return entry.lastAt;
        }
        var draft = held.get(span);
        return draft == null ? Place.MISSING : draft.at;
    }
}
