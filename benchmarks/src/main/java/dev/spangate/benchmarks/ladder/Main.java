package dev.spangate.benchmarks.ladder;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `./spangate bench`: what the gateway costs on this machine, beside nothing and beside nginx.
@Command(
        name = "spangate bench",
        mixinStandardHelpOptions = true,
        description = {
            "Measures direct, nginx and the gateway (tracing, capture and linking on, live OTLP sink)"
                    + " in one run on this machine.",
            "Prints medians of interleaved rounds with their spread; CPU without the JVM's compiler"
                    + " threads. Trust ratios, not absolute"
                    + " numbers: load generator, upstream and gateway share the processors."
        },
        footer = {
            "",
            "Examples:",
            "  ./spangate bench                       everything, about 8 minutes",
            "  ./spangate bench --seconds 1           a glance, about 4 minutes",
            "  ./spangate bench --target other=http://127.0.0.1:4000",
            "",
            "The report goes to standard output, progress to standard error."
        })
final class Main implements Callable<Integer> {
    private static final String SMALL = "LLM 1 KB in, 1 KB out";
    private static final String LARGE = "LLM 1 KB in, 100 KB out";
    private static final String HALF_MEGABYTE = "conversation of 0.5 MB";
    private static final String TWO_MEGABYTES = "conversation of 2 MB";
    private static final String TOOL = "MCP tools/call";
    private static final int CONNECTIONS = 32;

    @Option(
            names = "--seconds",
            defaultValue = "2",
            description = "length of one measurement (default: ${DEFAULT-VALUE})")
    double seconds;

    @Option(
            names = "--rounds",
            defaultValue = "3",
            description = "how often each is repeated (default: ${DEFAULT-VALUE})")
    int rounds;

    @Option(
            names = "--rate",
            defaultValue = "1000",
            description = "requests per second of the open loop (default: ${DEFAULT-VALUE})")
    double rate;

    @Option(
            names = "--target",
            paramLabel = "NAME=URL",
            description =
                    "another gateway with the same paths (/openai/v1/..., /mcp) and our upstream;"
                            + " repeatable")
    Map<String, URI> others = new LinkedHashMap<>();

    @Option(
            names = "--only",
            paramLabel = "PART",
            split = ",",
            description = "parts to run: ${COMPLETION-CANDIDATES} (default: all)")
    List<Part> only = List.of(Part.values());

    private final Progress progress = new Progress();
    private final PrintStream out = System.out;

    /// A part of the report.
    enum Part {
        requests,
        stream,
        lists,
        shares,
        profile,
        start
    }

    public static void main(String[] args) {
        System.exit(new CommandLine(new Main()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        var pacing = new Requests.Pacing(seconds, rounds, Math.max(2, seconds * 4));
        try (var targets = new Targets()) {
            conditions();
            if (only.contains(Part.start)) {
                new Starts(targets, progress).measure(rounds + 2, out);
            }
            progress.say("starting nginx and the gateway");
            targets.startAll(others);
            if (targets.nginxMissing() != null) {
                out.println("\nSKIPPED: the nginx rows: " + targets.nginxMissing());
            }
            if (only.contains(Part.requests)) {
                requests(targets, pacing);
            }
            if (only.contains(Part.stream)) {
                new Streams(progress, pacing).measure(targets.all(), out);
            }
            if (only.contains(Part.lists)) {
                ToolLists.measure(targets, progress, pacing, out);
            }
            if (only.contains(Part.shares)) {
                new Shares(targets, progress, pacing).measure(out);
            }
            if (only.contains(Part.profile)) {
                profile(targets);
            }
        }
        progress.say("done");
        return 0;
    }

    private void conditions() throws IOException {
        out.printf(
                "Measured %s, JDK %s, %d processors, load average at the start %s; %d rounds of %s s%n",
                OffsetDateTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.MINUTES),
                Runtime.version(),
                Runtime.getRuntime().availableProcessors(),
                Machine.loadAverage(),
                rounds,
                Figure.plain(seconds));
    }

    private void requests(Targets targets, Requests.Pacing pacing)
            throws IOException, InterruptedException {
        var requests = new Requests(progress, pacing);
        requests.measure(
                new Requests.Work(SMALL, CONNECTIONS, rate, t -> t.chat("bench", false, 1000)),
                targets.all());
        long loaded = targets.gateway().child().residentMegabytes();
        requests.measure(
                new Requests.Work(
                        TOOL, CONNECTIONS, rate, t -> t.toolCall(t.mcpSession(), "tool_07")),
                targets.all());
        requests.measure(
                new Requests.Work(LARGE, CONNECTIONS, rate / 5, t -> t.chat("large", false, 1000)),
                targets.all());
        requests.measure(
                new Requests.Work(HALF_MEGABYTE, 4, rate / 100, t -> t.conversation(500)),
                targets.all());
        requests.measure(
                new Requests.Work(TWO_MEGABYTES, 4, rate / 400, t -> t.conversation(2000)),
                targets.all());
        out.println("\nRequests\n");
        requests.print(out);
        ratios(requests);
        out.printf(
                "%nRSS of the gateway: %d MB after the load of 1 KB requests, %d MB after all of them%n",
                loaded, targets.gateway().child().residentMegabytes());
        new Delivery(targets.gateway().admin()).print(out);
    }

    private void ratios(Requests requests) {
        out.println();
        for (var work : List.of(SMALL, TOOL, LARGE)) {
            out.printf(
                    "%s: %s × nginx's CPU per request%n",
                    work,
                    Figure.plain(requests.cpu(work, "spangate") / requests.cpu(work, "nginx")));
        }
        for (var work : List.of(HALF_MEGABYTE, TWO_MEGABYTES)) {
            double megabytes = work.equals(HALF_MEGABYTE) ? 0.5 : 2;
            double beyond = requests.cpu(work, "spangate") - requests.cpu(work, "nginx");
            out.printf(
                    "%s: %s ms CPU per MB beyond nginx's relaying%n",
                    work, Figure.plain(beyond / 1000 / megabytes));
        }
    }

    private void profile(Targets targets) throws IOException, InterruptedException {
        var target = targets.gateway().target();
        var exchanges = new LinkedHashMap<String, Exchange>();
        exchanges.put("LLM 1 KB", target.chat("bench", false, 1000));
        exchanges.put("tools/call", target.toolCall(target.mcpSession(), "tool_07"));
        exchanges.put("conversation of 2 MB", target.conversation(2000));
        for (var each : exchanges.entrySet()) {
            progress.say("profile: " + each.getKey());
            int connections = each.getKey().startsWith("conv") ? 4 : CONNECTIONS;
            new Profile(targets.gateway().child())
                    .of(
                            each.getKey(),
                            () ->
                                    Load.closed(
                                                    target.base(),
                                                    each.getValue(),
                                                    connections,
                                                    seconds * 1.5)
                                            .requests(),
                            targets.file("profile.jfr"),
                            out);
        }
    }
}
