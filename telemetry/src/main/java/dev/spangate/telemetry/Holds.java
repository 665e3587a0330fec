package dev.spangate.telemetry;

import dev.spangate.linking.JournalRecord.Draft;
import dev.spangate.telemetry.Place.Role;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Where drafts lie that are still needed: those without a release, and those whose content the top
/// span of their run will refer to. One thread only.
final class Holds {
    private static final int MAX_ENTRIES = 2_000_000;

    private final Map<Long, Held> held = new HashMap<>();
    private final Map<Long, Content> contents = new HashMap<>();
    private final ArrayDeque<Long> contentOrder = new ArrayDeque<>();
    private int entries;

    /// @param at position of the draft's record
    /// @param inputAt where its input lies, if elsewhere
    /// @param outputAt where its output lies, if elsewhere
    private record Held(long at, long inputAt, long outputAt, Role role) {}

    /// The drafts below one top span.
    private static final class Content {
        final Map<Long, Long> positions = new HashMap<>();
        long earliest = Long.MAX_VALUE;
    }

    /// The place of a draft that is written without its release.
    Place draft(Draft draft) {
        long span = Place.number(draft.spanId());
        return new Place(
                span,
                0,
                Place.INLINE,
                find(draft.inputFrom(), span),
                find(draft.outputFrom(), span),
                role(draft));
    }

    /// The place of a release: with its draft, else with where that was written.
    Place release(String spanId, @Nullable String parent, @Nullable Draft draft) {
        long span = Place.number(spanId);
        long parentSpan = parent == null ? 0 : Place.number(parent);
        if (draft != null) {
            var place = draft(draft);
            return new Place(
                    span, parentSpan, Place.INLINE, place.inputAt(), place.outputAt(), place.role());
        }
        var entry = held.get(span);
        return entry == null
                ? new Place(span, parentSpan, Place.MISSING, Place.INLINE, Place.INLINE, Role.OTHER)
                : new Place(
                        span, parentSpan, entry.at, entry.inputAt, entry.outputAt, entry.role);
    }

    /// A draft's record lies at `at`.
    void written(Place draft, long at) {
        held.put(draft.spanId(), new Held(at, draft.inputAt(), draft.outputAt(), draft.role()));
    }

    /// A release's record lies at `at`: its draft is held no more, its content may be.
    void released(Place release, long at) {
        held.remove(release.spanId());
        if (release.role() == Role.TOP) {
            forget(release.spanId());
        } else if (release.role() == Role.CONTENT && release.parent() != 0) {
            remember(release.parent(), release.spanId(), release.draftAt() >= 0 ? release.draftAt() : at);
        }
    }

    /// The earliest position that is still needed; [Long#MAX_VALUE] for none.
    long earliest() {
        long earliest = Long.MAX_VALUE;
        for (var entry : held.values()) {
            earliest = Math.min(earliest, entry.at);
            earliest = entry.inputAt >= 0 ? Math.min(earliest, entry.inputAt) : earliest;
            earliest = entry.outputAt >= 0 ? Math.min(earliest, entry.outputAt) : earliest;
        }
        for (var content : contents.values()) {
            earliest = Math.min(earliest, content.earliest);
        }
        return earliest;
    }

    /// What lies before `begin` is gone.
    int dropBefore(long begin) {
        int before = held.size();
        held.values().removeIf(entry -> entry.at < begin);
        contents.values().removeIf(content -> content.earliest < begin && allBefore(content, begin));
        return before - held.size();
    }

    int heldDrafts() {
        return held.size();
    }

    private boolean allBefore(Content content, long begin) {
        content.positions.values().removeIf(at -> at < begin);
        content.earliest =
                content.positions.values().stream().mapToLong(Long::longValue).min().orElse(Long.MAX_VALUE);
        return content.positions.isEmpty();
    }

    private void remember(long top, long span, long at) {
        var content = contents.get(top);
        if (content == null) {
            content = new Content();
            contents.put(top, content);
            contentOrder.add(top);
        }
        content.positions.put(span, at);
        content.earliest = Math.min(content.earliest, at);
        entries++;
        while (entries > MAX_ENTRIES && contentOrder.size() > 1) {
            forget(contentOrder.remove());
        }
    }

    private void forget(long top) {
        var content = contents.remove(top);
        if (content != null) {
            entries -= content.positions.size();
        }
        if (contentOrder.size() > 2 * contents.size() + 64) {
            contentOrder.removeIf(key -> !contents.containsKey(key));
        }
    }

    /// Where the content of `reference` lies, looked for below the top span `top`.
    private long find(@Nullable String reference, long top) {
        if (reference == null) {
            return Place.INLINE;
        }
        long span = Place.number(reference);
        var content = contents.get(top);
        Long at = content == null ? null : content.positions.get(span);
        if (at != null) {
            return at;
        }
        var entry = held.get(span);
        return entry == null ? Place.MISSING : entry.at;
    }

    private static Role role(Draft draft) {
        return switch (draft.type()) {
            case AGENT -> Role.TOP;
            case GENERATION, EMBEDDING ->
                    draft.input() == null && draft.output() == null ? Role.OTHER : Role.CONTENT;
            case TOOL, GUARDRAIL, SPAN, ATTEMPT -> Role.OTHER;
        };
    }
}
