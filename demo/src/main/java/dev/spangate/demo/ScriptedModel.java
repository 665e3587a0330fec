package dev.spangate.demo;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// A model provider on 127.0.0.1 that answers by a script: OpenAI Chat Completions, OpenAI
/// Responses and Anthropic Messages, streamed and not, whatever stands before the last path
/// segments.
///
/// What it decides depends on the conversation alone; ids are random, as a provider's are. All
/// methods may be called from any thread.
public final class ScriptedModel implements AutoCloseable {
    private static final int MAX_BODY = 64 << 20;
    private static final int KEPT_REQUESTS = 1000;

    private final ModelScript script;
    private final Pace pace;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final AtomicInteger running = new AtomicInteger();
    private final Queue<Request> requests = new ConcurrentLinkedQueue<>();
    private final WebServer server;

    private ScriptedModel(ModelScript script, Pace pace, int port) {
        this.script = script;
        this.pace = pace;
        this.server =
                WebServer.builder()
                        .host("127.0.0.1")
                        .port(port)
                        .shutdownHook(false)
                        .shutdownGracePeriod(Duration.ofMillis(200))
                        .maxPayloadSize(MAX_BODY)
                        .connectionOptions(options -> options.tcpNoDelay(true))
                        .routing(routing -> routing.any(this::handle))
                        .build()
                        .start();
    }

    /// How long the model takes: before its first frame or byte, and between frames.
    public record Pace(Duration first, Duration frame) {
        /// No pause at all.
        public static Pace none() {
            return new Pace(Duration.ZERO, Duration.ZERO);
        }
    }

    /// A request as it arrived.
    ///
    /// @param headers lower-case names, first values
    public record Request(String method, String path, Map<String, String> headers, String body) {
        public Request {
            headers = Map.copyOf(headers);
        }
    }

    /// Starts on a free port without pauses.
    public static ScriptedModel start(ModelScript script) {
        return start(script, Pace.none(), 0);
    }

    /// Starts on a port, 0 for a free one.
    public static ScriptedModel start(ModelScript script, Pace pace, int port) {
        return new ScriptedModel(script, pace, port);
    }

    /// `http://127.0.0.1:PORT`, without a version segment.
    public URI uri() {
        return URI.create("http://127.0.0.1:" + server.port());
    }

    /// The last thousand requests in order of arrival.
    public List<Request> requests() {
        return List.copyOf(requests);
    }

    /// Inferences that are being answered now.
    public int running() {
        return running.get();
    }

    @Override
    public void close() {
        closing.countDown();
        server.stop();
    }

    private void handle(ServerRequest request, ServerResponse response) throws Exception {
        byte[] body = request.content().inputStream().readAllBytes();
        String path = request.path().path();
        remember(request, path, body);
        var dialect = ModelDialect.at(path);
        if (dialect.isEmpty() || !request.prologue().method().text().equals("POST")) {
            other(path, response);
            return;
        }
        running.incrementAndGet();
        try {
            infer(dialect.get(), Json.read(body), response);
        } catch (JacksonException e) {
            fail(
                    dialect.get(),
                    response,
                    new Reply.Failure(400, "invalid_request_error", "no JSON"));
        } finally {
            running.decrementAndGet();
        }
    }

    private void infer(ModelDialect dialect, JsonNode request, ServerResponse response)
            throws IOException, InterruptedException {
        var conversation = dialect.read(request);
        boolean stream = request.path("stream").asBoolean(false);
        response.header(HeaderNames.create(dialect.requestIdHeader()), Ids.hex("req_", 24));
        switch (script.reply(conversation)) {
            case Reply.Failure failure -> fail(dialect, response, failure);
            case Reply.Silence() -> {
                closing.await();
                throw new CloseConnectionException("silent to the end");
            }
            case Reply.Answer answer -> {
                var completion = Completion.of(conversation, answer, dialect.callIdPrefix());
                if (stream) {
                    stream(response, dialect.frames(completion, request), Integer.MAX_VALUE);
                } else {
                    pause(pace.first());
                    json(response, 200, dialect.whole(completion));
                }
            }
            case Reply.Half(var answer, int frames) -> {
                var completion = Completion.of(conversation, answer, dialect.callIdPrefix());
                if (stream) {
                    stream(response, dialect.frames(completion, request), frames);
                } else {
                    half(response, Json.write(dialect.whole(completion)));
                }
            }
        }
    }

    private void stream(ServerResponse response, List<String> frames, int limit)
            throws IOException, InterruptedException {
        response.header(HeaderNames.CONTENT_TYPE, "text/event-stream; charset=utf-8");
        response.header(HeaderNames.CACHE_CONTROL, "no-cache");
        var out = response.outputStream();
        pause(pace.first());
        for (int i = 0; i < frames.size() && i < limit; i++) {
            write(out, frames.get(i));
            pause(pace.frame());
        }
        if (limit < frames.size()) {
            throw new CloseConnectionException("half a stream");
        }
        out.close();
    }

    private static void half(ServerResponse response, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        response.header(HeaderNames.CONTENT_TYPE, "application/json");
        response.contentLength(bytes.length);
        var out = response.outputStream();
        out.write(bytes, 0, bytes.length / 2);
        out.flush();
        throw new CloseConnectionException("half a body");
    }

    private static void fail(ModelDialect dialect, ServerResponse response, Reply.Failure failure) {
        json(response, failure.status(), dialect.error(failure.type(), failure.message()));
    }

    /// What is no inference: start-up probes, model lists, token counts, exporters.
    private static void other(String path, ServerResponse response) {
        if (path.endsWith("/count_tokens")) {
            json(response, 200, Map.of("input_tokens", 10));
        } else if (path.endsWith("/models")) {
            json(
                    response,
                    200,
                    Json.object("object", "list", "data", List.of(), "models", List.of()));
        } else {
            json(response, 200, Map.of());
        }
    }

    private static void json(ServerResponse response, int status, Object body) {
        response.status(Status.create(status));
        response.header(HeaderNames.CONTENT_TYPE, "application/json");
        response.send(Json.write(body).getBytes(StandardCharsets.UTF_8));
    }

    private static void write(OutputStream out, String frame) throws IOException {
        out.write(frame.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private void pause(Duration duration) throws InterruptedException {
        if (!duration.isZero() && closing.await(duration.toNanos(), TimeUnit.NANOSECONDS)) {
            throw new CloseConnectionException("closed meanwhile");
        }
    }

    private void remember(ServerRequest request, String path, byte[] body) {
        var headers = new HashMap<String, String>();
        request.headers()
                .forEach(header ->
                        headers.put(header.name().toLowerCase(Locale.ROOT), header.get()));
        requests.add(
                new Request(
                        request.prologue().method().text(),
                        path,
                        headers,
                        new String(body, StandardCharsets.UTF_8)));
        if (requests.size() > KEPT_REQUESTS) {
            requests.poll();
        }
    }
}
