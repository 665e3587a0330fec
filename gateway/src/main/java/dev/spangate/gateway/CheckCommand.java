package dev.spangate.gateway;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `spangate check`: reads a configuration without starting anything.
@Command(
        name = "check",
        description = "Read a configuration and say what is wrong with it (exit code 64).",
        mixinStandardHelpOptions = true,
        footer = {"", "Example:", "  spangate check spangate.yaml"})
final class CheckCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", defaultValue = "spangate.yaml", description = "The YAML file.")
    private Path file;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        var config = GatewayConfig.load(file);
        spec.commandLine()
                .getOut()
                .printf(
                        "%s is valid: %d MCP servers, %d callers%n",
                        file, servers(config), config.callers().size());
        return Main.DONE;
    }

    /// Without the one that `./spangate verify` plays.
    private static int servers(GatewayConfig config) {
        int all = config.mcp().servers().size();
        return config.verify().isPresent() ? all - 1 : all;
    }
}
