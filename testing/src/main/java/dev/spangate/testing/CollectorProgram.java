package dev.spangate.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The real OpenTelemetry Collector, built from its Go modules once and kept in the user's cache.
public final class CollectorProgram {
    private static final String VERSION = "0.162.0";
    private static final long BUILD_MINUTES = 15;

    private CollectorProgram() {}

    /// Its path, or the reason why there is none.
    public record Built(Optional<Path> program, String reason) {
        static Built missing(String reason) {
            return new Built(Optional.empty(), reason);
        }
    }

    /// What an earlier run built, or builds it.
    ///
    /// @param build whether to build what is not there yet, which takes minutes
    public static Built get(boolean build) throws IOException, InterruptedException {
        var cache = cache();
        var program = cache.resolve("otelcol");
        if (Files.isExecutable(program)) {
            return new Built(Optional.of(program), "");
        }
        if (!build) {
            return Built.missing("not built yet: ./spangate test collector builds it in minutes");
        }
        if (run(List.of("go", "version"), null) != 0) {
            return Built.missing("no Go toolchain: the Collector is built from its Go modules");
        }
        Files.createDirectories(cache);
        var work = Files.createTempDirectory("spangate-collector");
        var config = work.resolve("builder.yaml");
        Files.writeString(
                config,
                "dist: {name: otelcol, output_path: %s, version: %s}\n"
                                .formatted(work.resolve("out"), VERSION)
                        + resource());
        // The builder's own `go mod tidy` may stumble over a dependency of tests alone.
        run(
                List.of(
                        "go",
                        "run",
                        "go.opentelemetry.io/collector/cmd/builder@v" + VERSION,
                        "--skip-compilation",
                        "--config",
                        config.toString()),
                work);
        if (!Files.exists(work.resolve("out/go.mod"))) {
            return Built.missing("the Collector's builder made no sources: no Go module proxy?");
        }
        int built =
                run(
                        List.of(
                                "go",
                                "build",
                                "-mod=mod",
                                "-trimpath",
                                "-ldflags=-s -w",
                                "-o",
                                "otelcol",
                                "."),
                        work.resolve("out"));
        if (built != 0) {
            return Built.missing("the Collector does not build: some Go modules are missing");
        }
        Files.move(work.resolve("out/otelcol"), program, StandardCopyOption.REPLACE_EXISTING);
        return new Built(Optional.of(program), "");
    }

    /// Another list of parts is another program.
    private static Path cache() throws IOException {
        String home = System.getenv("XDG_CACHE_HOME");
        var base =
                home == null || home.isBlank()
                        ? Path.of(System.getProperty("user.home"), ".cache")
                        : Path.of(home);
        String parts = Integer.toHexString(resource().hashCode());
        return base.resolve("spangate").resolve("otelcol-" + VERSION + "-" + parts);
    }

    private static String resource() throws IOException {
        try (var in = CollectorProgram.class.getResourceAsStream("/collector/builder.yaml")) {
            if (in == null) {
                throw new IOException("collector/builder.yaml is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static int run(List<String> command, @Nullable Path dir) throws InterruptedException {
        try {
            var builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
            builder.environment().put("GOFLAGS", "-mod=mod");
            builder.environment().put("GOTOOLCHAIN", "local");
            if (dir != null) {
                builder.directory(dir.toFile());
            }
            var process = builder.start();
            if (!process.waitFor(BUILD_MINUTES, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                return -1;
            }
            return process.exitValue();
        } catch (IOException e) {
            return -1;
        }
    }
}
