package dev.spangate.telemetry;

import dev.spangate.linking.JournalRecord.SpanLink;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/// The last spans as they were encoded for export, bounded by number and by size. Thread-safe.
final class RecentSpans implements Transport {
    private static final int MAX_SPANS = 4_000;
    private static final long MAX_CHARS = 16L << 20;

    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<SpanData> spans = new ArrayDeque<>();
    private long chars;

    @Override
    public Receipt send(List<SpanData> batch) {
        lock.lock();
        try {
            for (var span : batch) {
                spans.addLast(span);
                chars += chars(span);
                while (spans.size() > MAX_SPANS || (chars > MAX_CHARS && spans.size() > 1)) {
                    chars -= chars(spans.removeFirst());
                }
            }
        } finally {
            lock.unlock();
        }
        return new Receipt.Accepted();
    }

    /// Oldest first.
    List<ExportedSpan> list() {
        List<SpanData> copy;
        lock.lock();
        try {
            copy = List.copyOf(spans);
        } finally {
            lock.unlock();
        }
        var result = new ArrayList<ExportedSpan>(copy.size());
        for (var span : copy) {
            result.add(exported(span));
        }
        return result;
    }

    @Override
    public void close() {}

    private static ExportedSpan exported(SpanData span) {
        var parent = span.getParentSpanContext();
        return new ExportedSpan(
                span.getTraceId(),
                span.getSpanId(),
                parent.isValid() ? parent.getSpanId() : null,
                parent.isRemote(),
                span.getName(),
                span.getKind().name(),
                span.getStartEpochNanos(),
                span.getEndEpochNanos(),
                span.getStatus().getStatusCode().name(),
                span.getStatus().getDescription(),
                values(span.getAttributes()),
                span.getLinks().stream()
                        .map(link ->
                                new SpanLink(
                                        link.getSpanContext().getTraceId(),
                                        link.getSpanContext().getSpanId(),
                                        values(link.getAttributes())))
                        .toList());
    }

    private static Map<String, Object> values(Attributes attributes) {
        var values = new LinkedHashMap<String, Object>();
        attributes.forEach((key, value) -> values.put(key.getKey(), value));
        return values;
    }

    private static long chars(SpanData span) {
        long[] chars = {200};
        span.getAttributes()
                .forEach((key, value) ->
                        chars[0] += 60 + (value instanceof String text ? text.length() : 0));
        return chars[0];
    }
}
