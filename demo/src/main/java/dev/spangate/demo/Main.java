package dev.spangate.demo;

import java.io.Console;
import java.io.PrintStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `./spangate demo`: the main job on this machine, from an agent's two user turns to its traces.
@Command(
        name = "spangate demo",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Runs an agent that knows nothing of tracing through a gateway, and shows its chains.",
            "Everything is started here, on free ports of 127.0.0.1: the gateway, a scripted model,",
            "an HTTP and a stdio MCP server, the agent. No account, no key, no container."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./spangate demo                                 one conversation as two traces",
            "  ./spangate demo --json | jq '.traces[].name'    the same as one JSON document",
            "  ./spangate demo --otlp http://localhost:4318    also to a backend of yours",
            "  ./spangate demo --langfuse                      also to Langfuse (LANGFUSE_HOST,",
            "                                                  LANGFUSE_PUBLIC_KEY, LANGFUSE_SECRET_KEY)",
            "  ./spangate demo --keep                          look around afterwards; Ctrl-C ends",
            "  ./spangate demo --serve                         the parts alone, for an agent of yours",
            "",
            "Exit codes: 0 every tool execution is linked, 1 one is not or something failed, 64 usage."
        })
public final class Main implements Callable<Integer> {
    private static final int USAGE = 64;
    private static final Duration EXPORTED_WITHIN = Duration.ofSeconds(20);
    private static final List<Logger> QUIET =
            List.of(
                    Logger.getLogger("io.helidon"),
                    Logger.getLogger("io.modelcontextprotocol"),
                    Logger.getLogger("reactor"),
                    Logger.getLogger("dev.spangate"),
                    Logger.getLogger("spangate"));

    private static final CompletableFuture<Integer> ENDED = new CompletableFuture<>();

    @Option(names = "--json", description = "Print the chains as one JSON document, nothing else.")
    private boolean json;

    @Option(
            names = "--otlp",
            paramLabel = "URL",
            description = "Also export to this OTLP/HTTP receiver (base URL or full path).")
    private @Nullable URI otlp;

    @Option(
            names = "--langfuse",
            description = "Also export to Langfuse, with the LANGFUSE_* variables.")
    private boolean langfuse;

    @Option(names = "--keep", description = "Stay up after the run until Ctrl-C.")
    private boolean keep;

    @Option(
            names = "--serve",
            description = {
                "Start no agent: print SPANGATE_URL for one of yours, wait for Ctrl-C, then show",
                "its chains. The model answers the questions of the examples."
            })
    private boolean serve;

    @Option(
            names = "--port",
            defaultValue = "0",
            description = "Port of the gateway; a free one by default.")
    private int port;

    private final CountDownLatch stopped = new CountDownLatch(1);
    private final PrintStream out = System.out;

    private Main() {}

    /// Runs the command; the process ends with its exit code.
    public static void main(String[] args) {
        QUIET.forEach(logger -> logger.setLevel(Level.WARNING));
        int code = commandLine().execute(args);
        System.out.flush();
        ENDED.complete(code);
        System.exit(code);
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main())
                .setExitCodeExceptionMapper(failure -> 1)
                .setParameterExceptionHandler((problem, args) -> {
                    System.err.println(problem.getMessage());
                    System.err.println("Try ./spangate demo --help");
                    return USAGE;
                });
    }

    @Override
    public Integer call() {
        try (var parts = DemoParts.start(new DemoOptions(otlp, langfuse, port))) {
            return serve ? serve(parts) : run(parts);
        }
    }

    private int run(DemoParts parts) {
        var expected = converse(parts);
        var spans =
                parts.receiver()
                        .await(
                                arrived -> Verdict.of(Chain.of(arrived), expected).good(),
                                EXPORTED_WITHIN);
        var chains = worth(spans);
        if (json) {
            out.println(ChainJson.of(chains));
        } else {
            out.println();
            out.print(ChainTree.of(chains, colours()));
        }
        var verdict = Verdict.of(chains, expected);
        report(verdict, expected.executions());
        if (keep) {
            stay(parts);
        }
        return verdict.good() ? 0 : 1;
    }

    /// The user's side of the conversation.
    private Verdict.Expected converse(DemoParts parts) {
        var turns = List.of(TravelScript.FIRST_TURN, TravelScript.SECOND_TURN);
        try (var agent = parts.agent()) {
            for (String turn : turns) {
                say("> " + turn);
                say(agent.ask(turn));
            }
            return new Verdict.Expected(turns.size(), agent.inferences(), agent.executions());
        }
    }

    private int serve(DemoParts parts) {
        out.println("SPANGATE_URL=" + parts.uri());
        out.println("SPANGATE_ADMIN=" + parts.adminUri());
        out.flush();
        waitForStop();
        var chains = worth(parts.receiver().await(Main::settled, EXPORTED_WITHIN));
        out.print(json ? ChainJson.of(chains) + "\n" : ChainTree.of(chains, colours()));
        var verdict = Verdict.of(chains);
        report(verdict, chains.stream().mapToInt(chain -> chain.ofType("tool").size()).sum());
        return verdict.good() ? 0 : 1;
    }

    private void stay(DemoParts parts) {
        say("Still up: agents at " + parts.uri() + ", operators at " + parts.adminUri());
        say("Ctrl-C ends it.");
        out.flush();
        waitForStop();
    }

    /// Returns at Ctrl-C or SIGTERM; the process then lives until [#main] is through, and ends with
    /// its exit code.
    private void waitForStop() {
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(() -> {
                            stopped.countDown();
                            Runtime.getRuntime().halt(codeOfMain());
                        }));
        try {
            stopped.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static int codeOfMain() {
        try {
            return ENDED.get(EXPORTED_WITHIN.toSeconds() + 10, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            return 1;
        }
    }

    private static boolean settled(List<ExportedSpan> spans) {
        var chains = worth(spans);
        return !chains.isEmpty()
                && Verdict.of(chains).good()
                && chains.stream()
                        .allMatch(chain ->
                                chain.spans().size() == 1 || !chain.ofType("agent").isEmpty());
    }

    private static List<Chain> worth(List<ExportedSpan> spans) {
        return Chain.of(spans).stream().filter(Chain::tellsOfWork).toList();
    }

    private void report(Verdict verdict, int executions) {
        verdict.problems().forEach(System.err::println);
        if (verdict.good()) {
            say(executions + " tool executions, each linked to the answer that asked for it.\n");
            if (!serve) {
                say(NextSteps.text());
            }
        }
    }

    /// For people only: with `--json` nothing but the document goes to standard output.
    private void say(String text) {
        if (!json) {
            out.println(text);
        }
    }

    private static boolean colours() {
        return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent()
                && System.getenv("NO_COLOR") == null;
    }
}
