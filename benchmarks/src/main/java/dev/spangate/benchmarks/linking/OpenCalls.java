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
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/// What many open tool calls cost: memory per call, time per match against them.
final class OpenCalls {
    private static final int PER_ANSWER = 10;
    private static final int MATCHES = 20_000;

    private OpenCalls() {}

    /// Opens `count` calls of one caller, starts executions of some, and tells what it cost.
    static String measure(int count) {
        var clock = new AtomicLong(1_800_000_000L * SimClock.SECOND);
        var random = new SplittableRandom(1);
        long before = settled();
        try (var linker = TraceLinker.create(LinkingConfig.defaults(), clock::get, _ -> {})) {
            linker.expose("/mcp", Tool.shownAt("/mcp"));
            long began = System.nanoTime();
            for (int i = 0; i < count / PER_ANSWER; i++) {
                clock.addAndGet(SimClock.MICRO);
                answer(linker, i, random);
            }
            long opening = System.nanoTime() - began;
            long memory = settled() - before;
            long matching = match(linker, clock, count, random);
            return "%nopen calls: %d, %.0f bytes each (%d MB), %.2f µs to open one, %.2f µs per match%n"
                    .formatted(
                            count,
                            (double) memory / count,
                            memory >> 20,
                            opening / 1e3 / count,
                            matching / 1e3 / MATCHES);
        }
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
        long began = System.nanoTime();
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
        return System.nanoTime() - began;
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
