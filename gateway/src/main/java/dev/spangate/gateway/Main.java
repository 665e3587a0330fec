package dev.spangate.gateway;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The command line: parse, run, exit with 0 (done), 1 (failed) or 64 (usage or configuration).
@Command(
        name = "spangate",
        description = "One endpoint for models and MCP servers, one trace per agent run.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {
            RunCommand.class,
            CheckCommand.class,
            ImportCommand.class,
            ConnectCommand.class,
            ChainsCommand.class,
            WhyCommand.class,
            JournalCommand.class,
            VerifyCommand.class,
            DoctorCommand.class,
        })
public final class Main implements Runnable {
    static final int DONE = 0;
    static final int FAILED = 1;
    static final int WRONG_USAGE = 64;

    @Spec private CommandSpec spec;

    private Main() {}

    public static void main(String[] arguments) {
        Logging.setUp();
        int code = run(System.out, System.err, arguments);
        System.out.flush();
        System.exit(code);
    }

    /// As from the shell, with the streams given; returns the exit code.
    static int run(PrintStream out, PrintStream err, String... arguments) {
        var line =
                new CommandLine(new Main())
                        .setOut(new PrintWriter(out, true, StandardCharsets.UTF_8))
                        .setErr(new PrintWriter(err, true, StandardCharsets.UTF_8))
                        .setCaseInsensitiveEnumValuesAllowed(true)
                        .setExecutionExceptionHandler(Main::failed);
        line.setParameterExceptionHandler(Main::misused);
        return line.execute(arguments);
    }

    /// Without a command: says which there are.
    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "A command is missing");
    }

    private static int misused(ParameterException error, String[] arguments) {
        var line = error.getCommandLine();
        line.getErr().println("spangate: " + error.getMessage());
        if (!CommandLine.UnmatchedArgumentException.printSuggestions(error, line.getErr())) {
            line.usage(line.getErr());
        }
        return WRONG_USAGE;
    }

    private static int failed(Exception error, CommandLine line, CommandLine.ParseResult parsed) {
        if (error instanceof ConfigException) {
            line.getErr().println("spangate: " + error.getMessage());
            return WRONG_USAGE;
        }
        line.getErr()
                .println(
                        "spangate: failed: "
                                + (error instanceof CommandException
                                        ? error.getMessage()
                                        : error.toString()));
        return FAILED;
    }
}
