package dev.spangate.demo;

import static dev.spangate.demo.Json.object;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.testing.SuiteNotes;
import dev.spangate.testing.WireClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Credentials in every place where one may stand: none is found in exported bytes, journal, log,
/// metrics or answers.
@Tag("e2e")
class CanaryTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String CHAT = "/openai/v1/chat/completions";

    /// Where each canary stands; the values are looked for everywhere else.
    private final Map<String, String> canaries = new LinkedHashMap<>();

    private final List<String> answers = new ArrayList<>();

    @Test
    void noCredentialIsFoundAnywhere() throws Exception {
        String callerKey = "sgk_" + canary("spangate-key");
        String secondKey = "sgk_" + canary("key-as-bearer");
        try (var assembly = Assembly.of(this::script, List.of(talkative()))) {
            configure(assembly, callerKey, secondKey);
            var environment =
                    Map.of(
                            "CANARY_PROVIDER_KEY",
                            "sk-" + canary("provider-key-from-environment"),
                            "CANARY_UNUSED",
                            canary("environment-of-the-process"));
            try (var gateway = assembly.startProcess(environment)) {
                infer(gateway, callerKey, secondKey);
                execute(gateway, callerKey);
                refuse(gateway);
                assembly.sink.awaitSpans(
                        spans ->
                                spans.stream()
                                                        .filter(s ->
                                                                s.name().startsWith("tools/call"))
                                                        .count()
                                                >= 2
                                        && spans.stream()
                                                        .filter(s -> s.name().startsWith("chat "))
                                                        .count()
                                                >= 3,
                        PATIENCE);
                answers.add(get(gateway.adminPort(), "/metrics"));
                answers.add(get(gateway.adminPort(), "/health/ready"));
                answers.add(get(gateway.adminPort(), "/api/mcp/servers"));
                answers.add(get(gateway.adminPort(), "/api/chains"));
                gateway.terminate();
                assertThat(gateway.exitCode()).isZero();

                search("the gateway's log", gateway.log());
            }
            search("exported bytes", exported(assembly));
            search("the journal", files(assembly.folder.resolve("journal")));
            search("answers and metrics", String.join("\n", answers));
            SuiteNotes.figures("e2e", "canaries=" + canaries.size() + " found=0");
        }
    }

    private void configure(Assembly assembly, String callerKey, String secondKey) {
        assembly.set("${CANARY_PROVIDER_KEY}", "llm", "providers", "openai", "api-key")
                .set(
                        List.of(
                                object("name", "team-a", "key", callerKey),
                                object("name", "team-b", "key", secondKey)),
                        "callers")
                .set(true, "listen", "access-log")
                .set(
                        object("Authorization", "Bearer " + canary("mcp-server-header")),
                        "mcp",
                        "servers",
                        "tools",
                        "headers")
                .set(
                        List.of(
                                object(
                                        "name",
                                        "sink",
                                        "endpoint",
                                        assembly.sink.uri().toString(),
                                        "protocol",
                                        "http/protobuf",
                                        "headers",
                                        object("x-backend-key", backendKey()))),
                        "telemetry",
                        "otlp");
        var office = JavaProcess.command(OfficeServer.class.getName());
        assembly.set(
                object(
                        "command", office.getFirst(),
                        "args", office.subList(1, office.size()),
                        "env", object("OFFICE_TOKEN", canary("stdio-environment"))),
                "mcp",
                "servers",
                "office");
    }

    /// Inferences with keys in every header and in the query, one of which the provider refuses
    /// with the key in its message.
    private void infer(GatewayProcess gateway, String callerKey, String secondKey)
            throws IOException {
        ask(
                gateway,
                CHAT,
                "fine",
                "x-spangate-key: " + callerKey,
                "Authorization: Bearer sk-" + canary("authorization"));
        ask(
                gateway,
                CHAT,
                "fine",
                "Authorization: Bearer " + secondKey,
                "x-api-key: " + canary("x-api-key"),
                "Cookie: session=" + canary("cookie"));
        ask(
                gateway,
                CHAT + "?api_key=" + canary("query") + "&key=" + canary("query-key"),
                "fine",
                "x-spangate-key: " + callerKey,
                "api-key: " + canary("azure-api-key"),
                "x-goog-api-key: " + canary("google-api-key"));
        ask(gateway, CHAT, "refuse me", "x-spangate-key: " + callerKey);
    }

    private void execute(GatewayProcess gateway, String callerKey) throws Exception {
        var mcp =
                RawMcp.open(
                        gateway.port(),
                        Map.of(
                                "x-spangate-key",
                                callerKey,
                                "Authorization",
                                "Bearer " + canary("mcp-authorization")));
        mcp.call(mcp.exposed("talkative"), Map.of()); // passes through to the client unchanged
        answers.add(
                mcp.call(mcp.exposed("send_mail"), Map.of("to", "bob", "text", "hi")).toString());
        var resource = "file:///notes?token=" + canary("resource-uri-query");
        answers.add(
                mcp.send(mcp.message("resources/read", object("uri", resource)))
                        .body()
                        .replace(resource, ""));
        answers.add(mcp.call("no_such_tool", Map.of()).toString());
    }

    /// Wrong credentials must not come back either.
    private void refuse(GatewayProcess gateway) throws Exception {
        ask(gateway, CHAT, "fine", "x-spangate-key: sgk_" + canary("wrong-key-of-a-stranger"));
        ask(
                gateway,
                "/nobody/v1/chat/completions?key=" + canary("query-of-unknown-provider"),
                "fine",
                "Authorization: Bearer " + canary("authorization-to-nobody"));
        var mcp =
                RawMcp.bare(
                        gateway.port(),
                        Map.of("Authorization", "Bearer sgk_" + canary("wrong-mcp-key")));
        answers.add(mcp.send(mcp.message("tools/list", Map.of())).body());
        answers.add(mcp.post("{\"broken\": \"").body());
    }

    /// The provider says in its error which key it got; so does the tool with its header.
    private Reply script(Conversation conversation) {
        return conversation.lastUserText().equals("refuse me")
                ? new Reply.Failure(
                        401,
                        "invalid_request_error",
                        "Incorrect API key provided: sk-" + canary("provider-key-from-environment"))
                : Reply.text("fine");
    }

    private SampleTool talkative() {
        return new SampleTool(
                "talkative",
                "Tells too much.",
                Map.of(),
                arguments ->
                        SampleTool.ToolOutcome.failed(
                                "refused: Bearer " + canary("mcp-server-header")));
    }

    private void ask(GatewayProcess gateway, String path, String text, String... headers)
            throws IOException {
        var lines = new ArrayList<>(List.of(headers));
        lines.add("Content-Type: application/json");
        var body =
                "{\"model\":\"gpt-4.1-mini\",\"messages\":[{\"role\":\"user\",\"content\":\""
                        + text
                        + "\"}]}";
        try (var client = WireClient.connect(gateway.port())) {
            var answer =
                    client.request("POST", path, body, lines.toArray(String[]::new)).readAnswer();
            // what the provider itself tells the client passes through unchanged
            answers.add(answer.head() + (text.equals("refuse me") ? "" : answer.body()));
        }
    }

    private static String get(int port, String path) throws IOException {
        try (var client = WireClient.connect(port)) {
            return client.request("GET", path, "").readAnswer().body();
        }
    }

    private synchronized String canary(String place) {
        return canaries.computeIfAbsent(place, key -> Ids.letters("Cnry", 36));
    }

    /// Travels in the export's own header, which is its right place.
    private String backendKey() {
        return canary("telemetry-header");
    }

    private void search(String where, String text) {
        canaries.forEach((place, canary) ->
                assertThat(text.contains(canary)).as(place + " found in " + where).isFalse());
    }

    private static String exported(Assembly assembly) {
        var bodies = new StringBuilder();
        assembly.sink.requests().forEach(request -> bodies.append(request.body()));
        assembly.sink.spans().forEach(bodies::append);
        return bodies.toString();
    }

    private static String files(Path folder) throws IOException {
        var text = new StringBuilder();
        try (var files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                text.append(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
            }
        }
        assertThat(text).isNotEmpty();
        return text.toString();
    }
}
