package dev.spangate.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.linking.JournalRecord;
import dev.spangate.linking.Level;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// linking.md T: what a server asks the client is a child of the span that caused it, with question
/// and answer, in all four combinations of eras.
class QuestionSpansTest {
    private static final String ASKABLE =
            "'_meta':{'io.modelcontextprotocol/clientCapabilities':{'elicitation':{},'sampling':{},'roots':{}}}";
    private static final String RETRY =
            "{'name':'t','requestState':'opaque','inputResponses':%s," + ASKABLE + "}";

    @ParameterizedTest
    @ValueSource(strings = {"elicitation/create", "sampling/createMessage", "roots/list"})
    void ofALegacyServerAndALegacyClient(String method) throws Exception {
        try (var harness = McpHarness.of(legacy(method))) {
            askedByRequest(harness, method);
        }
    }

    @Test
    void ofAModernServerAndALegacyClient() throws Exception {
        try (var harness = McpHarness.of(modern())) {
            askedByRequest(harness, "elicitation/create");
        }
    }

    @Test
    void ofALegacyServerAndAModernClient() {
        try (var harness = McpHarness.of(legacy("elicitation/create"))) {
            var client = harness.client();
            var first = client.modern("tools/call", "{'name':'t'," + ASKABLE + "}").result();
            assertThat(harness.spans("elicitation/create")).isEmpty();
            var retry = Json.object().put("name", "t");
            retry.set("requestState", first.get("requestState"));
            var key = first.get("inputRequests").propertyNames().iterator().next();
            retry.putObject("inputResponses").putObject(key).put("action", "accept");
            retry.putObject("_meta")
                    .putObject("io.modelcontextprotocol/clientCapabilities")
                    .putObject("elicitation");
            client.modern("tools/call", Json.text(retry));

            belowTheTool(harness, "elicitation/create", "{\"action\":\"accept\"}");
        }
    }

    @Test
    void ofAModernServerAndAModernClient() {
        try (var harness = McpHarness.of(modern())) {
            var client = harness.client();
            client.modern("tools/call", "{'name':'t'," + ASKABLE + "}");
            client.modern("tools/call", RETRY.formatted("{'who':{'action':'accept'}}"));

            belowTheTool(harness, "elicitation/create", "{\"action\":\"accept\"}");
        }
    }

    @Test
    void aClientThatComesBackWithoutTheAnswerHasCancelledTheQuestion() {
        try (var harness = McpHarness.of(modern())) {
            var client = harness.client();
            client.modern("tools/call", "{'name':'t'," + ASKABLE + "}");
            client.modern("tools/call", RETRY.formatted("{}"));

            var span = belowTheTool(harness, "elicitation/create", null);
            assertThat(span.level()).isEqualTo(Level.WARNING);
            assertThat(span.attributes()).containsEntry("error.type", "client_disconnected");
        }
    }

    @Test
    void aRefusalIsTheQuestionsErrorAndNotTheTools() throws Exception {
        try (var harness = McpHarness.of(legacy("sampling/createMessage"))) {
            var client = harness.client().initialize("2025-11-25");
            try (var body = call(client).body()) {
                var question = SseLines.nextMessage(body);
                client.post(
                        "{'jsonrpc':'2.0','id':%s,'error':{'code':-1,'message':'not now'}}"
                                .formatted(question.get("id")));
                SseLines.nextMessage(body);
            }

            var span = belowTheTool(harness, "sampling/createMessage", null);
            assertThat(span.level()).isEqualTo(Level.ERROR);
            assertThat(span.statusMessage()).isEqualTo("not now");
            assertThat(span.attributes()).containsEntry("rpc.response.status_code", "-1");
            assertThat(harness.span("tools/call t").level()).isEqualTo(Level.DEFAULT);
        }
    }

    @Test
    void severalQuestionsAreChildrenEachInTheirOrder() throws Exception {
        var server =
                new FakeServer("a")
                        .tools("t")
                        .on(
                                "tools/call",
                                call -> {
                                    for (var i = 0; i < 3; i++) {
                                        call.listener()
                                                .request(
                                                        "elicitation/create",
                                                        Json.object().put("number", i));
                                    }
                                    return done();
                                });
        try (var harness = McpHarness.of(server)) {
            var client = harness.client().initialize("2025-11-25");
            try (var body = call(client).body()) {
                for (var i = 0; i < 3; i++) {
                    answer(client, SseLines.nextMessage(body));
                }
                SseLines.nextMessage(body);
            }
            harness.span("tools/call t");

            assertThat(harness.spans("elicitation/create"))
                    .extracting(JournalRecord.Draft::input)
                    .containsExactly("{\"number\":0}", "{\"number\":1}", "{\"number\":2}");
        }
    }

