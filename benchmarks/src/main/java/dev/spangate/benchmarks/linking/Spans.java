package dev.spangate.benchmarks.linking;

import dev.spangate.linking.JournalRecord.Draft;
import dev.spangate.linking.JournalRecord.Release;
import dev.spangate.linking.JournalRecord.SpanLink;
import dev.spangate.linking.JournalRecord.Withdrawn;
import dev.spangate.linking.ObservationType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The records of a world by span, and what is wrong with them whatever the truth is.
final class Spans {
    static final String METHOD = "spangate.link.method";
    static final String CONFIDENCE = "spangate.link.confidence";
    static final String CANDIDATES = "spangate.link.candidates";
    static final String OBSERVED = "spangate.tool.observed";
    static final String CALL = "spangate.link.call";
    static final String CALL_ID = "gen_ai.tool.call.id";

    private final Map<String, Draft> drafts = new HashMap<>();
    private final Map<String, Release> releases = new HashMap<>();
    private final Map<String, Long> held = new HashMap<>();
    private final Map<String, Long> drafted = new HashMap<>();
    private final Set<String> withdrawn = new HashSet<>();
    private final List<String> faults = new ArrayList<>();

    Spans(Records records) {
        for (Records.Entry entry : records.entries()) {
            switch (entry.record()) {
                case Draft draft -> add(draft, entry.time());
                case Release release -> add(release, entry.time());
                case Withdrawn gone -> withdrawn.add(gone.spanId());
                default -> {}
            }
        }
        for (String spanId : drafts.keySet()) {
            if (releases.containsKey(spanId) == withdrawn.contains(spanId)) {
                faults.add(
                        drafts.get(spanId).name()
                                + (withdrawn.contains(spanId)
                                        ? " released and withdrawn"
                                        : " never released"));
            }
        }
    }

    private void add(Draft draft, long time) {
        if (drafts.put(draft.spanId(), draft) != null) {
            faults.add(draft.name() + " written twice as a draft");
        }
        drafted.put(draft.spanId(), time);
        if (draft.endNanos() < draft.startNanos()) {
            faults.add(draft.name() + " ends before it starts");
        }
    }

    private void add(Release release, long time) {
        Draft own = release.draft();
        if (own != null) {
            add(own, time);
        }
        if (releases.put(release.spanId(), release) != null) {
            faults.add("span " + release.spanId() + " released twice (T5)");
        }
        if (!drafts.containsKey(release.spanId())) {
            faults.add("span " + release.spanId() + " released without a draft");
        }
        held.put(release.spanId(), time - drafted.getOrDefault(release.spanId(), time));
    }

    @Nullable Release release(String spanId) {
        return releases.get(spanId);
    }

    @Nullable Draft draft(String spanId) {
        return drafts.get(spanId);
    }

    Iterable<Release> releases() {
        return releases.values();
    }

    /// Nanoseconds from the draft to its release.
    long held(String spanId) {
        return held.getOrDefault(spanId, 0L);
    }

    List<String> faults() {
        return faults;
    }

    @Nullable ObservationType type(String spanId) {
        Draft draft = drafts.get(spanId);
        return draft == null ? null : draft.type();
    }

    /// An attribute as the span ends up with it; empty when absent.
    String attribute(Release release, String key) {
        Object late = release.attributes().get(key);
        if (late != null) {
            return late.toString();
        }
        Draft draft = drafts.get(release.spanId());
        Object early = draft == null ? null : draft.attributes().get(key);
        return early == null ? "" : early.toString();
    }

    /// The span's link to the inference that asked for it; null when there is none.
    @Nullable SpanLink asked(Release release) {
        for (SpanLink link : release.links()) {
            Object method = link.attributes().get(METHOD);
            if (method != null && !method.equals("none")) {
                return link;
            }
        }
        return null;
    }

    /// The `invoke_agent` span under which a span stands; itself where there is none.
    String top(String spanId) {
        Release release = releases.get(spanId);
        String parent = release == null || release.remoteParent() ? null : release.parentSpanId();
        if (parent == null || type(parent) != ObservationType.AGENT) {
            return spanId;
        }
        return parent;
    }

    /// The first of a chain of `invoke_agent` spans: a late result continues under a second one.
    String firstTop(String spanId) {
        String at = top(spanId);
        String next = top(at);
        while (!next.equals(at)) {
            at = next;
            next = top(at);
        }
        return at;
    }
}
