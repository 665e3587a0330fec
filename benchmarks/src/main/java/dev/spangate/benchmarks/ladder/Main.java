package dev.spangate.benchmarks.ladder;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `./spangate bench`: what the gateway costs on this machine, beside nothing and beside nginx.
@Command(
        name = "spangate bench",
        mixinStandardHelpOptions = true,
        description =
                "Measures direct, nginx and the gateway (tracing, capture and linking on, live OTLP sink)"
                        + " in one run on this machine. Trust ratios, not absolute numbers.",
        footer = {
            "",
            "Examples:",
            "  ./spangate bench                       everything, about 8 minutes",
            "  ./spangate bench --seconds 2           a glance",
            "  ./spangate bench --target other=http://127.0.0.1:4000"
        })
final class Main implements Callable<Integer> {
    @Option(
            names = "--seconds",
            defaultValue = "10",
            description = "length of each measurement (default: ${DEFAULT-VALUE})")
    double seconds;

    @Option(
            names = "--rate",
            defaultValue = "1000",
            description = "requests per second of the open loop (default: ${DEFAULT-VALUE})")
    double rate;

    @Option(
            names = "--target",
            paramLabel = "NAME=URL",
            description = "another gateway with the same paths (/openai/v1/..., /mcp); repeatable")
    Map<String, URI> others = new LinkedHashMap<>();

    public static void main(String[] args) {
        System.exit(new CommandLine(new Main()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        var progress = new Progress();
        var report = new Report(System.out);
        try (var targets = new Targets(others, progress)) {
            if (targets.nginxMissing() != null) {
                System.out.println("SKIPPED: nginx row: " + targets.nginxMissing());
            }
            var gateway = targets.named("spangate").process();
            long idle = gateway == null ? 0 : gateway.residentMegabytes();
            var ladder = new Ladder(targets, progress, seconds, rate);
            report.requests(ladder.climb());
            report.stream(ladder.stream());
            report.facts("tools/list, 50 servers × 20 tools", ladder.toolsList());
            if (gateway != null) {
                report.facts("Where the gateway's time goes (LLM 1 KB)", profile(targets, gateway));
                var memory = new LinkedHashMap<String, Object>();
                memory.put("RSS after start, MB", idle);
                memory.put("RSS after the load, MB", gateway.residentMegabytes());
                memory.put("start to first answered request, ms", targets.startMillis());
                report.facts("Memory and start", memory);
            }
        }
        return 0;
    }

    private Map<String, Double> profile(Targets targets, Child gateway) throws Exception {
        var target = targets.named("spangate");
        var exchange = target.chat("bench", false, 1000);
        return Profile.of(
                gateway.pid(),
                () -> {
                    try {
                        new Load(target.base(), () -> exchange).closed(32, seconds);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
    }
}
