package dev.spangate.llm;

import dev.spangate.llm.Models.Destination;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/// Remembers which targets failed lately, so that an alias asks the others first.
///
/// Two failures in a row, or a `Retry-After`, rest a target for a while; one success forgives it. A
/// resting target is still asked when no other is left.
final class Health {
    private static final Duration FIRST_REST = Duration.ofSeconds(5);
    private static final Duration LONGEST_REST = Duration.ofMinutes(2);
    private static final int MOST = 10_000;

    private final Map<String, State> states = new ConcurrentHashMap<>();
    private final LongSupplier nanos;

    /// @param nanos a clock as [System#nanoTime]
    Health(LongSupplier nanos) {
        this.nanos = nanos;
    }

    private record State(int failures, long restsUntil) {}

    /// The same destinations, rested ones last, order kept otherwise.
    List<Destination> order(List<Destination> destinations) {
        if (destinations.size() < 2 || states.isEmpty()) {
            return destinations;
        }
        var ordered = new ArrayList<Destination>(destinations.size());
        destinations.stream().filter(d -> !rests(d)).forEach(ordered::add);
        destinations.stream().filter(this::rests).forEach(ordered::add);
        return ordered;
    }

    private boolean rests(Destination destination) {
        var state = states.get(destination.name());
        return state != null && state.restsUntil - nanos.getAsLong() > 0;
    }

    void succeeded(Destination destination) {
        states.remove(destination.name());
    }

    /// @param retryAfter what the target asked for; zero if nothing
    void failed(Destination destination, Duration retryAfter) {
        if (states.size() >= MOST) {
            return;
        }
        states.compute(
                destination.name(),
                (_, before) -> {
                    int failures = before == null ? 1 : before.failures + 1;
                    return new State(
                            failures, nanos.getAsLong() + rest(failures, retryAfter).toNanos());
                });
    }

    private static Duration rest(int failures, Duration retryAfter) {
        var own =
                failures < 2
                        ? Duration.ZERO
                        : FIRST_REST.multipliedBy(1L << Math.min(failures - 2, 10));
        var rest = own.compareTo(retryAfter) > 0 ? own : retryAfter;
        return rest.compareTo(LONGEST_REST) > 0 ? LONGEST_REST : rest;
    }
}
