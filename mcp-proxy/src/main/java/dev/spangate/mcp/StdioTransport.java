package dev.spangate.mcp;

import dev.spangate.mcp.McpUpstreamException.Kind;
import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/// A child process that speaks MCP on its standard input and output, behind the SDK's transport
/// seam.
///
/// Lines that are no JSON-RPC are counted, logged and skipped. The process's end is told at once,
/// with its exit code and what it last wrote to its standard error. A transport is used for one
/// process; a new process needs a new transport.
final class StdioTransport implements McpClientTransport {
    private static final Logger LOG = System.getLogger(StdioTransport.class.getName());
    private static final int LOGGED_BAD_LINES = 5;

    /// Where a message's own id stands, at either end of a line that is too long to be read.
    private static final List<Pattern> OWN_ID =
            List.of(
                    Pattern.compile(
                            "^\\s*\\{\\s*(?:\"jsonrpc\"\\s*:\\s*\"2\\.0\"\\s*,\\s*)?\"id\"\\s*:\\s*(\\d{1,18})\\s*,"),
                    Pattern.compile(
                            "\"id\"\\s*:\\s*(\\d{1,18})\\s*(?:,\\s*\"jsonrpc\"\\s*:\\s*\"2\\.0\"\\s*)?}\\s*$"));

    private final String server;
    private final ServerConfig.Transport.Stdio command;
    private final UpstreamLimits limits;
    private final AtomicLong badLines = new AtomicLong();
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile Consumer<Throwable> onLost = _ -> {};
    private volatile @Nullable ChildProcess child;

    StdioTransport(String server, ServerConfig.Transport.Stdio command, UpstreamLimits limits) {
        this.server = server;
        this.command = command;
        this.limits = limits;
    }

    @Override
    public void setExceptionHandler(Consumer<Throwable> handler) {
        onLost = handler;
    }

    @Override
    public Mono<Void> connect(Function<Mono<JSONRPCMessage>, Mono<JSONRPCMessage>> handler) {
        return Mono.fromRunnable(() -> {
            var started = ChildProcess.start(server, command);
            child = started;
            var inbound = new SeamInbound(handler, onLost);
            Thread.ofPlatform()
                    .daemon()
                    .name("mcp-stdout-" + server)
                    .start(() -> readAll(started, inbound));
        });
    }

    @Override
    public Mono<Void> sendMessage(JSONRPCMessage message) {
        return Mono.fromRunnable(() -> {
            var running = child;
            if (running == null || ended.get()) {
                throw TransportFailure.notSent("process is not running");
            }
            running.write(UpstreamJson.encode(message));
        });
    }

    @Override
    public Mono<Void> closeGracefully() {
        return Mono.fromRunnable(() -> {
            ended.set(true);
            var running = child;
            if (running != null) {
                running.stop();
            }
        });
    }

    @Override
    public <T> T unmarshalFrom(Object data, TypeRef<T> type) {
        throw new UnsupportedOperationException("messages stay JSON trees");
    }

    private void readAll(ChildProcess running, SeamInbound inbound) {
        var lines = new BoundedLines(running.output(), limits.maxBytes());
        try {
            for (BoundedLines.Line line; (line = lines.next()) != null; ) {
                read(line, inbound);
            }
        } catch (IOException broken) {
            LOG.log(Level.DEBUG, "stdout of MCP server {0}: {1}", server, broken.getMessage());
        }
        if (ended.compareAndSet(false, true)) {
            inbound.lost(new TransportFailure(Kind.CLOSED, running.obituary()));
            running.stop();
        }
    }

    private void read(BoundedLines.Line line, SeamInbound inbound) {
        if (line.cut()) {
            inbound.unreadable(limits.tooLarge(), ownId(line.bytes()));
            return;
        }
        if (line.bytes().length == 0) {
            return;
        }
        try {
            UpstreamJson.decode(line.bytes(), null)
                    .forEach(message -> inbound.received(message, null));
        } catch (TransportFailure unreadable) {
            var count = badLines.incrementAndGet();
            if (count <= LOGGED_BAD_LINES) {
                LOG.log(
                        Level.WARNING,
                        "MCP server {0} {1} on its standard output; the line is skipped (number {2})",
                        server,
                        unreadable.getMessage(),
                        count);
            }
        }
    }

    private static @Nullable Object ownId(byte[] ends) {
        var text = new String(ends, StandardCharsets.UTF_8);
        return OWN_ID.stream()
                .map(pattern -> pattern.matcher(text))
                .filter(Matcher::find)
                .findFirst()
                .map(found -> (Object) Long.valueOf(found.group(1)))
                .orElse(null);
    }
}
