package dev.spangate.demo;

import static dev.spangate.demo.Json.object;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spangate.testing.LangfuseObservation;
import dev.spangate.testing.LangfuseView;
import dev.spangate.testing.RedisProcess;
import dev.spangate.testing.TcpFaults;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Rules S1 to S5 over the wire: three gateways, as processes, one Redis between them.
@Tag("replicas")
class ReplicasTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private Optional<RedisProcess> redis = Optional.empty();
    private TcpFaults way;
    private Assembly assembly;
    private final List<GatewayProcess> gateways = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        redis = RedisProcess.start();
        assumeTrue(redis.isPresent(), RedisProcess.missing());
        way = TcpFaults.before(redis.orElseThrow().port());
        assembly = Assembly.of(new StepScript(), List.of(lookUp()));
        for (int i = 0; i < 3; i++) {
            gateways.add(gateway("gateway-" + i));
        }
    }

    private GatewayProcess gateway(String name) throws Exception {
        Path folder = Files.createDirectories(assembly.folder.resolve(name));
        assembly.set(folder.resolve("journal").toString(), "telemetry", "journal", "dir");
        assembly.set("redis", "linking", "store");
        assembly.set("redis://127.0.0.1:" + way.port(), "linking", "redis", "url");
        assembly.set("500ms", "linking", "redis", "timeout");
        return GatewayProcess.start(folder, Json.pretty(assembly.config), Map.of());
    }

    @AfterEach
    void stop() throws Exception {
        for (var gateway : gateways) {
            gateway.close();
        }
        if (assembly != null) {
            assembly.close();
            way.close();
        }
        redis.ifPresent(RedisProcess::close);
    }

    /// S1, S4: the model is asked on A, the tool executed on B, the answer given on C.
    @Test
    void aRunOverThreeGatewaysIsOneTraceAlsoWhenItsFirstIsKilled() throws Exception {
        var conversation = new Talk("Look one thing up.");
        var call = conversation.ask(0);
        assembly.sink.awaitSpans(arrived -> !arrived.isEmpty(), PATIENCE);
        gateways.getFirst().kill();
        conversation.execute(1, call);
        assertThat(conversation.ask(2).isMissingNode()).isTrue();

        var view = awaitTops(1);

        var runs = // what a client asks a server for at first has traces of its own
                view.traces().stream()
                        .filter(trace -> !trace.typed("GENERATION").isEmpty())
                        .toList();
        assertThat(runs).hasSize(1);
        var run = runs.getFirst();
        assertThat(run.orphans()).as(run.chain()).isEmpty();
        assertThat(run.typed("AGENT")).as(run.chain()).hasSize(1);
        assertThat(run.typed("GENERATION")).as(run.chain()).hasSize(2);
        assertThat(run.typed("TOOL")).as(run.chain()).hasSize(1);
        assertThat(run.typed("AGENT").getFirst().output()).as("of C").contains("all found");
    }

    private LangfuseView awaitTops(int least) throws Exception {
        return LangfuseView.of(
                assembly.sink.awaitSpans(
                        arrived ->
                                LangfuseView.of(arrived).observations().stream()
                                                .filter(o -> o.type().equals("AGENT"))
                                                .map(LangfuseObservation::spanId)
                                                .distinct()
                                                .count()
                                        >= least,
                        PATIENCE));
    }

    /// One conversation whose requests go to any gateway.
    private final class Talk {
        private final List<Map<String, ?>> messages = new ArrayList<>();

        Talk(String prompt) {
            messages.add(object("role", "user", "content", prompt));
        }

        /// The call that the model asks for; missing where it answers.
        JsonNode ask(int gateway) throws Exception {
            var function =
                    object(
                            "name",
                            "look_up",
                            "parameters",
                            object("type", "object", "properties", Map.of()));
            var body =
                    object(
                            "model",
                            "gpt-4.1-mini",
                            "messages",
                            messages,
                            "tools",
                            List.of(object("type", "function", "function", function)));
            var port = gateways.get(gateway).port();
            var request =
                    HttpRequest.newBuilder(
                                    URI.create(
                                            "http://127.0.0.1:"
                                                    + port
                                                    + "/openai/v1/chat/completions"))
                            .timeout(PATIENCE)
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString(Json.write(body)))
                            .build();
            var answer = CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            var message = Json.read(answer.body()).at("/choices/0/message");
            messages.add(Json.map(message));
            return message.at("/tool_calls/0");
        }

        void execute(int gateway, JsonNode call) throws Exception {
            var mcp = RawMcp.open(gateways.get(gateway).port(), Map.of());
            var arguments = Json.read(call.at("/function/arguments").asString());
            var id = object("claudecode/toolUseId", call.path("id").asString()); // near a kill only
            var params = // an id proves (L5)
                    object(
                            "name", mcp.exposed("look_up"),
                            "arguments", Json.map(arguments),
                            "_meta", id);
            var result = RawMcp.reply(mcp.send(mcp.message("tools/call", params)));
            messages.add(
                    object(
                            "role", "tool",
                            "tool_call_id", call.path("id").asString(),
                            "content", result.at("/result/content/0/text").asString()));
        }
    }

    private static SampleTool lookUp() {
        return new SampleTool(
                "look_up",
                "Looks something up.",
                Map.of("what", "what to look up"),
                arguments -> SampleTool.ToolOutcome.ok("found " + arguments.get("what")));
    }

    /// One tool call, then the end.
    private record StepScript() implements ModelScript {
        @Override
        public Reply reply(Conversation conversation) {
            return conversation.step() < 1
                    ? Reply.calls(Reply.wish("look_up", Map.of("what", "a thing")))
                    : Reply.text("all found");
        }
    }
}