    @Test
    void aPromptThatAsksIsTheParentOfItsQuestion() throws Exception {
        var server =
                new FakeServer("a")
                        .says("{'capabilities':{'prompts':{}}}")
                        .on("prompts/list", "{'prompts':[{'name':'p'}]}")
                        .on(
                                "prompts/get",
                                call -> {
                                    call.listener().request("elicitation/create", Json.object());
                                    return new UpstreamReply.Result(
                                            Calls.object("{'messages':[]}"));
                                });
        try (var harness = McpHarness.of(server)) {
            var client = harness.client().initialize("2025-11-25");
            var response =
                    client.open(
                            "POST",
                            "{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"prompts/get\",\"params\":{\"name\":\"p\"}}",
                            Map.of());
            try (var body = response.body()) {
                answer(client, SseLines.nextMessage(body));
                SseLines.nextMessage(body);
            }

            var prompt = promptSpan(harness);
            var question = harness.span("elicitation/create");
            assertThat(release(harness, question).parentSpanId()).isEqualTo(prompt.spanId());
            assertThat(release(harness, question).traceId())
                    .isEqualTo(release(harness, prompt).traceId());
            assertThat(prompt.level()).isEqualTo(Level.DEBUG);
        }
    }

    /// Not the span of the look-up whose prompt it is.
    private static JournalRecord.Draft promptSpan(McpHarness harness) throws Exception {
        Upstreams.eventually(() ->
                harness.spans("prompts/get").stream()
                        .anyMatch(span -> span.attributes().containsKey("gen_ai.prompt.name")));
        return harness.spans("prompts/get").stream()
                .filter(span -> span.attributes().containsKey("gen_ai.prompt.name"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aCallThatAsksNothingHasNoChildren() {
        try (var harness = McpHarness.of(new FakeServer("a").tools("t").on("tools/call", "{}"))) {
            harness.client().initialize("2025-11-25").legacy("tools/call", "{'name':'t'}");

            var tool = harness.span("tools/call t");
            assertThat(releases(harness))
                    .noneMatch(release -> tool.spanId().equals(release.parentSpanId()));
        }
    }

    private static void askedByRequest(McpHarness harness, String method) throws Exception {
        var client = harness.client().initialize("2025-11-25");
        try (var body = call(client).body()) {
            var question = SseLines.nextMessage(body);
            assertThat(question.path("method").stringValue()).isEqualTo(method);
            answer(client, question);
            SseLines.nextMessage(body);
        }
        var span = belowTheTool(harness, method, "{\"action\":\"accept\"}");
        assertThat(span.attributes())
                .containsEntry("mcp.method.name", method)
                .containsEntry("spangate.mcp.server", "a")
                .containsEntry("mcp.session.id", client.sessionId())
                .doesNotContainKey("jsonrpc.request.id");
        assertThat(span.client()).isTrue();
    }

    /// The span of the question, which ended within the tool's and is its child.
    private static JournalRecord.Draft belowTheTool(
            McpHarness harness, String method, String output) {
        var tool = harness.span("tools/call t");
        assertThat(harness.spans("tools/call t")).hasSize(1);
        assertThat(harness.spans(method)).hasSize(1);
        var question = harness.span(method);
        assertThat(question.output()).isEqualTo(output);
        assertThat(question.startNanos()).isGreaterThanOrEqualTo(tool.startNanos());
        assertThat(question.endNanos()).isLessThanOrEqualTo(tool.endNanos());
        assertThat(release(harness, question).parentSpanId()).isEqualTo(tool.spanId());
        assertThat(release(harness, question).remoteParent()).isFalse();
        assertThat(release(harness, question).traceId())
                .isEqualTo(release(harness, tool).traceId());
        return question;
    }

    private static List<JournalRecord.Release> releases(McpHarness harness) {
        return harness.records.stream()
                .filter(JournalRecord.Release.class::isInstance)
                .map(JournalRecord.Release.class::cast)
                .toList();
    }

    private static JournalRecord.Release release(McpHarness harness, JournalRecord.Draft draft) {
        try {
            Upstreams.eventually(() ->
                    releases(harness).stream()
                            .anyMatch(release -> release.spanId().equals(draft.spanId())));
        } catch (Exception missing) {
            throw new AssertionError("not released: " + draft.name(), missing);
        }
        return releases(harness).stream()
                .filter(release -> release.spanId().equals(draft.spanId()))
                .findFirst()
                .orElseThrow();
    }

    private static FakeServer legacy(String method) {
        return new FakeServer("a")
                .tools("t")
                .on(
                        "tools/call",
                        call -> {
                            call.listener().request(method, Json.object().put("message", "who"));
                            return done();
                        });
    }

    private static FakeServer modern() {
        return new FakeServer("a")
                .era(Era.MODERN)
                .says("{'revision':'2026-07-28','capabilities':{'tools':{}}}")
                .tools("t")
                .on(
                        "tools/call",
                        call ->
                                call.params().has("inputResponses")
                                        ? done()
                                        : new UpstreamReply.Result(
                                                Calls.object(
                                                        "{'resultType':'input_required','requestState':'opaque','inputRequests':{'who':{'method':'elicitation/create','params':{'message':'who'}}}}")));
    }

    private static UpstreamReply done() {
        return new UpstreamReply.Result(
                Calls.object("{'content':[{'type':'text','text':'done'}]}"));
    }

    private static java.net.http.HttpResponse<java.io.InputStream> call(McpTestClient client) {
        return client.open(
                "POST",
                "{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"tools/call\",\"params\":{\"name\":\"t\"}}",
                Map.of());
    }

    private static void answer(McpTestClient client, JsonNode question) {
        ObjectNode message = Json.object().put("jsonrpc", "2.0");
        message.set("id", question.get("id"));
        message.putObject("result").put("action", "accept");
        client.post(Json.text(message));
    }
}
