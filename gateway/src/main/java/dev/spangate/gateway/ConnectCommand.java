package dev.spangate.gateway;

import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `spangate connect`: the snippet that points a client at the gateway, models and MCP alike.
@Command(
        name = "connect",
        description = "Print what points a client at this gateway.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  spangate connect claude-code",
            "  spangate connect codex --url https://gateway.example --key",
        })
final class ConnectCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "CLIENT",
            description = "claude-code, codex, cursor, vscode, opencode or openai (the SDKs).")
    private String client;

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "Where clients reach the gateway; else from the configuration.")
    private @Nullable URI url;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description =
                    "The gateway's configuration, for its address and whether keys are needed.")
    private @Nullable Path file;

    @Option(
            names = "--key",
            description = "Clients need a key of ours, in the variable SPANGATE_KEY.")
    private boolean key;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        var config = file == null ? null : GatewayConfig.load(file);
        boolean keyed = key || (config != null && !config.callers().isEmpty());
        spec.commandLine().getOut().print(Snippets.of(known(client), address(config), keyed));
        spec.commandLine().getOut().flush();
        return Main.DONE;
    }

    private String address(@Nullable GatewayConfig config) {
        if (url != null) {
            return url.toString().replaceFirst("/+$", "");
        }
        return config == null
                ? "http://127.0.0.1:8080"
                : "http://127.0.0.1:" + config.listen().port();
    }

    private static String known(String name) {
        if (!Snippets.CLIENTS.contains(name)) {
            throw new ConfigException(
                    "there is no snippet for '%s'; there are %s"
                            .formatted(name, String.join(", ", Snippets.CLIENTS)));
        }
        return name;
    }
}
