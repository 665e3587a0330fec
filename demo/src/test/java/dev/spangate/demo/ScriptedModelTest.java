package dev.spangate.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class ScriptedModelTest {
    private static final String CHAT = "/v1/chat/completions";
    private static final String MESSAGES = "/v1/messages?beta=true";
    private static final String RESPONSES = "/v1/responses";
    private static final String CHAT_TOOLS =
            """
            "tools":[{"type":"function","function":{"name":"srv__echo","parameters":{}}}]\
            """;

    private final HttpClient client = HttpClient.newHttpClient();
    private ScriptedModel model = ScriptedModel.start(ModelScript.probe("echo", Map.of("x", "1")));

    @AfterEach
    void close() {
        model.close();
    }

    @Test
    void chatAsksForTheOfferedProbeAndIsDoneOnceItsResultIsThere() throws Exception {
        JsonNode asked =
                post(CHAT, "{\"model\":\"m\",\"messages\":[" + user() + "]," + CHAT_TOOLS + "}");
        JsonNode call = asked.at("/choices/0/message/tool_calls/0");
        String id = call.path("id").asString();
        JsonNode done =
                post(
                        CHAT,
                        """
                        {"model":"m","messages":[%s,{"role":"assistant","content":null,"tool_calls":[%s]},
                         {"role":"tool","tool_call_id":"%s","content":"ok"}],%s}\
                        """
                                .formatted(user(), call, id, CHAT_TOOLS));

        assertThat(call.at("/function/name").asString()).isEqualTo("srv__echo");
        assertThat(id).matches("call_[A-Za-z0-9]{24}");
        assertThat(asked.at("/choices/0/finish_reason").asString()).isEqualTo("tool_calls");
        assertThat(done.at("/choices/0/message/content").asString()).isEqualTo("done");
        assertThat(done.at("/choices/0/finish_reason").asString()).isEqualTo("stop");
    }

    @Test
    void aSecondUserTurnIsAskedAnew() throws Exception {
        JsonNode asked =
                post(
                        CHAT,
                        """
                        {"model":"m","messages":[%s,{"role":"assistant","content":null,"tool_calls":
                         [{"id":"call_a","type":"function","function":{"name":"srv__echo","arguments":"{}"}}]},
                         {"role":"tool","tool_call_id":"call_a","content":"ok"},
                         {"role":"assistant","content":"done"},%s],%s}\
                        """
                                .formatted(user(), user(), CHAT_TOOLS));

        assertThat(asked.at("/choices/0/finish_reason").asString()).isEqualTo("tool_calls");
    }

    @Test
    void chatStreamsUsageOnlyToThoseWhoAskForIt() throws Exception {
        String body = "{\"model\":\"m\",\"stream\":true,\"messages\":[" + user() + "]%s}";
        String without = raw(CHAT, body.formatted("")).body();
        String with =
                raw(CHAT, body.formatted(",\"stream_options\":{\"include_usage\":true}")).body();

        assertThat(without).doesNotContain("usage").endsWith("data: [DONE]\n\n");
        assertThat(with).contains("\"choices\":[],\"usage\":{\"prompt_tokens\":");
    }

    @Test
    void streamedPiecesMakeUpTheWholeArguments() throws Exception {
        String body =
                "{\"model\":\"m\",\"stream\":true,\"messages\":[" + user() + "]," + CHAT_TOOLS;
        var chunks = events(raw(CHAT, body + "}").body());
        String arguments =
                chunks.stream()
                        .map(c -> c.at("/choices/0/delta/tool_calls/0/function/arguments"))
                        .map(piece -> piece.asString(""))
                        .collect(Collectors.joining());

        assertThat(Json.read(arguments)).isEqualTo(Json.read("{\"x\":\"1\"}"));
        assertThat(chunks.getLast().at("/choices/0/finish_reason").asString())
                .isEqualTo("tool_calls");
    }

    @Test
    void messagesSpeaksAnthropicWithTheToolUseIdsOfAnthropic() throws Exception {
        String tools = "\"tools\":[{\"name\":\"mcp__srv__echo\",\"input_schema\":{}}]";
        JsonNode asked =
                post(MESSAGES, "{\"model\":\"m\",\"messages\":[" + user() + "]," + tools + "}");
        JsonNode use = asked.path("content").path(0);
        JsonNode done =
                post(
                        MESSAGES,
                        """
                        {"model":"m","messages":[%s,{"role":"assistant","content":[%s]},
                         {"role":"user","content":[{"type":"tool_result","tool_use_id":"%s",
                          "content":[{"type":"text","text":"ok"}]}]}],%s}\
                        """
                                .formatted(user(), use, Json.text(use, "id"), tools));

        assertThat(Json.text(use, "name")).isEqualTo("mcp__srv__echo");
        assertThat(Json.text(use, "id")).matches("toolu_[A-Za-z0-9]{24}");
        assertThat(Json.text(asked, "stop_reason")).isEqualTo("tool_use");
        assertThat(done.at("/content/0/text").asString()).isEqualTo("done");
        assertThat(Json.text(done, "stop_reason")).isEqualTo("end_turn");
    }

    @Test
    void messagesStreamsItsEventsInAnthropicsOrder() throws Exception {
        String tools = "\"tools\":[{\"name\":\"echo\",\"input_schema\":{}}]";
        String body =
                "{\"model\":\"m\",\"stream\":true,\"messages\":[" + user() + "]," + tools + "}";
        var types =
                events(raw(MESSAGES, body).body()).stream()
                        .map(event -> Json.text(event, "type"))
                        .distinct()
                        .toList();

        assertThat(types)
                .containsExactly(
                        "message_start",
                        "ping",
                        "content_block_start",
                        "content_block_delta",
                        "content_block_stop",
                        "message_delta",
                        "message_stop");
    }

    @Test
    void responsesCopiesTheNamespaceOfTheOfferedTool() throws Exception {
        String body =
                """
                {"model":"m","stream":true,"input":[{"type":"message","role":"user","content":
                 [{"type":"input_text","text":"go"}]}],
                 "tools":[{"type":"namespace","name":"mcp__cap","tools":[{"type":"function","name":"echo"}]}]}\
                """;
        var events = events(raw(RESPONSES, body).body());
        JsonNode item = events.getLast().at("/response/output/0");

        assertThat(Json.text(events.getLast(), "type")).isEqualTo("response.completed");
        assertThat(Json.text(item, "namespace")).isEqualTo("mcp__cap");
        assertThat(Json.text(item, "call_id")).startsWith("call_");
        assertThat(events.getLast().at("/response/usage/total_tokens").asInt()).isPositive();
    }

    @Test
    void responsesIsDoneWhenTheInputHoldsAnOutput() throws Exception {
        JsonNode done =
                post(
                        RESPONSES,
                        """
                        {"model":"m","input":[{"role":"user","content":"go"},
                         {"type":"function_call","call_id":"call_a","name":"echo","arguments":"{}"},
                         {"type":"function_call_output","call_id":"call_a","output":"ok"}],
                         "tools":[{"type":"function","name":"echo"}]}\
                        """);

        assertThat(done.at("/output/0/content/0/text").asString()).isEqualTo("done");
    }

    @Test
    void everyCallHasAnIdOfItsOwn() throws Exception {
        var ids = new HashSet<String>();
        for (int i = 0; i < 50; i++) {
            JsonNode asked =
                    post(
                            CHAT,
                            "{\"model\":\"m\",\"messages\":[" + user() + "]," + CHAT_TOOLS + "}");
            ids.add(asked.at("/choices/0/message/tool_calls/0/id").asString());
        }

        assertThat(ids).hasSize(50);
    }

    @Test
    void whatAnEarlierAnswerHadReadCountsAsCached() throws Exception {
        String system = "{\"role\":\"system\",\"content\":\"" + "Be brief. ".repeat(100) + "\"}";
        JsonNode first =
                post(CHAT, "{\"model\":\"m\",\"messages\":[%s,%s]}".formatted(system, user()));
        JsonNode second =
                post(
                        CHAT,
                        "{\"model\":\"m\",\"messages\":[%s,%s,{\"role\":\"assistant\",\"content\":\"done\"},%s]}"
                                .formatted(system, user(), user()));

        assertThat(first.at("/usage/prompt_tokens_details/cached_tokens").asInt()).isZero();
        assertThat(second.at("/usage/prompt_tokens_details/cached_tokens").asInt())
                .isPositive()
                .isLessThan(second.at("/usage/prompt_tokens").asInt());
    }

    @Test
    void aFailureHasTheStatusAndTheShapeOfItsDialect() throws Exception {
        restart(conversation -> new Reply.Failure(529, "overloaded_error", "busy"));

        var anthropic = raw(MESSAGES, "{\"model\":\"m\",\"messages\":[]}");
        var openAi = raw(CHAT, "{\"model\":\"m\",\"messages\":[]}");

        assertThat(anthropic.statusCode()).isEqualTo(529);
        assertThat(Json.read(anthropic.body()).at("/error/type").asString())
                .isEqualTo("overloaded_error");
        assertThat(Json.read(openAi.body()).at("/error/message").asString()).isEqualTo("busy");
    }

    @Test
    void halfAnAnswerEndsInACutConnection() {
        restart(conversation -> new Reply.Half(Reply.text("a".repeat(400)), 3));
        String body = "{\"model\":\"m\",\"messages\":[],\"stream\":%s}";

        assertThatThrownBy(() -> raw(CHAT, body.formatted(true))).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> raw(CHAT, body.formatted(false))).isInstanceOf(IOException.class);
    }

    @Test
    void silenceLastsUntilTheClientLosesPatience() {
        restart(conversation -> new Reply.Silence());
        var request =
                request(CHAT, "{\"model\":\"m\",\"messages\":[]}").timeout(Duration.ofMillis(200));

        assertThatThrownBy(() -> client.send(request.build(), HttpResponse.BodyHandlers.ofString()))
                .isInstanceOf(HttpTimeoutException.class);
    }

    @Test
    void startUpProbesAndTokenCountsAreAnswered() throws Exception {
        assertThat(raw("/anthropic/v1/messages/count_tokens", "{}").body())
                .isEqualTo("{\"input_tokens\":10}");
        assertThat(raw("/v1/traces", "{}").statusCode()).isEqualTo(200);
        var models =
                client.send(
                        HttpRequest.newBuilder(model.uri().resolve("/v1/models")).build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(Json.read(models.body()).path("data").isArray()).isTrue();
    }

    private void restart(ModelScript script) {
        model.close();
        model = ScriptedModel.start(script);
    }

    private static String user() {
        return "{\"role\":\"user\",\"content\":\"go\"}";
    }

    private JsonNode post(String path, String body) throws Exception {
        return Json.read(raw(path, body).body());
    }

    private HttpResponse<String> raw(String path, String body) throws Exception {
        return client.send(request(path, body).build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path, String body) {
        return HttpRequest.newBuilder(URI.create(model.uri() + path))
                .POST(HttpRequest.BodyPublishers.ofString(body));
    }

    private static List<JsonNode> events(String stream) {
        return stream.lines()
                .filter(line -> line.startsWith("data: {"))
                .map(line -> Json.read(line.substring("data: ".length())))
                .toList();
    }
}
