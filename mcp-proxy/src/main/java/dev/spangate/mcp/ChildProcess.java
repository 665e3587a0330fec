package dev.spangate.mcp;

import dev.spangate.mcp.McpUpstreamException.Kind;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/// One running child: its pipes, its last words, and its end within a bounded time.
///
/// The command is executed as it is, by no shell, with the environment of [ChildEnvironment].
final class ChildProcess {
    private static final Logger LOG = System.getLogger(ChildProcess.class.getName());
    private static final Duration LAST_WORDS = Duration.ofMillis(500);
    private static final Duration AFTER_EOF = Duration.ofSeconds(2);
    private static final Duration AFTER_TERM = Duration.ofSeconds(2);
    private static final int MAX_UNWRITTEN = 256;
    private static final int MAX_ERROR_LINE = 4096;
    private static final int LOGGED_ERROR_LINES = 200;

    private final String server;
    private final Process process;
    private final ChildErrors errors;
    private final LinkedBlockingQueue<byte[]> unwritten = new LinkedBlockingQueue<>(MAX_UNWRITTEN);
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final Thread errorReader;
    private final Thread writer;

    private ChildProcess(String server, Process process, ChildErrors errors) {
        this.server = server;
        this.process = process;
        this.errors = errors;
        this.errorReader =
                Thread.ofPlatform()
                        .daemon()
                        .name("mcp-stderr-" + server)
                        .unstarted(this::readErrors);
        this.writer = Thread.ofVirtual().name("mcp-stdin-" + server).unstarted(this::writeAll);
    }

    /// Starts it.
    ///
    /// @throws TransportFailure if the command cannot be executed
    static ChildProcess start(String server, ServerConfig.Transport.Stdio command) {
        var words = new ArrayList<String>();
        words.add(command.command());
        words.addAll(command.args());
        var builder = new ProcessBuilder(words);
        var environment = ChildEnvironment.of(System.getenv(), command.env());
        builder.environment().clear();
        builder.environment().putAll(environment);
        if (command.cwd() != null) {
            builder.directory(new File(command.cwd()));
        }
        try {
            var child =
                    new ChildProcess(
                            server, builder.start(), new ChildErrors(command.env().values()));
            child.errorReader.start();
            child.writer.start();
            return child;
        } catch (IOException impossible) {
            throw new TransportFailure(
                    Kind.CONNECT,
                    "cannot start command '%s': %s"
                            .formatted(command.command(), reason(impossible)),
                    impossible);
        }
    }

    InputStream output() {
        return process.getInputStream();
    }

    long pid() {
        return process.pid();
    }

    /// Queues one message; the process reads it when it likes.
    ///
    /// @throws TransportFailure if it has left too many unread
    void write(byte[] message) {
        if (!unwritten.offer(message)) {
            throw new TransportFailure(Kind.UNAVAILABLE, "does not read its standard input");
        }
    }

    /// Why its output ended: exit code and last words. Waits a moment for both.
    String obituary() {
        var exited = waitFor(LAST_WORDS);
        try {
            errorReader.join(LAST_WORDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        var head =
                exited
                        ? "process exited with code " + process.exitValue()
                        : "process closed its standard output";
        var tail = errors.tail();
        return tail.isEmpty() ? head : head + "; its last lines on standard error: " + tail;
    }

    /// Ends it and its descendants: end of input, then TERM, then KILL, each after a bounded wait.
    /// Returns when gone.
    void stop() {
        if (!stopping.compareAndSet(false, true)) {
            return;
        }
        writer.interrupt();
        closeInput();
        var family = process.descendants().toList();
        if (!waitFor(AFTER_EOF)) {
            family = Stream.concat(family.stream(), process.descendants()).distinct().toList();
            process.destroy();
            family.forEach(ProcessHandle::destroy);
            if (!waitFor(AFTER_TERM)) {
                LOG.log(
                        Level.WARNING,
                        "MCP server {0} ignores TERM; killing process {1}",
                        server,
                        process.pid());
                process.destroyForcibly();
                waitFor(AFTER_TERM);
            }
        }
        endOrphans(family);
    }

    private static void endOrphans(List<ProcessHandle> family) {
        for (var member : family) {
            if (member.isAlive()) {
                member.destroyForcibly();
            }
        }
    }

    private void closeInput() {
        // A write that hangs on a full pipe holds the stream's lock, so closing waits elsewhere.
        Thread.ofVirtual()
                .name("mcp-stdin-close-" + server)
                .start(() -> {
                    try {
                        process.getOutputStream().close();
                    } catch (IOException broken) {
                        LOG.log(
                                Level.DEBUG,
                                "stdin of MCP server {0}: {1}",
                                server,
                                broken.getMessage());
                    }
                });
    }

    private boolean waitFor(Duration time) {
        try {
            return process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void writeAll() {
        var input = process.getOutputStream();
        try {
            while (!stopping.get()) {
                input.write(unwritten.take());
                input.write('\n');
                if (unwritten.isEmpty()) {
                    input.flush();
                }
            }
        } catch (IOException gone) {
            LOG.log(Level.DEBUG, "stdin of MCP server {0}: {1}", server, gone.getMessage());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void readErrors() {
        var lines = new BoundedLines(process.getErrorStream(), MAX_ERROR_LINE);
        var count = 0;
        try {
            for (BoundedLines.Line line; (line = lines.next()) != null; ) {
                var shown = errors.add(new String(line.bytes(), StandardCharsets.UTF_8));
                if (++count <= LOGGED_ERROR_LINES) {
                    LOG.log(Level.INFO, "MCP server {0}: {1}", server, shown);
                }
            }
        } catch (IOException gone) {
            LOG.log(Level.DEBUG, "stderr of MCP server {0}: {1}", server, gone.getMessage());
        }
    }

    /// The operating system's words without the command line, which may hold secrets.
    private static String reason(IOException impossible) {
        var text = String.valueOf(impossible.getMessage());
        var at = text.indexOf("error=");
        if (at < 0) {
            return "not executable";
        }
        var comma = text.indexOf(',', at);
        return comma < 0 ? text.substring(at) : text.substring(comma + 1).strip();
    }
}
