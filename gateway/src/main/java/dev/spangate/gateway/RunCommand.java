package dev.spangate.gateway;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `spangate run`: the gateway until SIGTERM or SIGINT, then exit code 0.
@Command(
        name = "run",
        description = "Run the gateway.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  spangate run --config spangate.yaml",
            "  spangate run                    spangate.yaml of this folder, else nothing configured",
        })
final class RunCommand implements Callable<Integer> {
    private static final Path USUAL = Path.of("spangate.yaml");

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "The YAML file; it is read again when it changes.")
    private @Nullable Path file;

    @Option(
            names = "--ports-file",
            paramLabel = "FILE",
            description = "Where to write the ports in use, as JSON, once the gateway is ready.")
    private @Nullable Path portsFile;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        var err = spec.commandLine().getErr();
        if (file == null && Files.exists(USUAL)) {
            file = USUAL;
        }
        var config =
                file == null ? GatewayConfig.parse("", System.getenv()) : GatewayConfig.load(file);
        var gateway = Gateway.start(config);
        exitWithZeroOnceStopped(gateway);
        if (file != null) {
            gateway.follow(file);
        }
        tell(err, config, gateway);
        if (portsFile != null) {
            writePorts(portsFile, gateway);
        }
        new CountDownLatch(1).await(); // the shutdown hook ends the process
        return Main.DONE;
    }

    /// A JVM that a signal ends would exit with 128 + its number; a stop as asked for is a success.
    private static void exitWithZeroOnceStopped(Gateway gateway) {
        Runtime.getRuntime()
                .addShutdownHook(
                        Thread.ofPlatform()
                                .name("shutdown")
                                .unstarted(() -> {
                                    gateway.close();
                                    System.out.flush();
                                    Runtime.getRuntime().halt(Main.DONE);
                                }));
    }

    private void tell(PrintWriter err, GatewayConfig config, Gateway gateway) {
        err.printf("Spangate %s is ready%n", Version.number());
        err.printf("  traffic  http://%s:%d%n", shown(config.listen().host()), gateway.port());
        err.printf("  admin    http://%s:%d%n", shown(config.admin().host()), gateway.adminPort());
        err.printf("  config   %s%n", file == null ? "none" : file);
        gateway.summary().forEach(line -> err.println("  " + line));
        if (file == null) {
            err.println(GettingStarted.TEXT);
        }
        err.flush();
    }

    private static String shown(String host) {
        return host.contains(":") ? "[" + host + "]" : host;
    }

    /// Written beside and renamed, so that a reader never sees half of it.
    private static void writePorts(Path target, Gateway gateway) throws IOException {
        var text =
                "{\"traffic\":%d,\"admin\":%d,\"pid\":%d}%n"
                        .formatted(
                                gateway.port(), gateway.adminPort(), ProcessHandle.current().pid());
        var whole = target.toAbsolutePath();
        var part = whole.resolveSibling(whole.getFileName() + ".part");
        Files.writeString(part, text);
        Files.move(part, whole, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }
}
