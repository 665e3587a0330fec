package dev.spangate.benchmarks.ladder;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/// Climbs the ladder: the same work directly, through nginx and through the gateway, in one run.
///
/// CPU per request is what the kernel counted for the target's process while 32 connections sent as
/// fast as answers came; added latency is the difference to `direct` at a constant rate.
final class Ladder {
    private static final int CLOSED_CONNECTIONS = 32;
    private static final int OPEN_CONNECTIONS = 64;

    private final Targets targets;
    private final Progress progress;
    private final double seconds;
    private final double rate;

    /// @param seconds length of each measurement; warm-up takes as long once more
    /// @param rate requests per second of the open loop
    Ladder(Targets targets, Progress progress, double seconds, double rate) {
        this.targets = targets;
        this.progress = progress;
        this.seconds = seconds;
        this.rate = rate;
    }

    /// Makes the request of one kind of work for a target.
    @FunctionalInterface
    interface Work {
        Supplier<Exchange> at(Target target) throws IOException;
    }

    List<Rung> climb() throws IOException, InterruptedException {
        var rungs = new ArrayList<Rung>();
        rungs.add(
                requests("LLM 1 KB in, 1 KB out", rate, t -> always(t.chat("bench", false, 1000))));
        rungs.add(
                requests(
                        "LLM 1 KB in, 100 KB out",
                        rate / 5,
                        t -> always(t.chat("large", false, 1000))));
        rungs.add(
                requests("LLM conversation of 1 MB", rate / 50, t -> always(t.conversation(1000))));
        rungs.add(
                requests(
                        "MCP tools/call",
                        rate,
                        t ->
                                always(
                                        t.rpc(
                                                t.mcpSession(),
                                                "tools/call",
                                                "{\"name\":\"tool_07\",\"arguments\":{\"x\":\"1\"}}",
                                                "content"))));
        return rungs;
    }

    private static Supplier<Exchange> always(Exchange exchange) {
        return () -> exchange;
    }

    private Rung requests(String name, double perSecond, Work work)
            throws IOException, InterruptedException {
        var figures = new LinkedHashMap<String, List<String>>();
        double directP50 = 0;
        double directP99 = 0;
        for (var target : targets.all()) {
            progress.say(name + ": " + target.name());
            var load = new Load(target.base(), work.at(target));
            load.closed(CLOSED_CONNECTIONS, seconds);
            double cpuBefore = cpu(target);
            var closed = load.closed(CLOSED_CONNECTIONS, seconds);
            double cpuMicros = (cpu(target) - cpuBefore) * 1e6 / Math.max(1, closed.requests());
            var open = load.open(OPEN_CONNECTIONS, perSecond, seconds);
            double p50 = open.latencies().millis(50);
            double p99 = open.latencies().millis(99);
            if (target.name().equals("direct")) {
                directP50 = p50;
                directP99 = p99;
            }
            figures.put(
                    target.name(),
                    List.of(
                            target.process() == null ? "-" : format(cpuMicros),
                            format(closed.requests() / seconds),
                            format(p50),
                            format(p50 - directP50),
                            format(p99 - directP99),
                            Long.toString(closed.failures() + open.failures())));
        }
        return new Rung(name, figures);
    }

    /// First byte and later chunks of streams: delay from the upstream's stamp to the client.
    Rung stream() throws IOException {
        var figures = new LinkedHashMap<String, List<String>>();
        int streams = (int) Math.max(10, seconds * 5);
        for (var target : targets.all()) {
            progress.say("LLM stream: " + target.name());
            var exchange = target.chat("bench", true, 1000);
            new StreamProbe().run(target.base(), exchange, streams);
            var probe = new StreamProbe();
            probe.run(target.base(), exchange, streams);
            figures.put(
                    target.name(),
                    List.of(
                            format(probe.first().millis(50)),
                            format(probe.later().millis(50)),
                            format(probe.later().millis(99)),
                            Integer.toString(probe.first().count())));
        }
        return new Rung("LLM stream, 24 events 5 ms apart", figures);
    }

    /// `tools/list` of 50 servers with 20 tools each, from the gateway's table.
    Map<String, String> toolsList() throws IOException, InterruptedException {
        progress.say("tools/list of 50 servers");
        var target = targets.gatewayWith(50);
        var session = target.mcpSession();
        var list = target.rpc(session, "tools/list", "{}", "tool_19");
        try (var connection = new Connection(target.base())) {
            for (int i = 0; i < 100; i++) {
                connection.send(list, (bytes, length, now) -> {});
            }
        }
        var outcome = new Load(target.base(), always(list)).closed(1, seconds);
        return Map.of(
                "p50 ms", format(outcome.latencies().millis(50)),
                "p99 ms", format(outcome.latencies().millis(99)),
                "failures", Long.toString(outcome.failures()));
    }

    private static double cpu(Target target) throws IOException {
        return target.process() == null ? 0 : target.process().cpuSeconds();
    }

    static String format(double value) {
        return String.format(Locale.ROOT, Math.abs(value) >= 100 ? "%.0f" : "%.2f", value);
    }
}
