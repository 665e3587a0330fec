package dev.spangate.benchmarks.ladder;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/// `tools/list` of 50 servers with 20 tools each, from the gateway's table, while one more server
/// never answers.
final class ToolLists {
    private static final int SERVERS = 50;
    private static final int TOOLS = 20;

    private ToolLists() {}

    static void measure(Targets targets, Progress progress, Requests.Pacing pacing, PrintStream out)
            throws IOException, InterruptedException {
        progress.say("tools/list: starting a gateway of 50 servers and one that hangs");
        var setup = targets.setup("spangate-50").withServers(SERVERS);
        var target = targets.keep(targets.gateways().start("spangate-50", setup, List.of()));
        var list = target.rpc(target.mcpSession(), "tools/list", "{}", "tool_19");
        int tools = awaitAll(target, list);
        progress.say("tools/list: measuring " + tools + " tools");
        WarmUp.of(target, list, 4, pacing.warmUp());
        var p50 = new ArrayList<Double>();
        var p99 = new ArrayList<Double>();
        var cpu = new ArrayList<Double>();
        long failed = 0;
        for (int round = 0; round < pacing.rounds(); round++) {
            double before = target.cpuSeconds();
            var run = Load.closed(target.base(), list, 1, pacing.seconds());
            cpu.add((target.cpuSeconds() - before) * 1e6 / Math.max(1, run.requests()));
            p50.add(run.latencies().millis(50));
            p99.add(run.latencies().millis(99));
            failed += run.failures();
        }
        out.printf("%ntools/list, %d servers × %d tools, one more hangs%n%n", SERVERS, TOOLS);
        new Table("tools", "p50 ms", "p99 ms", "CPU µs/request", "failed")
                .row(tools, Figure.of(p50), Figure.of(p99), Figure.of(cpu), failed)
                .print(out);
    }

    /// The table fills as servers answer; the number of tools in the end.
    private static int awaitAll(Target target, Exchange list)
            throws IOException, InterruptedException {
        int tools = 0;
        for (int tries = 0; tries < 100 && tools < SERVERS * TOOLS; tries++) {
            try (var connection = new Connection(target.base())) {
                connection.send(list, 0, Connection.PieceListener.NONE);
                tools = connection.body().split("\"inputSchema\"", -1).length - 1;
            }
            if (tools < SERVERS * TOOLS) {
                Thread.sleep(100);
            }
        }
        return tools;
    }
}
