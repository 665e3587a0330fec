package dev.spangate.benchmarks.linking;

import dev.spangate.linking.InferenceEnd;
import dev.spangate.linking.InferenceStart;
import dev.spangate.linking.LinkingConfig;
import dev.spangate.linking.Message;
import dev.spangate.linking.Origin;
import dev.spangate.linking.Outcome;
import dev.spangate.linking.ToolCall;
import dev.spangate.linking.ToolEnd;
import dev.spangate.linking.ToolStart;
import dev.spangate.linking.TraceLinker;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/// What many open tool calls cost: memory per call, time per match against them.
final class OpenCalls {
    private static final int PER_ANSWER = 10;
    private static final int MATCHES = 20_000;

    /// The budget: a million open calls in 400 MB.
    private static final int BYTES = 400;

    private OpenCalls() {}

    /// What it cost.
    ///
    /// @param count open calls
    /// @param bytes in use for all of them
    /// @param openNanos CPU time to open one
    /// @param matchNanos CPU time to start, match and end one execution among them
    record Cost(int count, long bytes, long openNanos, long matchNanos) {
        boolean withinBudget() {
            return bytes <= (long) count * BYTES;
        }

        @Override
        public String toString() {
            return "%nopen calls: %d in %d MB, %d bytes each (budget %d), %d ns to open one, %d ns per match%n"
                    .formatted(
                            count,
                            bytes / 1_000_000,
                            bytes / Math.max(1, count),
                            BYTES,
                            openNanos,
                            matchNanos);
        }
    }

    /// Opens `count` calls of one caller, then starts executions of some.
    static Cost measure(int count) {
        var clock = new AtomicLong(1_800_000_000L * SimClock.SECOND);
        var random = new SplittableRandom(1);
        long before = settled();
        try (var linker = TraceLinker.create(LinkingConfig.defaults(), clock::get, _ -> {})) {
            linker.expose("/mcp", Tool.shownAt("/mcp"));
            long began = cpu();
            for (int i = 0; i < count / PER_ANSWER; i++) {
                clock.addAndGet(SimClock.MICRO);
                answer(linker, i, random);
            }
            long opening = cpu() - began;
            long memory = settled() - before;
            long matching = match(linker, clock, count, random);
            return new Cost(
                    count, memory, opening / Math.max(1, count), matching / Math.max(1, MATCHES));
        }
    }

    private static long cpu() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static void answer(TraceLinker linker, int i, SplittableRandom random) {
        var user = Message.text(Message.Role.USER, "Request " + i);
        var start =
                new InferenceStart(
                        Origin.of("team"),
                        "chat",
                        "openai",
                        "model-1",
                        List.of(user),
                        null,
                        false,
                        "b" + i,
                        null,
                        Map.of());
        try (var recording = linker.start(start)) {
            recording.sent();
            var calls = new ToolCall[PER_ANSWER];
            for (int n = 0; n < PER_ANSWER; n++) {
                calls[n] = call(i * PER_ANSWER + n, random);
                recording.toolCall(calls[n]);
            }
            recording.answered();
            var answer =
                    new Message(Message.Role.ASSISTANT, List.of(), List.of(calls), List.of(), "");
            recording.end(
                    new InferenceEnd(
                            new Outcome.Completed(),
                            true,
                            false,
                            null,
                            null,
                            List.of("tool_calls"),
                            null,
                            Map.of(),
                            answer,
                            null,
                            Map.of()));
        }
    }

    private static ToolCall call(int n, SplittableRandom random) {
        String id = IdStyle.RANDOM.next(random, 0);
        return new ToolCall(id, "mcp__spangate__weather_get_forecast", ArgumentStyle.model(n));
    }

    private static long match(
            TraceLinker linker, AtomicLong clock, int count, SplittableRandom random) {
        long began = cpu();
        for (int i = 0; i < MATCHES; i++) {
            clock.addAndGet(SimClock.MICRO);
            var start =
                    new ToolStart(
                            Origin.of("team"),
                            "/mcp",
                            "weather",
                            "weather_get_forecast",
                            ArgumentStyle.NUMBERS.client(random.nextInt(count)),
                            Map.of(),
                            null,
                            Map.of());
            try (var recording = linker.start(start)) {
                recording.sent();
                recording.result("{\"content\":[{\"type\":\"text\",\"text\":\"ok\"}]}");
                recording.end(new ToolEnd(new Outcome.Completed(), "{}", true, Map.of()));
            }
        }
        return cpu() - began;
    }

    /// Bytes in use after a collection.
    static long settled() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        var runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
