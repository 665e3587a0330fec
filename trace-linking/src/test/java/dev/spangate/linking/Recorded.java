package dev.spangate.linking;

import static java.util.stream.Collectors.toList;

import dev.spangate.linking.JournalRecord.Draft;
import dev.spangate.linking.JournalRecord.Release;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A sink that keeps every record and checks what holds for all of them.
final class Recorded implements RecordSink {
    final List<JournalRecord> records = Collections.synchronizedList(new ArrayList<>());

    @Override
    public void write(JournalRecord entry) {
        records.add(entry);
    }

    Map<String, Draft> drafts() {
        Map<String, Draft> drafts = new LinkedHashMap<>();
        for (var entry : List.copyOf(records)) {
            if (entry instanceof Draft draft) {
                drafts.put(draft.spanId(), draft);
            } else if (entry instanceof Release release && release.draft() != null) {
                drafts.put(release.spanId(), release.draft());
            }
        }
        return drafts;
    }

    List<Release> releases() {
        return List.copyOf(records).stream()
                .filter(Release.class::isInstance)
                .map(Release.class::cast)
                .collect(toList());
    }

    Optional<Release> release(String spanId) {
        var found = releases().stream().filter(r -> r.spanId().equals(spanId)).toList();
        if (found.size() > 1) {
            throw new AssertionError("released twice: " + spanId);
        }
        return found.stream().findFirst();
    }

    Release released(SpanRef span) {
        return release(span.spanId())
                .orElseThrow(() -> new AssertionError("not released: " + span + "\n" + this));
    }

    /// Released spans whose name begins so, in order of release.
    List<Release> named(String prefix) {
        var drafts = drafts();
        return releases().stream()
                .filter(r -> drafts.get(r.spanId()).name().startsWith(prefix))
                .collect(toList());
    }

    Draft draft(Release release) {
        return drafts().get(release.spanId());
    }

    static String method(Release release) {
        return String.valueOf(release.attributes().get("spangate.link.method"));
    }

    static String confidence(Release release) {
        return String.valueOf(release.attributes().get("spangate.link.confidence"));
    }

    @Override
    public String toString() {
        var out = new StringBuilder();
        List.copyOf(records).forEach(entry -> out.append(entry).append('\n'));
        return out.toString();
    }
}
