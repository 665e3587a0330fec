package dev.spangate.telemetry;

import dev.spangate.linking.JournalRecord.SpanLink;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/// The last spans, bounded by number and by size; encoded as for export when somebody asks, which
/// is seldom. Thread-safe.
final class RecentSpans implements Outlet {
    private static final int MAX_SPANS = 4_000;
    private static final long MAX_BYTES = 16L << 20;

    private final SpanEncoder encoder;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Placed> spans = new ArrayDeque<>();
    private long bytes;

    RecentSpans(SpanEncoder encoder) {
        this.encoder = encoder;
    }

    @Override
    public Parcel pack(List<Placed> batch) {
        return new Kept(batch);
    }

    private final class Kept implements Parcel {
        private final List<Placed> batch;

        Kept(List<Placed> batch) {
            this.batch = batch;
        }

        @Override
        public int size() {
            return batch.size();
        }

        @Override
        public Receipt send() {
            keep(batch);
            return new Receipt.Accepted();
        }
    }

    private void keep(List<Placed> batch) {
        lock.lock();
        try {
            for (var span : batch) {
                spans.addLast(span);
                bytes += span.bytes();
                while (spans.size() > MAX_SPANS || (bytes > MAX_BYTES && spans.size() > 1)) {
                    bytes -= spans.removeFirst().bytes();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /// Oldest first.
    List<ExportedSpan> list() {
        List<Placed> copy;
        lock.lock();
        try {
            copy = List.copyOf(spans);
        } finally {
            lock.unlock();
        }
        var result = new ArrayList<ExportedSpan>(copy.size());
        for (var span : copy) {
            encode(span).ifPresent(encoded -> result.add(exported(encoded)));
        }
        return result;
    }

    /// One that cannot be encoded is in the quarantine of every destination already.
    private Optional<SpanData> encode(Placed span) {
        try {
            return encoder.encode(span);
        } catch (RuntimeException e) {
            return Optional.empty();
        }
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
}
