package dev.spangate.gateway;

import dev.spangate.testing.FakeLangfuse;
import dev.spangate.testing.Script;
import dev.spangate.testing.ScriptedUpstream;
import dev.spangate.testing.SinkSpan;
import dev.spangate.testing.WireRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// A real gateway whose configuration lies in a file, Langfuse played, and the command's output.
abstract class VerifyScene {
    static final String OWN_ADDRESS = "127.77.7." + (2 + ProcessHandle.current().pid() % 250);

    @TempDir Path folder;
    final ByteArrayOutputStream out = new ByteArrayOutputStream();
    final ByteArrayOutputStream err = new ByteArrayOutputStream();
    final FakeLangfuse langfuse = FakeLangfuse.start();
    final List<AutoCloseable> open = new ArrayList<>(List.of(langfuse));
    Gateway gateway;
    Path file;

    @AfterEach
    void stop() throws Exception {
        for (var one : open.reversed()) {
            one.close();
        }
    }

    SinkSpan runSpan() {
        return langfuse.spans().stream()
                .filter(span -> span.text("langfuse.observation.type").equals("agent"))
                .findFirst()
                .orElseThrow();
    }

    static Script withoutUsage(WireRequest request) {
        boolean second = request.body().contains("\"role\":\"tool\"");
        return Script.json(
                second
                        ? """
                        {"model": "m", "choices": [{"index": 0, "finish_reason": "stop",
                         "message": {"role": "assistant", "content": "done"}}]}\
                        """
                        : """
                        {"model": "m", "choices": [{"index": 0, "finish_reason": "tool_calls", "message":
                         {"role": "assistant", "content": null, "tool_calls": [{"id": "call_8f3a1b2c4d5e6f70",
                          "type": "function", "function": {"name": "check", "arguments": "{}"}}]}}]}\
                        """);
    }

    static WireRequest last(ScriptedUpstream upstream) {
        return upstream.requests().getLast();
    }

    <T extends AutoCloseable> T track(T one) {
        open.add(one);
        return one;
    }

    void start(String more) throws IOException {
        start(more, "");
    }

    /// A gateway whose configuration lies in a file, but for the ports in use.
    void start(String more, String telemetry) throws IOException {
        var peer = closedPort();
        file = folder.resolve("spangate.yaml");
        Files.writeString(
                file,
                """
                name: checked
                listen: {port: 0, access-log: false}
                admin: {port: 0}
                verify: http://%s
                telemetry:
                  langfuse: {host: "%s", public-key: %s, secret-key: %s}
                  journal: {dir: "%s", drain: 1s}
                  %s
                %s
                """
                        .formatted(
                                peer,
                                langfuse.uri(),
                                FakeLangfuse.PUBLIC_KEY,
                                FakeLangfuse.SECRET_KEY,
                                folder.resolve("journal"),
                                telemetry,
                                more));
        gateway = track(Gateway.start(GatewayConfig.load(file)));
    }

    /// A port of an address that nobody else uses: verify listens there itself.
    static String closedPort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getByName(OWN_ADDRESS))) {
            return OWN_ADDRESS + ":" + socket.getLocalPort();
        }
    }

    URI traffic() {
        return URI.create("http://127.0.0.1:" + gateway.port());
    }

    int verify(String... options) {
        var all =
                new ArrayList<>(
                        List.of(
                                "verify",
                                "--config",
                                file.toString(),
                                "--admin",
                                "http://127.0.0.1:" + gateway.adminPort(),
                                "--url",
                                traffic().toString()));
        all.addAll(List.of(options));
        return Main.run(print(out), print(err), all.toArray(String[]::new));
    }

    static List<String> subjects(JsonNode document) {
        var subjects = new ArrayList<String>();
        document.path("findings").forEach(each -> subjects.add(each.path("subject").asString()));
        return subjects;
    }

    static PrintStream print(ByteArrayOutputStream to) {
        return new PrintStream(to, true, StandardCharsets.UTF_8);
    }

    String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
