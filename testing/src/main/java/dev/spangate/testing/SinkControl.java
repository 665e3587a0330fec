package dev.spangate.testing;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The sink's own paths, for tests that run it as another process.
///
/// `GET /sink/spans` gives the spans as JSON, `GET /sink/chains` as trees, `DELETE /sink/spans`
/// forgets them, `POST /sink/fail/{401|429|..|hang|trickle|html|drop|none}` makes it fail.
final class SinkControl {
    private final OtlpSink sink;

    SinkControl(OtlpSink sink) {
        this.sink = sink;
    }

    void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            String call = exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
            if (call.equals("GET /sink/spans")) {
                OtlpSink.respond(exchange, 200, "application/json", OtlpJson.write(sink.spans()));
            } else if (call.equals("GET /sink/chains")) {
                answer(exchange, 200, sink.langfuse().chains() + "\n");
            } else if (call.equals("DELETE /sink/spans")) {
                sink.clear();
                answer(exchange, 200, "cleared\n");
            } else if (call.startsWith("POST /sink/fail/")) {
                fail(exchange, call.substring("POST /sink/fail/".length()));
            } else {
                answer(exchange, 404, "no such path\n");
            }
        }
    }

    private void fail(HttpExchange exchange, String how) throws IOException {
        switch (how) {
            case "none" -> sink.fail(null);
            case "hang" -> sink.fail(new SinkFault.Hang());
            case "trickle" -> sink.fail(new SinkFault.Trickle());
            case "drop" -> sink.fail(new SinkFault.StoreThenDrop());
            case "html" -> sink.fail(SinkFault.html());
            case "429" -> sink.fail(SinkFault.tooManyRequests(1));
            default -> {
                if (!how.matches("[45]\\d\\d")) {
                    answer(exchange, 400, "unknown fault " + how + "\n");
                    return;
                }
                sink.fail(SinkFault.status(Integer.parseInt(how)));
            }
        }
        answer(exchange, 200, String.join(" ", List.of("failing:", how)) + "\n");
    }

    private static void answer(HttpExchange exchange, int code, String text) throws IOException {
        OtlpSink.respond(exchange, code, "text/plain", text.getBytes(StandardCharsets.UTF_8));
    }
}
