package dev.spangate.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Prometheus' `promtool`: the one on the path, else Debian's package unpacked into
/// `~/.cache/spangate/promtool`, without installing it.
public final class Promtool {
    private static final long MINUTES = 5;

    private final String program;

    private Promtool(String program) {
        this.program = program;
    }

    /// What it said and how it ended.
    public record Ended(int code, String output) {}

    /// Finds it; empty where there is none to be had.
    ///
    /// @param fetch whether to fetch Debian's package (40 MB) where it is not there yet
    public static Optional<Promtool> find(boolean fetch) {
        try {
            if (run(Path.of("."), List.of("promtool", "--version")).code() == 0) {
                return Optional.of(new Promtool("promtool"));
            }
            var cached = cache().resolve("promtool");
            if (!Files.isExecutable(cached) && fetch) {
                unpack(cached);
            }
            return Files.isExecutable(cached)
                    ? Optional.of(new Promtool(cached.toString()))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /// Runs it in a folder.
    public Ended run(Path folder, String... arguments) throws IOException {
        var command = new ArrayList<String>();
        command.add(program);
        command.addAll(List.of(arguments));
        return run(folder, command);
    }

    /// Runs it with a text on its standard input.
    public Ended read(String input, String... arguments) throws IOException {
        var file = Files.createTempFile("promtool", ".in");
        try {
            Files.writeString(file, input);
            var command = new ArrayList<String>();
            command.add(program);
            command.addAll(List.of(arguments));
            return run(Path.of("."), command, file);
        } finally {
            Files.delete(file);
        }
    }

    private static void unpack(Path target) throws IOException {
        var work = Files.createTempDirectory("spangate-promtool");
        run(work, List.of("apt-get", "download", "prometheus"));
        try (var packages = Files.newDirectoryStream(work, "prometheus_*.deb")) {
            for (var one : packages) {
                run(work, List.of("dpkg", "-x", one.toString(), "."));
            }
        }
        var program = work.resolve("usr/bin/promtool");
        if (Files.exists(program)) {
            Files.createDirectories(target.getParent());
            Files.move(program, target, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static Path cache() {
        return Path.of(System.getProperty("user.home"), ".cache", "spangate", "promtool");
    }

    private static Ended run(Path folder, List<String> command) throws IOException {
        return run(folder, command, null);
    }

    private static Ended run(Path folder, List<String> command, @Nullable Path input)
            throws IOException {
        var output = Files.createTempFile("promtool", ".out");
        try {
            var builder =
                    new ProcessBuilder(command)
                            .directory(folder.toFile())
                            .redirectErrorStream(true)
                            .redirectOutput(output.toFile());
            if (input != null) {
                builder.redirectInput(input.toFile());
            }
            var process = builder.start();
            if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                return new Ended(-1, "no end within minutes");
            }
            return new Ended(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
        } catch (IOException _) {
            return new Ended(-1, "there is no " + command.getFirst());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Ended(-1, "interrupted");
        } finally {
            Files.deleteIfExists(output);
        }
    }
}
