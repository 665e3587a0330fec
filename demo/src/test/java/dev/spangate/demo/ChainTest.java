package dev.spangate.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// From OTLP bytes to what a person or a program reads.
class ChainTest {
    private final TraceReceiver receiver = TraceReceiver.start();

    @AfterEach
    void close() {
        receiver.close();
    }

    @Test
    void jsonHasTheShapeThatProgramsRelyOn() throws Exception {
        assertThat(post(OtlpFixture.run(), false)).isEqualTo(200);

        JsonNode trace = Json.read(ChainJson.of(Chain.of(receiver.spans()))).at("/traces/0");
        JsonNode tool = trace.at("/spans/2");

        assertThat(Json.text(trace, "traceId")).isEqualTo(OtlpFixture.TRACE);
        assertThat(Json.text(trace, "name")).isEqualTo("travel");
        assertThat(Json.text(trace, "sessionId")).isEqualTo("conv-1");
        assertThat(Json.items(trace.path("spans")))
                .extracting(span -> Json.text(span, "type"))
                .containsExactly("agent", "generation", "tool", "tool", "generation");
        assertThat(trace.at("/spans/0/parentSpanId").isNull()).isTrue();
        assertThat(trace.at("/spans/0/link").isNull()).isTrue();
        assertThat(Json.text(tool, "parentSpanId")).isEqualTo(OtlpFixture.TOP);
        assertThat(Json.text(tool, "status")).isEqualTo("error");
        assertThat(tool.path("startNanos").asLong()).isEqualTo(1_700_000_000_021_000_000L);
        assertThat(tool.path("endNanos").isIntegralNumber()).isTrue();
        assertThat(tool.path("link"))
                .isEqualTo(
                        Json.read(
                                """
                                {"method":"arguments","confidence":"certain","requestedBy":"%s"}\
                                """
                                        .formatted(OtlpFixture.FIRST)));
        assertThat(trace.at("/spans/1/attributes/gen_ai.usage.input_tokens").asLong())
                .isEqualTo(12);
        assertThat(trace.at("/spans/4/attributes/list")).isEqualTo(Json.read("[\"a\",\"b\"]"));
    }

    @Test
    void theTreeShowsDurationsTokensLinksAndFailures() throws Exception {
        post(OtlpFixture.run(), false);

        String tree = ChainTree.of(Chain.of(receiver.spans()), false);

        assertThat(tree)
                .contains("trace " + OtlpFixture.TRACE + "  travel  session conv-1")
                .contains("└─ invoke_agent travel")
                .containsPattern("   ├─ chat m +19\\.0 ms  12 → 3 tokens")
                .contains("asked for by answer 1 (arguments, certain)  failed: mailbox full")
                .containsPattern("   └─ chat m +39\\.0 ms");
        assertThat(tree).doesNotContain("\033");
        assertThat(ChainTree.of(Chain.of(receiver.spans()), true)).contains("\033[32masked for");
    }

    @Test
    void aToolWhoseGenerationIsNotThereIsNotLinked() throws Exception {
        post(
                OtlpFixture.request(
                        OtlpFixture.tool(
                                OtlpFixture.TOOL,
                                "tools/call t",
                                1,
                                "arguments",
                                "probable",
                                OtlpFixture.FIRST)),
                false);

        var chain = Chain.of(receiver.spans()).getFirst();

        assertThat(chain.requester(chain.spans().getFirst())).isEmpty();
        assertThat(ChainTree.of(List.of(chain), false)).contains("not linked");
    }

    @Test
    void aSpanThatArrivesTwiceCountsOnce() throws Exception {
        post(OtlpFixture.run(), false);
        post(OtlpFixture.run(), true);

        assertThat(receiver.spans()).hasSize(10);
        assertThat(Chain.of(receiver.spans()).getFirst().spans()).hasSize(5);
    }

    @Test
    void whatIsNoProtobufIsRefused() throws Exception {
        assertThat(post("no protobuf".getBytes(StandardCharsets.UTF_8), false)).isEqualTo(400);
        assertThat(receiver.spans()).isEmpty();
    }

    @Test
    void waitingEndsWithTheTimeWhenNothingComes() {
        assertThat(receiver.await(spans -> !spans.isEmpty(), Duration.ofMillis(50))).isEmpty();
    }

    private int post(byte[] body, boolean gzip) throws Exception {
        var request =
                HttpRequest.newBuilder(receiver.uri().resolve("/v1/traces"))
                        .header("Content-Type", "application/x-protobuf");
        if (gzip) {
            request.header("Content-Encoding", "gzip");
        }
        request.POST(HttpRequest.BodyPublishers.ofByteArray(gzip ? gzip(body) : body));
        try (var client = HttpClient.newHttpClient()) {
            return client.send(request.build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        }
    }

    private static byte[] gzip(byte[] body) throws Exception {
        var bytes = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(bytes)) {
            out.write(body);
        }
        return bytes.toByteArray();
    }
}
