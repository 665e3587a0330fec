package dev.spangate.telemetry;

import dev.spangate.telemetry.Metrics.Reading;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/// The journal's and the destinations' figures as metrics, read at each collection.
final class StatusMetrics {
    private StatusMetrics() {}

    static void register(Metrics metrics, Supplier<TelemetryStatus> status) {
        journal(metrics, status);
        destinations(metrics, status);
    }

    private static void journal(Metrics metrics, Supplier<TelemetryStatus> status) {
        metrics.gauge(
                "spangate.journal.size",
                "By",
                "Journal on disk",
                one(status, TelemetryStatus::bytesOnDisk));
        metrics.gauge(
                "spangate.journal.queue.size",
                "By",
                "Memory held by records that wait for the disk",
                one(status, TelemetryStatus::bytesQueued));
        metrics.gauge(
                "spangate.journal.held",
                "{span}",
                "Spans whose place is not final yet",
                one(status, TelemetryStatus::heldDrafts));
        metrics.counter(
                "spangate.journal.damaged",
                "{stretch}",
                "Damaged stretches of the journal that were skipped",
                one(status, TelemetryStatus::damaged));
        metrics.counter(
                "spangate.journal.dropped",
                "{record}",
                "Records that were not kept, by reason",
                () -> {
                    var now = status.get();
                    return List.of(
                            new Reading(Map.of("reason", "queue-full"), now.droppedFromQueue()),
                            new Reading(Map.of("reason", "cap"), now.droppedByCap()),
                            new Reading(Map.of("reason", "fault"), now.failures()));
                });
    }

    private static void destinations(Metrics metrics, Supplier<TelemetryStatus> status) {
        metrics.gauge(
                "spangate.journal.depth",
                "{span}",
                "Spans that a destination has not acknowledged yet",
                each(status, DestinationStatus::depth));
        metrics.gauge(
                "spangate.journal.age",
                "s",
                "How long the oldest of them has been waiting",
                each(status, destination -> destination.ageMillis() / 1e3));
        metrics.counter(
                "spangate.destination.sent",
                "{span}",
                "Spans that a destination acknowledged",
                each(status, DestinationStatus::sent));
        metrics.counter(
                "spangate.destination.failures",
                "{request}",
                "Requests that a destination did not take",
                each(status, DestinationStatus::failures));
        metrics.counter(
                "spangate.destination.quarantined",
                "{span}",
                "Spans that a destination refuses",
                each(status, DestinationStatus::quarantined));
    }

    private static Supplier<Collection<Reading>> one(
            Supplier<TelemetryStatus> status, ToDoubleFunction<TelemetryStatus> value) {
        return () -> List.of(new Reading(Map.of(), value.applyAsDouble(status.get())));
    }

    private static Supplier<Collection<Reading>> each(
            Supplier<TelemetryStatus> status, ToDoubleFunction<DestinationStatus> value) {
        return () ->
                status.get().destinations().stream()
                        .map(destination ->
                                new Reading(
                                        Map.of("destination", destination.name()),
                                        value.applyAsDouble(destination)))
                        .toList();
    }
}
