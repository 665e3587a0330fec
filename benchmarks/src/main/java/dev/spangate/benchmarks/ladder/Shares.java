package dev.spangate.benchmarks.ladder;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/// What each layer costs, by leaving it out: the same request to gateways that do less and less.
final class Shares {
    private static final int CONNECTIONS = 32;

    private final Targets targets;
    private final Progress progress;
    private final Requests.Pacing pacing;

    Shares(Targets targets, Progress progress, Requests.Pacing pacing) {
        this.targets = targets;
        this.progress = progress;
        this.pacing = pacing;
    }

    /// One gateway, what is on in it, and what it cost.
    private record Step(String on, Target target, List<Figure> cpu) {
        Step(String on, Target target) {
            this(on, target, new ArrayList<>());
        }
    }

    void measure(PrintStream out) throws IOException, InterruptedException {
        progress.say("shares: starting gateways with parts left out");
        var steps = steps();
        measure("LLM 1 KB", target -> target.chat("bench", false, 1000), steps);
        measure("tools/call", target -> target.toolCall(target.mcpSession(), "tool_07"), steps);
        print(out, steps);
    }

    /// What is on, from the least to all.
    private List<Step> steps() throws IOException, InterruptedException {
        var bare = targets.setup("bare").withoutContent().withoutDestination();
        var captured = targets.setup("captured").withoutDestination();
        return List.of(
                new Step("server and upstream client alone", targets.stripped("relay", "relay")),
                new Step("+ dialects, linking", targets.stripped("unrecorded", "unrecorded")),
                new Step("+ journal, metrics, access checks", started("bare", bare)),
                new Step("+ capture of content", started("captured", captured)),
                new Step("+ OTLP destination (everything)", targets.gateway().target()));
    }

    private Target started(String name, Setup setup) throws IOException, InterruptedException {
        return targets.keep(targets.gateways().start(name, setup, List.of()));
    }

    private void measure(String work, Requests.Request request, List<Step> steps)
            throws IOException, InterruptedException {
        progress.say("shares, " + work + ": warming up");
        var exchanges = new ArrayList<Exchange>();
        var values = new ArrayList<List<Double>>();
        for (var step : steps) {
            var exchange = request.to(step.target());
            exchanges.add(exchange);
            values.add(new ArrayList<>());
            boolean warm = step.target().name().equals("spangate");
            double seconds = warm ? pacing.seconds() / 2 : pacing.warmUp();
            WarmUp.of(step.target(), exchange, CONNECTIONS, seconds);
        }
        for (int round = 1; round <= pacing.rounds(); round++) {
            progress.say("shares, %s: round %d of %d".formatted(work, round, pacing.rounds()));
            for (int i = 0; i < steps.size(); i++) {
                values.get(i).add(cpu(steps.get(i).target(), exchanges.get(i)));
            }
        }
        for (int i = 0; i < steps.size(); i++) {
            steps.get(i).cpu().add(Figure.of(values.get(i)));
        }
    }

    /// Microseconds per request; NaN where requests failed: then it did something else.
    private double cpu(Target target, Exchange exchange) throws IOException, InterruptedException {
        double before = target.cpuSeconds();
        var run = Load.closed(target.base(), exchange, CONNECTIONS, pacing.seconds());
        double micros = (target.cpuSeconds() - before) * 1e6 / Math.max(1, run.requests());
        return run.failures() > 0 ? Double.NaN : micros;
    }

    private static void print(PrintStream out, List<Step> steps) {
        out.printf("%nWhere the CPU goes, by leaving parts out (µs per request)%n%n");
        var table = new Table("what is on", "LLM 1 KB", "added", "tools/call", "added");
        double llmBefore = 0;
        double toolBefore = 0;
        for (var step : steps) {
            var llm = step.cpu().get(0);
            var tool = step.cpu().get(1);
            table.row(step.on(), llm, llm.median() - llmBefore, tool, tool.median() - toolBefore);
            llmBefore = llm.median();
            toolBefore = tool.median();
        }
        table.print(out);
    }
}
