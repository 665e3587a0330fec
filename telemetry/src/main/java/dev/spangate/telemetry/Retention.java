package dev.spangate.telemetry;

import dev.spangate.telemetry.Frame.Kind;
import dev.spangate.telemetry.Segments.Segment;
import dev.spangate.telemetry.TelemetryConfig.JournalSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// Which segments are still needed, and which go although they are (caps). For the writer's thread.
final class Retention {
    private final JournalSettings settings;
    private final Segments segments;
    private final Holds holds;
    private final Sampler sampler;
    private final JournalCounts counts;
    private final Supplier<SegmentReader> readers;

    /// Per segment, the earliest position that its releases refer to.
    private final TreeMap<Long, Long> references = new TreeMap<>();

    private final PositionFile lowWater;

    /// [System#nanoTime] of the last write to each segment, as far as it is known.
    private final Map<Long, Long> writtenAt = new HashMap<>();

    private final long ownFrom;
    private volatile long countsFrom;
    private volatile long lastCheckpoint = -1;
    private long written;

    Retention(
            JournalSettings settings,
            Segments segments,
            Holds holds,
            Sampler sampler,
            JournalCounts counts,
            PositionFile lowWater,
            Supplier<SegmentReader> readers) {
        this.settings = settings;
        this.segments = segments;
        this.ownFrom = segments.end();
        this.holds = holds;
        this.sampler = sampler;
        this.counts = counts;
        this.lowWater = lowWater;
        this.readers = readers;
    }

    /// Rebuilds the index from what is on disk; returns the number of releases there.
    long recover() throws IOException {
        long releases = 0;
        try (var reader = readers.get()) {
            long limit = segments.end();
            long from = Math.max(segments.begin(), lowWater.read().orElse(0));
            for (var entry = reader.next(from, limit);
                    entry != null;
                    entry = reader.next(entry.end(), limit)) {
                var kind = entry.frame().kind();
                if (kind == Kind.CHECKPOINT) {
                    checkpointAt(entry.at(), RecordCodec.countsFrom(entry.payload(), entry.at()));
                } else if (kind.isOfSpan()) {
                    written(kind, Place.read(entry.payload().duplicate()), entry.at());
                    releases += kind == Kind.RELEASE ? 1 : 0;
                }
                if (sampler.active()) {
                    resample(entry);
                }
            }
        }
        return releases;
    }

    /// Lets the sampler see again what it saw when this was written.
    private void resample(SegmentReader.Entry entry) {
        try {
            var kind = entry.frame().kind();
            var place = kind.isOfSpan() ? Place.read(entry.payload().duplicate()) : null;
            if (place != null && (kind == Kind.RELEASE || kind == Kind.DISCARDED)) {
                sampler.settled(place.spanId());
            } else {
                sampler.written(RecordCodec.read(kind, entry.payload()), place, entry.at());
            }
        } catch (RuntimeException e) {
            counts.failed(e);
        }
    }

    /// A record of a span lies at `at`.
    void written(Kind kind, Place place, long at) {
        switch (kind) {
            case DRAFT -> holds.written(place, at);
            case RELEASE -> {
                holds.released(place, at);
                releaseAt(at, place);
            }
            case PENDING -> holds.released(place, at);
            case WITHDRAWN -> holds.withdrawn(place.spanId());
            case DISCARDED, STATE, CHECKPOINT -> {
                // The index does not change.
            }
        }
    }

    /// Position of the last checkpoint; negative where there is none.
    long lastCheckpoint() {
        return lastCheckpoint;
    }

    /// Where the records begin that count in addition to the last checkpoint.
    long countsFrom() {
        return lastCheckpoint >= 0 ? countsFrom : segments.begin();
    }

    void checkpointAt(long position, long from) {
        countsFrom = from;
        lastCheckpoint = position;
    }

    private void releaseAt(long at, Place place) {
        long earliest = place.earliestReference();
        if (earliest < Long.MAX_VALUE) {
            var segment = segments.at(at);
            long base = segment == null ? segments.currentBase() : segment.base();
            references.merge(base, earliest, Math::min);
        }
    }

    /// Releases that lie at or behind `position`.
    long releasesFrom(long position) throws IOException {
        return releases(position, segments.end());
    }

    /// Removes what nobody needs, then what the caps forbid.
    void sweep(Collection<JournalCursor> cursors) {
        try {
            long needed = needed(cursors);
            if (needed > written) {
                lowWater.write(needed);
                written = needed;
            }
            for (var segment : listed()) {
                long age = age(segment);
                boolean passed = segment.end() <= needed && !segments.isCurrent(segment);
                if (passed && age >= settings.keep().toMillis()) {
                    remove(segment);
                }
            }
            enforceCaps(cursors);
        } catch (IOException e) {
            counts.failed(e);
        }
    }

    private long needed(Collection<JournalCursor> cursors) {
        long unread = segments.end();
        for (var cursor : cursors) {
            unread = Math.min(unread, cursor.position());
        }
        long needed = Math.min(unread, Math.min(holds.earliest(), sampler.earliest()));
        if (lastCheckpoint >= 0) {
            needed = Math.min(needed, countsFrom);
        }
        var first = segments.at(unread);
        if (first != null) {
            long from = Math.min(unread, first.base());
            for (long earliest : references.tailMap(from).values()) {
                needed = Math.min(needed, earliest);
            }
        }
        return needed;
    }

    private void enforceCaps(Collection<JournalCursor> cursors) throws IOException {
        long total = segments.totalBytes();
        for (var segment : listed()) {
            boolean tooMuch = total > settings.maxBytes();
            boolean tooOld = age(segment) > settings.maxAge().toMillis();
            if (segments.isCurrent(segment) || !(tooMuch || tooOld)) {
                return;
            }
            for (var cursor : cursors) {
                if (cursor.position() < segment.end()) {
                    long unread =
                            releases(Math.max(cursor.position(), segment.base()), segment.end());
                    cursor.skipTo(segment.end(), unread);
                    counts.droppedByCap(unread);
                }
            }
            total -= segment.size();
            remove(segment);
            counts.droppedByCap(holds.dropBefore(segments.begin()));
        }
    }

    private void remove(Segment segment) throws IOException {
        segments.delete(segment);
        writtenAt.remove(segment.base());
        references.headMap(segments.begin()).clear();
    }

    private long releases(long from, long limit) throws IOException {
        long count = 0;
        try (var reader = readers.get()) {
            for (var entry = reader.next(from, limit);
                    entry != null;
                    entry = reader.next(entry.end(), limit)) {
                count += entry.frame().kind() == Kind.RELEASE ? 1 : 0;
            }
        }
        return count;
    }

    /// Milliseconds since the last write. A wall clock that jumps must not make unsent spans old:
    /// it is asked only about what an earlier process wrote, and only once.
    private long age(Segment segment) throws IOException {
        long now = System.nanoTime();
        if (segments.isCurrent(segment)) {
            writtenAt.put(segment.base(), now);
        }
        Long at = writtenAt.get(segment.base());
        if (at == null) {
            long millis = System.currentTimeMillis();
            millis -= Files.getLastModifiedTime(segment.file()).toMillis();
            at = segment.base() < ownFrom ? now - TimeUnit.MILLISECONDS.toNanos(millis) : now;
            writtenAt.put(segment.base(), at);
        }
        return TimeUnit.NANOSECONDS.toMillis(now - at);
    }

    private List<Segment> listed() {
        var list = new ArrayList<Segment>();
        segments.all().forEach(list::add);
        return list;
    }
}
