package dev.spangate.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.telemetry.LossTable.Row;
import dev.spangate.telemetry.Segments.Disk;
import dev.spangate.testing.OtlpSink;
import dev.spangate.testing.SinkSpan;
import dev.spangate.testing.SuiteNotes;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/// What the loss suite's classes share: a sink, a telemetry that tries again fast, and the account
/// of what was recorded against what arrived.
abstract class LossSuite {
    static final Duration PATIENCE = Duration.ofSeconds(90);
    static final Pace FAST =
            new Pace(Duration.ofMillis(20), Duration.ofMillis(20), Duration.ofMillis(250));

    @TempDir Path dir;
    final OtlpSink sink = OtlpSink.start();

    @AfterEach
    void closeSink() {
        sink.close();
    }

    @AfterAll
    static void printTable() {
        LossTable.print();
    }

    Telemetry start(Path journal, String timeout) {
        return Telemetry.start(
                config(journal, timeout, sink), Samples.identity(), Disk.real(), FAST);
    }

    static TelemetryConfig config(Path journal, String timeout, OtlpSink... sinks) {
        var json = new StringBuilder();
        int number = 0;
        for (var sink : sinks) {
            json.append(json.isEmpty() ? "{\"otlp\":[" : ",")
                    .append(
                            "{\"name\":\"sink-%d\",\"endpoint\":\"%s\",\"timeout\":\"%s\"}"
                                    .formatted(number++, sink.uri(), timeout));
        }
        return Samples.config(journal, json + "]}");
    }

    static Set<String> record(Telemetry telemetry, int first, int count) {
        var spans = new HashSet<String>();
        for (int i = first; i < first + count; i++) {
            var draft = Samples.tool(i, "result number " + i);
            telemetry.sink().write(draft);
            telemetry.sink().write(Samples.linked(draft.spanId(), null, Samples.span(0), null));
            spans.add(draft.spanId());
        }
        return spans;
    }

    /// About 500 spans a second.
    static Set<String> recordFor(Telemetry telemetry, int first, Duration time) {
        var spans = new HashSet<String>();
        long end = System.nanoTime() + time.toNanos();
        for (int i = first; System.nanoTime() < end; i += 10) {
            spans.addAll(record(telemetry, i, 10));
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        return spans;
    }

    void awaitAll(Set<String> recorded) {
        awaitAll(sink, recorded);
    }

    static void awaitAll(OtlpSink sink, Set<String> recorded) {
        until(() -> arrived(sink).containsAll(recorded));
    }

    static Set<String> arrived(OtlpSink sink) {
        var spans = new HashSet<String>();
        sink.spans().forEach(span -> spans.add(span.spanId()));
        return spans;
    }

    void settle(String fault, Set<String> recorded, Set<String> aside, String note) {
        settle(fault, sink.spans(), recorded, aside, note);
    }

    /// Counts, and checks that a repeated span is the same span.
    static void settle(
            String fault,
            List<SinkSpan> arrived,
            Set<String> recorded,
            Set<String> aside,
            String note) {
        var first = new HashMap<String, SinkSpan>();
        long repeated = 0;
        for (var span : arrived) {
            var before = first.putIfAbsent(span.spanId(), span);
            if (before != null) {
                repeated++;
                assertThat(span.traceId()).isEqualTo(before.traceId());
                assertThat(span.startNanos()).isEqualTo(before.startNanos());
                assertThat(span.endNanos()).isEqualTo(before.endNanos());
            }
        }
        long lost =
                recorded.stream()
                        .filter(id -> !first.containsKey(id) && !aside.contains(id))
                        .count();
        LossTable.add(new Row(fault, recorded.size(), lost, repeated, note));
        assertThat(lost).as(fault).isZero();
    }

    static Duration seconds(int quick, int full) {
        return Duration.ofSeconds(SuiteNotes.full() ? full : quick);
    }

    interface Condition {
        boolean holds() throws IOException;
    }

    static void until(Condition condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        try {
            while (!condition.holds()) {
                assertThat(System.nanoTime()).as("in time").isLessThan(end);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
