package dev.spangate.benchmarks.ladder;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// The model and the MCP servers behind every target: a process of its own that does next to
/// nothing.
///
/// `/v1/chat/completions` answers 1 KB, 100 KB (model `large`) or a stream of 24 events 5 ms apart;
/// every path with `/mcp` is an MCP server (2025-11-25) with 20 tools, one below `/hang` never
/// answers; `/v1/traces` takes spans and forgets them.
final class Upstream {
    private static final Pattern ID = Pattern.compile("\"id\":(\"[^\"]*\"|\\d+)");
    private static final Pattern LENGTH =
            Pattern.compile("content-length: *(\\d+)", Pattern.CASE_INSENSITIVE);
    private static final String SMALL = completion("x".repeat(700));
    private static final String LARGE = completion("x".repeat(100 << 10));
    private static final int EVENTS = 24;
    private static final long GAP_NANOS = 5_000_000;

    private Upstream() {}

    public static void main(String[] args) throws IOException {
        try (var server = new ServerSocket(0, 1024, InetAddress.getLoopbackAddress())) {
            System.out.println("port=" + server.getLocalPort());
            while (true) {
                var socket = server.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            }
        }
    }

    private static void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            var in = new BufferedInputStream(socket.getInputStream(), 32 << 10);
            var out = new BufferedOutputStream(socket.getOutputStream(), 32 << 10);
            for (String head = head(in); !head.isEmpty(); head = head(in)) {
                var length = LENGTH.matcher(head);
                byte[] body = in.readNBytes(length.find() ? Integer.parseInt(length.group(1)) : 0);
                answer(head.substring(0, head.indexOf('\r')), body, out);
                out.flush();
            }
        } catch (IOException e) {
            // The client left; a benchmark target does that when it ends.
            return;
        }
    }

    private static String head(InputStream in) throws IOException {
        var head = new StringBuilder(512);
        for (int c = in.read(); c >= 0; c = in.read()) {
            head.append((char) c);
            int n = head.length();
            if (c == '\n' && n >= 4 && head.charAt(n - 3) == '\n') {
                return head.toString();
            }
        }
        return "";
    }

    private static void answer(String request, byte[] body, OutputStream out) throws IOException {
        if (request.contains("/v1/traces")) {
            send(out, 200, "");
        } else if (request.contains("/hang")) {
            LockSupport.park();
        } else if (request.contains("/mcp")) {
            answerMcp(request, new String(body, StandardCharsets.UTF_8), out);
        } else {
            answerModel(beginning(body), out);
        }
    }

    /// Model and stream stand first; a long conversation behind them is nobody's business here.
    private static String beginning(byte[] body) {
        return new String(body, 0, Math.min(body.length, 200), StandardCharsets.ISO_8859_1);
    }

    private static void answerModel(String question, OutputStream out) throws IOException {
        if (question.contains("\"stream\":true")) {
            stream(out);
        } else {
            send(out, 200, question.contains("\"large\"") ? LARGE : SMALL);
        }
    }

    private static String completion(String text) {
        return """
        {"id":"chatcmpl-b","object":"chat.completion","created":1,"model":"bench","choices":[{"index":0,\
        "message":{"role":"assistant","content":"%s"},"finish_reason":"stop"}],\
        "usage":{"prompt_tokens":200,"completion_tokens":150,"total_tokens":350}}\
        """
                .formatted(text);
    }

    private static void stream(OutputStream out) throws IOException {
        out.write(
                "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
                        .getBytes(StandardCharsets.ISO_8859_1));
        for (int i = 0; i < EVENTS; i++) {
            var finish = i == EVENTS - 1 ? "\"stop\"" : "null";
            chunk(
                    out,
                    """
                    data: {"id":"chatcmpl-b","object":"chat.completion.chunk","model":"bench","stamp":%d,\
                    "choices":[{"index":0,"delta":{"content":"word "},"finish_reason":%s}]}

                    """
                            .formatted(System.nanoTime(), finish));
            LockSupport.parkNanos(GAP_NANOS);
        }
        chunk(
                out,
                """
                data: {"id":"chatcmpl-b","object":"chat.completion.chunk","model":"bench","choices":[],\
                "usage":{"prompt_tokens":200,"completion_tokens":24,"total_tokens":224}}

                """);
        chunk(out, "data: [DONE]\n\n");
        out.write("0\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
    }

    private static void chunk(OutputStream out, String text) throws IOException {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        out.write((Integer.toHexString(bytes.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
        out.write(bytes);
        out.write('\r');
        out.write('\n');
        out.flush();
    }

    private static void answerMcp(String request, String body, OutputStream out)
            throws IOException {
        var id = ID.matcher(body);
        if (!request.startsWith("POST")) {
            send(out, 405, "");
        } else if (!id.find()) {
            send(out, 202, "");
        } else {
            send(out, 200, rpcAnswer(id.group(1), body));
        }
    }

    private static String rpcAnswer(String id, String body) {
        String result;
        if (body.contains("\"initialize\"")) {
            result =
                    "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{\"tools\":{}},"
                            + "\"serverInfo\":{\"name\":\"bench\",\"version\":\"1\"}}";
        } else if (body.contains("\"tools/list\"")) {
            result = "{\"tools\":[" + tools() + "]}";
        } else if (body.contains("\"tools/call\"")) {
            result = "{\"content\":[{\"type\":\"text\",\"text\":\"" + "r".repeat(900) + "\"}]}";
        } else if (body.contains("\"ping\"")) {
            result = "{}";
        } else {
            return "{\"jsonrpc\":\"2.0\",\"id\":"
                    + id
                    + ",\"error\":{\"code\":-32601,\"message\":\"Method not found\"}}";
        }
        return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":" + result + "}";
    }

    private static String tools() {
        return IntStream.range(0, 20)
                .mapToObj(n ->
                        String.format(
                                Locale.ROOT,
                                "{\"name\":\"tool_%02d\",\"description\":\"A tool\",\"inputSchema\":"
                                        + "{\"type\":\"object\",\"properties\":{\"x\":{\"type\":\"string\"}}}}",
                                n))
                .collect(Collectors.joining(","));
    }

    private static void send(OutputStream out, int status, String body) throws IOException {
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        var head =
                "HTTP/1.1 "
                        + status
                        + " OK\r\nContent-Type: application/json\r\nContent-Length: "
                        + bytes.length
                        + "\r\n\r\n";
        out.write(head.getBytes(StandardCharsets.ISO_8859_1));
        out.write(bytes);
    }
}
