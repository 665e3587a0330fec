package dev.spangate.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Packages from npm, installed once into `~/.cache/spangate/npm-…`, with a Node of a version of
/// their own.
///
/// @param folder where `node_modules` is
public record NodeTools(Path folder) {
    /// The Node that runs everything; the system's own only runs npm.
    private static final String NODE = "node@22";

    private static final long INSTALL_MINUTES = 10;

    /// Why there is no Node: for the reason of a skipped suite.
    public static final class Missing extends Exception {
        private static final long serialVersionUID = 1;

        Missing(String reason) {
            super(reason);
        }
    }

    /// Installs packages (`name` or `name@version`) or takes what an earlier run installed.
    ///
    /// @throws Missing without npm, or if it cannot install
    public static NodeTools with(String... packages) throws Missing {
        var wanted = new ArrayList<>(List.of(packages));
        wanted.add(NODE);
        var folder =
                cache().resolve(
                                "npm-"
                                        + HexFormat.of()
                                                .toHexDigits(String.join(" ", wanted).hashCode()));
        try {
            Files.createDirectories(folder);
            try (var lock =
                            FileChannel.open(
                                    folder.resolve(".lock"),
                                    StandardOpenOption.CREATE,
                                    StandardOpenOption.WRITE);
                    var _ = lock.lock()) {
                var done = folder.resolve(".installed");
                if (!Files.exists(done)) {
                    install(folder, wanted);
                    Files.writeString(done, String.join("\n", wanted));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new NodeTools(folder);
    }

    /// The Node binary.
    public Path node() {
        return folder.resolve("node_modules/node/bin/node");
    }

    /// A file of an installed package.
    public Path file(String belowNodeModules) {
        return folder.resolve("node_modules").resolve(belowNodeModules);
    }

    /// Puts a script beside the packages, so that its imports find them.
    public Path script(String name, InputStream content) {
        try (content) {
            var target = folder.resolve(name);
            var fresh = Files.createTempFile(folder, name, ".tmp");
            Files.copy(content, fresh, StandardCopyOption.REPLACE_EXISTING);
            Files.move(
                    fresh,
                    target,
                    StandardCopyOption.REPLACE_EXISTING,
                    StandardCopyOption.ATOMIC_MOVE);
            return target;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What a program printed.
    ///
    /// @param exit its code, or -1 if it had to be killed
    public record Output(int exit, String out, String err) {}

    /// Runs Node with arguments to its end.
    public Output run(Map<String, String> environment, long seconds, String... arguments)
            throws InterruptedException {
        var words = new ArrayList<String>();
        words.add(node().toString());
        words.addAll(List.of(arguments));
        try {
            var out = Files.createTempFile("node", ".out");
            var err = Files.createTempFile("node", ".err");
            var process =
                    start(
                            words,
                            environment,
                            ProcessBuilder.Redirect.to(out.toFile()),
                            ProcessBuilder.Redirect.to(err.toFile()));
            var ended = process.waitFor(seconds, TimeUnit.SECONDS);
            if (!ended) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly().waitFor();
            }
            var output =
                    new Output(
                            ended ? process.exitValue() : -1,
                            Files.readString(out),
                            Files.readString(err));
            Files.delete(out);
            Files.delete(err);
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Starts Node in the background; its output goes to the given file.
    public Process background(Map<String, String> environment, Path log, String... arguments) {
        var words = new ArrayList<String>();
        words.add(node().toString());
        words.addAll(List.of(arguments));
        var to = ProcessBuilder.Redirect.appendTo(log.toFile());
        try {
            return start(words, environment, to, to);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Process start(
            List<String> words,
            Map<String, String> environment,
            ProcessBuilder.Redirect out,
            ProcessBuilder.Redirect err)
            throws IOException {
        var builder =
                new ProcessBuilder(words)
                        .directory(folder.toFile())
                        .redirectOutput(out)
                        .redirectError(err);
        builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        builder.environment().put("PATH", node().getParent() + ":" + System.getenv("PATH"));
        builder.environment().putAll(environment);
        return builder.start();
    }

    private static void install(Path folder, List<String> packages) throws Missing, IOException {
        var words =
                new ArrayList<>(
                        List.of(
                                "npm",
                                "install",
                                "--no-audit",
                                "--no-fund",
                                "--no-progress",
                                "--loglevel=error",
                                "--prefix",
                                folder.toString()));
        words.addAll(packages);
        var log = folder.resolve("install.log");
        try {
            var process =
                    new ProcessBuilder(words)
                            .redirectErrorStream(true)
                            .redirectOutput(log.toFile())
                            .start();
            if (!process.waitFor(INSTALL_MINUTES, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new Missing("npm did not finish within " + INSTALL_MINUTES + " minutes");
            }
            if (process.exitValue() != 0) {
                throw new Missing("npm could not install " + packages + ": " + tail(log));
            }
        } catch (IOException noNpm) {
            throw new Missing("npm is not installed (Debian: apt-get install npm)");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Missing("interrupted");
        }
    }

    private static String tail(Path log) throws IOException {
        var text = Files.readString(log, StandardCharsets.UTF_8).strip();
        return text.substring(Math.max(0, text.length() - 300));
    }

    private static Path cache() {
        return Path.of(System.getProperty("user.home"), ".cache", "spangate");
    }
}
