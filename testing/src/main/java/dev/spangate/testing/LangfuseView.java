package dev.spangate.testing;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Spans as Langfuse v4 would show them: a re-statement of its ingestion rules, so that tests
/// assert on what a person will see and not on attribute keys.
///
/// A repeated span is a second row, as it is in Langfuse before its rows merge.
public final class LangfuseView {
    private final List<Trace> traces;

    private LangfuseView(List<Trace> traces) {
        this.traces = traces;
    }

    /// One row of the traces table: all spans with one trace id.
    ///
    /// @param traceId the trace id
    /// @param name the trace's name; empty when Langfuse would show none
    /// @param title what heads the trace page: the root's name, else the earliest observation's
    /// @param input the root's input; null without a root
    /// @param output the root's output; null without a root
    /// @param sessionId of the span that arrived last with one
    /// @param userId of the span that arrived last with one
    /// @param tags of the span that arrived last with some
    /// @param observations in order of start, then of end
    public record Trace(
            String traceId,
            String name,
            String title,
            @Nullable String input,
            @Nullable String output,
            @Nullable String sessionId,
            @Nullable String userId,
            List<String> tags,
            List<LangfuseObservation> observations) {
        public Trace {
            tags = List.copyOf(tags);
            observations = List.copyOf(observations);
        }

        /// The only observation with that name; anything else is an [AssertionError] with the tree.
        public LangfuseObservation only(String observationName) {
            var found = named(observationName);
            if (found.size() != 1) {
                throw new AssertionError(
                        found.size() + " observations named " + observationName + ":\n" + chain());
            }
            return found.getFirst();
        }

        /// All observations with that name.
        public List<LangfuseObservation> named(String observationName) {
            return observations.stream().filter(o -> o.name().equals(observationName)).toList();
        }

        /// All observations of a Langfuse type (`GENERATION`, `TOOL`, ..).
        public List<LangfuseObservation> typed(String type) {
            return observations.stream().filter(o -> o.type().equals(type)).toList();
        }

        /// An observation by span id.
        public Optional<LangfuseObservation> observation(String spanId) {
            return observations.stream().filter(o -> o.spanId().equals(spanId)).findFirst();
        }

        /// The observations without a parent id; a sound trace has at most one.
        public List<LangfuseObservation> roots() {
            return observations.stream().filter(o -> o.parentSpanId().isEmpty()).toList();
        }

        /// The observations whose parent is not in this trace.
        public List<LangfuseObservation> orphans() {
            return observations.stream()
                    .filter(o -> !o.parentSpanId().isEmpty())
                    .filter(o -> observation(o.parentSpanId()).isEmpty())
                    .toList();
        }

        /// The children of a span in order of start.
        public List<LangfuseObservation> childrenOf(String spanId) {
            return observations.stream().filter(o -> o.parentSpanId().equals(spanId)).toList();
        }

        /// What Langfuse would show wrongly: spans that disagree on trace-level values, several
        /// roots, no visible root, repeated spans, children outside their parent's time.
        public List<String> faults() {
            return TraceFaults.of(this);
        }

        /// The tree for people.
        public String chain() {
            return ChainPrinter.print(this);
        }
    }

    /// Reads spans in order of arrival; the order decides as it does in Langfuse.
    public static LangfuseView of(List<SinkSpan> spans) {
        var byTrace = new LinkedHashMap<String, List<LangfuseObservation>>();
        for (SinkSpan span : spans) {
            byTrace.computeIfAbsent(span.traceId(), _ -> new ArrayList<>())
                    .add(LangfuseObservation.of(span));
        }
        return new LangfuseView(byTrace.values().stream().map(LangfuseView::trace).toList());
    }

    /// In order of first arrival.
    public List<Trace> traces() {
        return traces;
    }

    /// The only trace; anything else is an [AssertionError] with the trees.
    public Trace only() {
        if (traces.size() != 1) {
            throw new AssertionError(traces.size() + " traces:\n" + chains());
        }
        return traces.getFirst();
    }

    /// The trace with that id.
    public Trace trace(String traceId) {
        return traces.stream()
                .filter(trace -> trace.traceId().equals(traceId))
                .findFirst()
                .orElseThrow(() -> new NoSuchElementException(traceId + " in:\n" + chains()));
    }

    /// All observations of all traces.
    public List<LangfuseObservation> observations() {
        return traces.stream().flatMap(trace -> trace.observations().stream()).toList();
    }

    /// All trees for people, for failure messages.
    public String chains() {
        return String.join("\n", traces.stream().map(Trace::chain).toList());
    }

    private static Trace trace(List<LangfuseObservation> arrived) {
        String name = "";
        String rootName = "";
        String session = null;
        String user = null;
        List<String> tags = List.of();
        LangfuseObservation root = null;
        for (LangfuseObservation o : arrived) {
            name = o.traceName().isEmpty() ? name : o.traceName();
            session = o.sessionId() == null ? session : o.sessionId();
            user = o.userId() == null ? user : o.userId();
            tags = o.tags().isEmpty() ? tags : o.tags();
            root = o.parentSpanId().isEmpty() ? o : root;
            rootName = o.parentSpanId().isEmpty() || o.appRoot() ? o.name() : rootName;
        }
        var ordered =
                arrived.stream()
                        .sorted(
                                Comparator.comparingLong(LangfuseObservation::startNanos)
                                        .thenComparing(
                                                LangfuseObservation::endNanos,
                                                Comparator.reverseOrder()))
                        .toList();
        return new Trace(
                ordered.getFirst().traceId(),
                name.isEmpty() ? rootName : name,
                root == null ? ordered.getFirst().name() : root.name(),
                root == null ? null : root.input(),
                root == null ? null : root.output(),
                session,
                user,
                tags,
                ordered);
    }
}
