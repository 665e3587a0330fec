package dev.spangate.benchmarks.ladder;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// From the start of the process to the first answered request, with and without an AOT cache that
/// a short run has trained.
final class Starts {
    private static final double TRAINING_SECONDS = 3;

    private final Targets targets;
    private final Progress progress;

    Starts(Targets targets, Progress progress) {
        this.targets = targets;
        this.progress = progress;
    }

    void measure(int times, PrintStream out) throws IOException, InterruptedException {
        var without = new ArrayList<Double>();
        var with = new ArrayList<Double>();
        var idle = new ArrayList<Double>();
        var idleWith = new ArrayList<Double>();
        progress.say("start: training an AOT cache");
        var flag = trained();
        for (int i = 1; i <= times; i++) {
            progress.say("start: %d of %d".formatted(i, times));
            start("start-plain", null, without, idle);
            if (flag != null) {
                start("start-aot", flag, with, idleWith);
            }
        }
        out.printf("%nStart to the first answered request, and memory then%n%n");
        var table = new Table("", "ms", "RSS MB");
        table.row("without AOT cache", Figure.of(without), Figure.of(idle));
        table.row(
                "with AOT cache",
                flag == null ? "- (no cache could be made)" : Figure.of(with),
                Figure.of(idleWith));
        table.print(out);
    }

    private void start(
            String name, @Nullable String flag, List<Double> millis, List<Double> megabytes)
            throws IOException, InterruptedException {
        var flags = flag == null ? List.<String>of() : List.of(flag);
        try (var started = targets.gateways().start(name, targets.setup(name), flags)) {
            millis.add(started.startMillis());
            megabytes.add((double) started.child().residentMegabytes());
        }
    }

    /// The flag that uses the cache; null where none came of the training.
    private @Nullable String trained() throws IOException, InterruptedException {
        var cache = targets.file("spangate.aot");
        var flags = List.of("-XX:AOTCacheOutput=" + cache);
        try (var training =
                targets.gateways().start("training", targets.setup("training"), flags)) {
            var target = training.target();
            var session = target.mcpSession();
            for (var exchange :
                    List.of(
                            target.chat("bench", false, 1000),
                            target.chat("bench", true, 1000),
                            target.toolCall(session, "tool_07"))) {
                Load.closed(target.base(), exchange, 4, TRAINING_SECONDS / 3);
            }
        }
        return Files.exists(cache) ? "-XX:AOTCache=" + cache : null;
    }
}
