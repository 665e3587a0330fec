package dev.spangate.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.testing.FakeLangfuse;
import dev.spangate.testing.Script;
import dev.spangate.testing.ScriptedUpstream;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/// `spangate verify` against a real gateway, over sockets, with Langfuse played.
class VerifyCommandTest extends VerifyScene {
    @Test
    void aWholeChainIsVerifiedAtNoCost() throws IOException {
        langfuse.lateBy(3).pagesOf(2);
        start("");

        assertThat(verify()).as(err()).isZero();

        assertThat(out())
                .contains("✓ gateway", "✓ tools/list", "✓ model asks for the tool")
                .contains("✓ tool is executed", "✓ model answers", "✓ recorded by the gateway")
                .contains("✓ sent to langfuse", "✓ read back from Langfuse", "verified: trace ")
                .contains("4 spans, linked by", "tokens, inputs and outputs")
                .doesNotContain("✗");
        assertThat(langfuse.queries()).anyMatch(query -> query.contains("cursor=2"));
    }

    @Test
    void aDocumentSaysTheSame() throws IOException {
        start("");

        assertThat(verify("--json")).as(err()).isZero();

        var document = JsonMapper.shared().readTree(out());
        assertThat(document.path("good").asBoolean()).isTrue();
        assertThat(document.path("traceId").asString()).isEqualTo(runSpan().traceId());
        assertThat(subjects(document)).contains("gateway", "read back from Langfuse");
    }

    @Test
    void noKeyStandsInWhatIsPrinted() throws IOException {
        start("callers: [{name: a, key: sgk_verify_key_123456}]");

        assertThat(verify()).as(out() + err()).isZero();

        assertThat(out() + err())
                .doesNotContain(FakeLangfuse.SECRET_KEY)
                .doesNotContain("sgk_verify_key_123456");
    }

    @Test
    void aWrongCallersKeyFailsTheFirstHopWithTheWayOut() throws IOException {
        start("callers: [{name: a, key: sgk_verify_key_123456}]");

        assertThat(verify("--key", "sgk_someone_elses_key")).isEqualTo(1);

        assertThat(out()).contains("✗ tools/list").contains("401").contains("SPANGATE_KEY");
        assertThat(langfuse.spans()).isEmpty();
    }

    @Test
    void aDestinationWithoutContentIsReadWithoutContent() throws IOException {
        start("", "capture: metadata");

        assertThat(verify()).as(out()).isZero();

        assertThat(out()).contains("no content (capture)");
        assertThat(langfuse.spans())
                .allSatisfy(span ->
                        assertThat(span.attributes())
                                .doesNotContainKey("langfuse.observation.input"));
    }

    @Test
    void aModelOfOnesOwnIsAskedAndItsKeyBlamed() throws IOException {
        var provider =
                track(
                        ScriptedUpstream.start(_ ->
                                Script.answer(
                                        401,
                                        "application/json",
                                        "{\"error\": {\"message\": \"Incorrect API key\", \"code\": \"invalid_api_key\"}}")));
        start(
                "llm: {providers: {mine: {type: openai-compatible, base-url: \"%s/v1\", api-key: wrong-key-1}}}"
                        .formatted(provider.uri()));

        assertThat(verify("--model", "mine/m")).isEqualTo(1);

        assertThat(out())
                .contains("✗ model asks for the tool", "Incorrect API key")
                .contains("llm.providers.mine.api-key")
                .doesNotContain("wrong-key-1");
    }

    @Test
    void aModelThatCallsNothingIsTold() throws IOException {
        var provider =
                track(
                        ScriptedUpstream.start(_ ->
                                Script.json(
                                        "{\"model\": \"m\", \"choices\": [{\"index\": 0, \"finish_reason\": \"stop\","
                                                + " \"message\": {\"role\": \"assistant\", \"content\": \"no\"}}]}")));
        start(
                "llm: {providers: {mine: {type: openai-compatible, base-url: \"%s/v1\"}}}"
                        .formatted(provider.uri()));

        assertThat(verify("--model", "mine/m")).isEqualTo(1);

        assertThat(out()).contains("answered without a call").contains("--model");
        var asked = JsonMapper.shared().readTree(last(provider).body());
        assertThat(asked.at("/tool_choice/function/name").asString()).isEqualTo("check");
    }

    @Test
    void aModelWithoutUsageIsAGapOfTheProvider() throws IOException {
        var provider = track(ScriptedUpstream.start(VerifyCommandTest::withoutUsage));
        start(
                "llm: {providers: {mine: {type: openai-compatible, base-url: \"%s/v1\"}}}"
                        .formatted(provider.uri()));

        assertThat(verify("--model", "mine/m", "--wait", "2")).isEqualTo(1);

        assertThat(out())
                .contains("✗ recorded by the gateway", "no token counts on")
                .contains("the provider says no usage");
    }

    @Test
    void aToolThatNobodyHasIsToldWithThoseThereAre() throws IOException {
        start("");

        assertThat(verify("--tool", "nowhere__tool")).isEqualTo(1);

        assertThat(out()).contains("✗ tools/list", "no tool 'nowhere__tool'");
    }

    @Test
    void withoutModelAndLineItSaysBothWays() throws IOException {
        var config = Files.writeString(folder.resolve("plain.yaml"), "name: plain\n");

        assertThat(Main.run(print(out), print(err), "verify", "--config", config.toString()))
                .isEqualTo(64);

        assertThat(err()).contains("verify: http://127.0.0.1:9099").contains("--model");
    }

    @Test
    void noGatewayIsTheFirstHop() throws IOException {
        var free = closedPort();
        var config =
                Files.writeString(
                        folder.resolve("none.yaml"),
                        "admin: {host: %s, port: %s, token: t}\nverify: http://%s\n"
                                .formatted(OWN_ADDRESS, free.replaceFirst(".*:", ""), free));

        assertThat(Main.run(print(out), print(err), "verify", "--config", config.toString()))
                .isEqualTo(1);

        assertThat(out()).contains("✗ gateway").contains("./spangate run");
    }

    @Test
    void agentsNeitherSeeNorReachWhatVerifyPlays() throws IOException {
        start("");
        assertThat(verify()).as(out()).isZero();

        try (var calls = new MarkedCalls(traffic(), Optional.empty(), "other")) {
            calls.connect("/mcp");
            var list = calls.call("/mcp", "tools/list", JsonMapper.shared().createObjectNode());
            assertThat(list.body().at("/result/tools").size()).isZero();
            var bare = JsonMapper.shared().createObjectNode().put("model", "check");
            bare.putArray("messages").addObject().put("role", "user").put("content", "hi");
            assertThat(calls.chat(bare).status()).isEqualTo(404);
        }
    }

    @Test
    void theCollectorsFileIsReadLineByLine() throws IOException {
        start("");
        var spans = folder.resolve("spans.json");
        Files.writeString(spans, "{\"resourceSpans\": [\n");

        assertThat(verify("--wait", "1", "--otlp-file", spans.toString())).isEqualTo(1);

        assertThat(out()).contains("✗ read back from " + spans, "file exporter");
    }
}
