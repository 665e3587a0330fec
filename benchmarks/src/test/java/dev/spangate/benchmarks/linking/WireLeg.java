package dev.spangate.benchmarks.linking;

import dev.spangate.linking.InferenceEnd;
import dev.spangate.linking.InferenceStart;
import dev.spangate.linking.ToolCall;
import dev.spangate.linking.ToolResult;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/// One LLM call over two real connections: a client's to the gateway, the gateway's to a provider.
///
/// Steps are taken one at a time: a call counts as issued once the client has its bytes, and the
/// answer as ended once the client has its end. So what the linker knows at each moment of the
/// world is what it would know in one process.
final class WireLeg implements InferenceLeg {
    private static final AtomicLong NUMBERS = new AtomicLong();

    private final String name = "leg-" + NUMBERS.incrementAndGet();
    private final Column column;
    private final Records records;
    private final long startNanos;
    private final boolean streamed;
    private final Socket client;
    private final BufferedInputStream in;
    private final SteppedProvider.Arrived arrived;
    private final ByteArrayOutputStream heard = new ByteArrayOutputStream();
    private final List<WireDialect.Called> calls = new ArrayList<>();
    private final Map<String, Integer> marks = new HashMap<>();
    private ToolCall pending;
    private String id;
    private boolean begun;
    private boolean headed;

    WireLeg(
            WireGateway gateway,
            Column column,
            Records records,
            InferenceStart start,
            boolean streamed) {
        this.column = column;
        this.records = records;
        this.streamed = streamed;
        this.startNanos = records.now();
        try {
            client = new Socket(InetAddress.getLoopbackAddress(), gateway.port());
            client.setTcpNoDelay(true);
            client.setSoTimeout((int) Duration.ofSeconds(20).toMillis());
            in = new BufferedInputStream(client.getInputStream());
            byte[] body =
                    column.client()
                            .request(
                                    column.model(),
                                    start.messages(),
                                    start.previousResponseId(),
                                    streamed)
                            .getBytes(StandardCharsets.UTF_8);
            String head =
                    "POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n%s: %s\r\n%s\r\n"
                            .formatted(
                                    column.path(streamed),
                                    body.length,
                                    SteppedProvider.LEG,
                                    name,
                                    WireGateway.headers(start));
            client.getOutputStream().write(head.getBytes(StandardCharsets.UTF_8));
            client.getOutputStream().write(body);
            client.getOutputStream().flush();
            arrived = gateway.provider.arrived(name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String spanId() {
        return name;
    }

    /// A role and nothing else: no content.
    @Override
    public void firstToken() {
        // Content alone counts; it comes with the first call or with the end.
    }

    @Override
    public void answered() {
        // The bytes say it.
    }

    @Override
    public void unread() {
        throw new IllegalStateException("a column's traffic has no unreadable pieces");
    }

    @Override
    public void toolCall(ToolCall call) {
        if (call.byProvider()) {
            pending = call;
        } else {
            called(new WireDialect.Called(call, null));
        }
    }

    @Override
    public void toolResult(ToolResult result) {
        called(new WireDialect.Called(pending, result));
    }

    private void called(WireDialect.Called called) {
        if (streamed) {
            begin();
            String mark = column.client().mark(called.call().arguments());
            int times = marks.merge(mark, column.client().repeats(), Integer::sum);
            send(column.provider().call(calls.size(), called), mark, times);
        }
        calls.add(called);
    }

    private void begin() {
        if (!begun) {
            begun = true;
            id = "resp_" + name;
            head(column.provider().contentType(true));
            send(column.provider().begin(id), "", 0);
        }
    }

    @Override
    public void end(InferenceEnd end) {
        begin(end);
        var whole =
                new WireDialect.Whole(id, end.answer().text(), List.copyOf(calls), end.paused());
        if (streamed) {
            send(column.provider().end(whole), "", 0);
        } else {
            send(WireDialect.bytes(column.provider().whole(whole)), "", 0);
        }
        try (client) {
            arrived.last();
            while (read() >= 0) {
                // to the end, which comes after everything was told
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void begin(InferenceEnd end) {
        if (streamed) {
            begin();
        } else {
            head(column.provider().contentType(false));
        }
        id = end.responseId() == null ? "resp_" + name : end.responseId();
    }

    /// The gateway notices by itself; what follows in the world comes after it has.
    @Override
    public void leave() {
        try {
            client.close();
            long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            while (records.generation(startNanos).isEmpty()) {
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException(name + " was never ended");
                }
                Thread.sleep(1);
            }
            arrived.answered().countDown();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private void head(String contentType) {
        try {
            arrived.head(contentType);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Sends a piece and waits until the client has heard a mark so often in all.
    private void send(byte[] bytes, String mark, int times) {
        try {
            arrived.chunk(bytes);
            while (heard(mark) < times) {
                if (read() < 0) {
                    throw new IOException("the answer ended early: " + heard);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    name + " " + column + ": " + heard.toString(StandardCharsets.UTF_8), e);
        }
    }

    private int heard(String mark) {
        if (mark.isEmpty()) {
            return 0;
        }
        String text = heard.toString(StandardCharsets.UTF_8);
        int count = 0;
        for (int at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at + 1)) {
            count++;
        }
        return count;
    }

    /// Reads one chunk; -1 at the end.
    private int read() throws IOException {
        if (!headed) {
            headed = true;
            String head = SteppedProvider.head(in);
            if (!head.startsWith("HTTP/1.1 200")) {
                throw new IOException(
                        head + new String(in.readNBytes(300), StandardCharsets.UTF_8));
            }
        }
        var line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new IOException("cut");
            }
            line.append((char) next);
        }
        int size = Integer.parseInt(line.toString().strip(), 16);
        heard.writeBytes(in.readNBytes(size));
        in.readNBytes(2);
        return size == 0 ? -1 : size;
    }
}
