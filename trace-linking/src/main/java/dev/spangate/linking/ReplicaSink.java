package dev.spangate.linking;

import dev.spangate.linking.JournalRecord.Draft;
import dev.spangate.linking.JournalRecord.Release;
import dev.spangate.linking.JournalRecord.State;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// Every replica computes every record; this passes on the ones that are this replica's to write:
/// its own drafts, their places, and the top spans of runs that its own entry ended (rules S3, S4).
/// For the thread that reads the log.
final class ReplicaSink implements RecordSink {
    private static final int MAX_TOPS = 200_000;
    private final RecordSink sink;

    /// Keeps the place of a span that another replica holds.
    private final BiConsumer<String, Release> keeper;

    /// Drafts in our journal without a place.
    private final Set<String> held = ConcurrentHashMap.newKeySet();

    private final Map<String, Content> contents = new LinkedHashMap<>();
    private final Set<String> openRuns = new HashSet<>();
    private final Set<String> here = new HashSet<>();
    private Set<String> without = Set.of();
    private boolean mine;
    private boolean alone;

    /// The first and the last inference here whose content a top span may show.
    private record Content(String first, String last) {}

    ReplicaSink(RecordSink sink, BiConsumer<String, Release> keeper) {
        this.sink = sink;
        this.keeper = keeper;
    }

    /// What follows comes of an entry of ours, or not.
    ///
    /// @param bare of time or of another's death: its top spans show no content
    void origin(boolean ours, boolean bare) {
        mine = ours;
        alone = bare;
    }

    /// These spans stand elsewhere already, whatever follows.
    void without(Set<String> spans) {
        without = spans;
    }

    @Override
    public void write(JournalRecord entry) {
        switch (entry) {
            case Draft draft -> {
                if (mine && !without.contains(draft.spanId()) && held.add(draft.spanId())) {
                    sink.write(own(draft));
                }
            }
            case Release release -> released(release);
            case JournalRecord.Withdrawn withdrawn -> {
                if (held.remove(withdrawn.spanId())) {
                    sink.write(withdrawn);
                }
            }
            case State state -> changed(state);
            case JournalRecord.Checkpoint checkpoint -> sink.write(checkpoint);
        }
    }

    private void released(Release release) {
        boolean holds = held.remove(release.spanId());
        if (without.contains(release.spanId())) {
            return;
        }
        if (holds || (release.draft() != null && mine)) {
            open(release);
            sink.write(holds ? release.with(null, null) : own(release));
            if (release.keptFor() != null) {
                contents.merge(
                        release.keptFor(),
                        new Content(release.spanId(), release.spanId()),
                        (old, more) -> new Content(old.first(), more.last()));
                if (contents.size() > MAX_TOPS) {
                    contents.remove(contents.keySet().iterator().next());
                }
            }
            contents.remove(release.spanId());
            return;
        }
        if (contents.remove(release.spanId()) != null) {
            sink.write(new JournalRecord.Withdrawn(release.spanId())); // another shows the run
        }
        if (mine && release.draft() == null) {
            keeper.accept(release.spanId(), release);
        }
    }

    /// The first span of a run here: whoever samples by run must know that it is open.
    private void open(Release release) {
        String run = release.run().runId();
        if (openRuns.contains(run) && here.add(run)) {
            sink.write(new State("run-opened", run, "{}"));
        }
    }

    private void changed(State state) {
        switch (state.kind()) {
            case "run-opened" -> openRuns.add(state.runId());
            case "run-ended" -> {
                openRuns.remove(state.runId());
                if (here.remove(state.runId())) {
                    sink.write(new State("run-ended", state.runId(), "{}"));
                }
            }
            default -> {
                // is computed again from the log, never from the journal
            }
        }
    }

    private Release own(Release release) {
        var draft = release.draft();
        return release.with(draft == null ? null : own(draft), null);
    }

    /// A top span shows content that lies here: the run's first and last inference of ours.
    private Draft own(Draft draft) {
        if (draft.type() != ObservationType.AGENT) {
            return draft.with(null);
        }
        var content = alone ? null : contents.get(draft.spanId());
        String last = content == null ? null : content.last();
        return top(
                draft,
                content == null ? null : content.first(),
                last != null && last.equals(draft.outputFrom()) ? last : null);
    }

    private Draft top(Draft draft, @Nullable String input, @Nullable String output) {
        Map<String, Object> attributes = new HashMap<>(draft.attributes());
        if (alone) {
            attributes.put("spangate.run.emitted", "lease");
        }
        return new Draft(
                draft.spanId(),
                draft.type(),
                draft.name(),
                draft.client(),
                draft.startNanos(),
                draft.endNanos(),
                draft.level(),
                draft.statusMessage(),
                draft.error(),
                draft.completionStartNanos(),
                null,
                null,
                input,
                output,
                draft.usage(),
                draft.cost(),
                attributes,
                null);
    }

    /// A draft whose place is not known in time; nothing where it has got one meanwhile.
    void early(Draft draft) {
        held.add(draft.spanId());
        sink.write(draft.with(null));
    }

    /// A span that nobody places; of any thread.
    void alone(Release release) {
        sink.write(held.remove(release.spanId()) ? release.with(null, null) : release);
    }

    /// A draft of an earlier process, or one that is written past the machine.
    void hold(String spanId) {
        held.add(spanId);
    }

    boolean holds(String spanId) {
        return held.contains(spanId);
    }

    Set<String> held() {
        return Set.copyOf(held);
    }

    /// Writes what no machine has computed.
    void direct(JournalRecord entry) {
        if (entry instanceof Release release) {
            held.remove(release.spanId());
        }
        sink.write(entry);
    }
}
