package dev.spangate.gateway;

import java.io.PrintWriter;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `spangate chains`: the recent runs of a running gateway as trees.
@Command(
        name = "chains",
        description = "Show the recent runs of a running gateway as trees.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  spangate chains --limit 5",
            "  spangate chains --follow      runs as they end, until interrupted",
        })
final class ChainsCommand implements Callable<Integer> {
    private static final long LOOK_EVERY_MILLIS = 1000;

    @Mixin private AdminCall gateway = new AdminCall();

    @Option(names = "--limit", defaultValue = "10", description = "How many (default 10).")
    private int limit;

    @Option(names = "--follow", description = "Go on showing runs as they happen.")
    private boolean follow;

    @Option(names = "--json", description = "As one JSON document.")
    private boolean json;

    @Spec private CommandSpec spec;

    /// Traces on the screen, with the number of their spans.
    private final Map<String, Integer> shown = new HashMap<>();

    private final Terminal terminal = Terminal.ofProcess();
    private boolean waiting;

    @Override
    public Integer call() throws InterruptedException {
        var out = spec.commandLine().getOut();
        var document = gateway.get("/api/chains?limit=" + limit);
        if (json) {
            out.println(
                    JsonMapper.shared()
                            .writerWithDefaultPrettyPrinter()
                            .writeValueAsString(document));
            return Main.DONE;
        }
        show(document, out);
        if (!follow && shown.isEmpty()) {
            out.println("No runs yet: point an agent at the gateway (./spangate connect CLIENT)");
        }
        while (follow) {
            Thread.sleep(LOOK_EVERY_MILLIS);
            look(out);
        }
        return Main.DONE;
    }

    /// A gateway that is being restarted is waited for.
    private void look(PrintWriter out) {
        try {
            show(gateway.get("/api/chains?limit=" + limit), out);
            waiting = false;
        } catch (CommandException e) {
            if (!waiting) {
                out.println(e.getMessage() + " (still looking)");
                out.flush();
            }
            waiting = true;
        }
    }

    /// Oldest first, and again what has grown since it was shown.
    private void show(JsonNode document, PrintWriter out) {
        var traces = document.path("traces");
        Set<String> there = new HashSet<>();
        traces.forEach(trace -> there.add(trace.path("traceId").asString("")));
        shown.keySet().retainAll(there);
        for (int i = traces.size() - 1; i >= 0; i--) {
            var trace = traces.get(i);
            int spans = trace.path("spans").size();
            var before = shown.put(trace.path("traceId").asString(""), spans);
            if (before == null || before != spans) {
                out.print(ChainTree.of(trace, terminal));
            }
        }
        out.flush();
    }
}
