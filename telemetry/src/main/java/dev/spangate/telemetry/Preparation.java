package dev.spangate.telemetry;

import dev.spangate.linking.Capture;
import dev.spangate.linking.JournalRecord;
import dev.spangate.linking.JournalRecord.Checkpoint;
import dev.spangate.linking.JournalRecord.Draft;
import dev.spangate.linking.JournalRecord.Release;
import dev.spangate.linking.JournalRecord.State;
import dev.spangate.linking.JournalRecord.Withdrawn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a record goes through before it is stored: content only as far as some destination gets it,
/// secrets of the configuration replaced, values capped. Thread-safe.
final class Preparation {
    private static final String TRUNCATED = "spangate.truncated";

    private final KnownSecrets secrets;
    private final ContentCap content;
    private final int attributeChars;
    private final Capture capture;
    private final Redaction redaction;

    Preparation(TelemetryConfig config, KnownSecrets secrets) {
        this.secrets = secrets;
        this.content = new ContentCap(config.caps().valueChars());
        this.attributeChars = config.caps().attributeChars();
        this.capture = config.capture();
        this.redaction = Redaction.of(config.redact());
    }

    JournalRecord prepare(JournalRecord entry) {
        return switch (entry) {
            case Draft draft -> draft(draft);
            case Release release -> release(release);
            case State state ->
                    new State(state.kind(), state.runId(), secrets.redact(state.json()));
            case Checkpoint checkpoint -> checkpoint;
            case Withdrawn withdrawn -> withdrawn;
        };
    }

    private Release release(Release release) {
        return new Release(
                release.spanId(),
                release.traceId(),
                release.parentSpanId(),
                release.remoteParent(),
                release.appRoot(),
                release.run(),
                release.links(),
                attributes(release.attributes()),
                release.draft() == null ? null : draft(release.draft()),
                release.keptFor(),
                release.evidence());
    }

    private Draft draft(Draft draft) {
        boolean full = capture.and(Capture.of(draft.attributes())) == Capture.FULL;
        var cut = new ArrayList<String>();
        String input = full ? value("input", draft.input(), cut) : null;
        String output = full ? value("output", draft.output(), cut) : null;
        var attributes = attributes(draft.attributes());
        if (!cut.isEmpty()) {
            attributes = new HashMap<>(attributes);
            attributes.put(TRUNCATED, cut);
        }
        return new Draft(
                draft.spanId(),
                draft.type(),
                clean(draft.name()),
                draft.client(),
                draft.startNanos(),
                draft.endNanos(),
                draft.level(),
                status(full ? draft.statusMessage() : DraftContent.failureWithoutContent(draft)),
                draft.error(),
                draft.completionStartNanos(),
                input,
                output,
                full ? draft.inputFrom() : null,
                full ? draft.outputFrom() : null,
                draft.usage(),
                draft.cost(),
                attributes,
                draft.evidence());
    }

    private @Nullable String value(String name, @Nullable String text, List<String> cut) {
        if (text == null) {
            return null;
        }
        String clean = clean(text);
        String capped = content.cap(clean);
        if (capped.length() != clean.length()) {
            cut.add(name);
        }
        return capped;
    }

    private Map<String, Object> attributes(@Nullable Map<String, Object> attributes) {
        if (attributes == null || attributes.isEmpty()) {
            return Map.of();
        }
        Map<String, Object> changed = null;
        for (var entry : attributes.entrySet()) {
            var value = entry.getValue();
            if (value instanceof String text) {
                String clean = shortened(redaction.apply(entry.getKey(), secrets.redact(text)));
                if (!text.equals(clean)) {
                    changed = changed == null ? new HashMap<>(attributes) : changed;
                    changed.put(entry.getKey(), clean == null ? "" : clean);
                }
            } else if (value instanceof List<?> list) {
                var clean = list.stream().map(item -> clean(item.toString())).toList();
                if (!clean.equals(list)) {
                    changed = changed == null ? new HashMap<>(attributes) : changed;
                    changed.put(entry.getKey(), clean);
                }
            }
        }
        return changed == null ? attributes : changed;
    }

    private @Nullable String status(@Nullable String message) {
        return message == null ? null : shortened(clean(message));
    }

    private String clean(String text) {
        return redaction.apply(secrets.redact(text));
    }

    private @Nullable String shortened(@Nullable String text) {
        return text == null || text.length() <= attributeChars
                ? text
                : text.substring(0, attributeChars) + "…";
    }
}
