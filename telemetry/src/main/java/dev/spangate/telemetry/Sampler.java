package dev.spangate.telemetry;

import dev.spangate.linking.JournalRecord;
import dev.spangate.linking.JournalRecord.Draft;
import dev.spangate.linking.JournalRecord.Release;
import dev.spangate.linking.JournalRecord.State;
import dev.spangate.linking.Level;
import dev.spangate.telemetry.TelemetryConfig.Sampling;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Decides by run which spans are kept, for all destinations alike. For the journal's thread.
///
/// A share of the traces is kept at once, told by a hash of the trace id. Every other run waits
/// until it ends: with an error or above a cost it is kept whole, else it is discarded whole. Spans
/// outside runs are decided on their own.
final class Sampler {
    private static final int MAX_WAITING = 200_000;
    private static final int MAX_ENDED = 20_000;

    private final Sampling sampling;
    private final Map<Long, Facts> drafts = new HashMap<>();
    private final LinkedHashMap<String, Run> runs = new LinkedHashMap<>();
    private final LinkedHashSet<String> keptAfterEnd = new LinkedHashSet<>();
    private final List<Decision> decisions = new ArrayList<>();
    private int waiting;

    Sampler(Sampling sampling) {
        this.sampling = sampling;
    }

    /// A span that waited is now kept or not.
    ///
    /// @param release without its draft
    /// @param place where everything of it lies
    record Decision(boolean keep, Release release, Place place) {}

    /// What decides over a span's run.
    private record Facts(boolean error, double cost) {
        static final Facts NONE = new Facts(false, 0);

        static Facts of(Draft draft) {
            Double total = draft.cost() == null ? null : draft.cost().get("total");
            return new Facts(
                    draft.error() || draft.level() == Level.ERROR, total == null ? 0 : total);
        }
    }

    /// A run that is not kept yet.
    private static final class Run {
        final Map<Long, Decision> waiting = new LinkedHashMap<>();
        double cost;
        boolean kept;
    }

    /// False where nothing is ever sampled.
    boolean active() {
        return !sampling.keepsAll();
    }

    /// Whether destinations may have this release at once; told before it is written.
    boolean keepsNow(Release release) {
        if (!active()) {
            return true;
        }
        var facts = facts(release);
        var run = runs.get(release.run().runId());
        if (chosen(release.traceId()) || keptAfterEnd.contains(release.run().runId())) {
            return true;
        }
        if (run == null) {
            return decisive(facts.error, facts.cost);
        }
        run.cost += facts.cost;
        if (!run.kept && decisive(facts.error, run.cost)) {
            run.kept = true;
            decide(run, true);
        }
        return run.kept;
    }

    /// A record that is no release, or one that waits, was written.
    void written(JournalRecord entry, @Nullable Place place, long at) {
        if (!active()) {
            return;
        }
        switch (entry) {
            case Draft draft -> drafts.put(Place.number(draft.spanId()), Facts.of(draft));
            case Release release -> wait(release, place, at);
            case State state -> changed(state);
            case JournalRecord.Withdrawn withdrawn ->
                    drafts.remove(Place.number(withdrawn.spanId()));
            case JournalRecord.Checkpoint _ -> {
                // Says nothing of a single run.
            }
        }
    }

    /// Decisions to be written; each is handed out once.
    List<Decision> decided() {
        if (decisions.isEmpty()) {
            return List.of();
        }
        var result = List.copyOf(decisions);
        decisions.clear();
        return result;
    }

    /// The decision over this span is in the journal already (recovery).
    void settled(long spanId) {
        decisions.removeIf(decision -> decision.place().spanId() == spanId);
        for (var run : runs.values()) {
            if (run.waiting.remove(spanId) != null) {
                waiting--;
            }
        }
    }

    /// The earliest position that a waiting span needs.
    long earliest() {
        long earliest = Long.MAX_VALUE;
        for (var run : runs.values()) {
            for (var decision : run.waiting.values()) {
                earliest = Math.min(earliest, decision.place().earliestReference());
            }
        }
        return earliest;
    }

    private void wait(Release release, @Nullable Place place, long at) {
        if (place == null) {
            return;
        }
        drafts.remove(place.spanId());
        long draftAt = place.draftAt() == Place.INLINE ? at : place.draftAt();
        var decision =
                new Decision(
                        false,
                        release.with(null, release.evidence()),
                        new Place(
                                place.spanId(),
                                0,
                                draftAt,
                                place.inputAt(),
                                place.outputAt(),
                                place.top()));
        var run = runs.get(release.run().runId());
        if (run == null) {
            decisions.add(decision);
            return;
        }
        run.waiting.put(place.spanId(), decision);
        waiting++;
        if (waiting > MAX_WAITING) {
            end(runs.firstEntry().getKey());
        }
    }

    private void changed(State state) {
        if (state.kind().equals("run-opened")) {
            runs.putIfAbsent(state.runId(), new Run());
        } else if (state.kind().equals("run-ended")) {
            end(state.runId());
        }
    }

    private void end(String runId) {
        var run = runs.remove(runId);
        if (run == null) {
            return;
        }
        decide(run, run.kept);
        if (run.kept) {
            keptAfterEnd.add(runId);
            if (keptAfterEnd.size() > MAX_ENDED) {
                keptAfterEnd.removeFirst();
            }
        }
    }

    private void decide(Run run, boolean keep) {
        for (var decision : run.waiting.values()) {
            decisions.add(new Decision(keep, decision.release(), decision.place()));
        }
        waiting -= run.waiting.size();
        run.waiting.clear();
    }

    private Facts facts(Release release) {
        return release.draft() != null
                ? Facts.of(release.draft())
                : drafts.getOrDefault(Place.number(release.spanId()), Facts.NONE);
    }

    private boolean decisive(boolean error, double cost) {
        return (error && sampling.keepErrors()) || cost > sampling.keepCostAbove();
    }

    /// The same for every run of a trace.
    private boolean chosen(String traceId) {
        long hash = Place.number(traceId.substring(16)) * 0x9E3779B97F4A7C15L;
        return (hash >>> 11) * 0x1.0p-53 < sampling.ratio();
    }
}
