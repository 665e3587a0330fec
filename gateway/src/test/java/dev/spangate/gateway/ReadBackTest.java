package dev.spangate.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spangate.testing.Script;
import dev.spangate.testing.ScriptedUpstream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the readers of Langfuse and of a Collector's file make of what they find.
class ReadBackTest {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

    @TempDir Path folder;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    @AfterEach
    void stop() {
        client.close();
    }

    /// A base URL, its OTLP endpoint, behind a path: the API is found from each.
    @ParameterizedTest
    @CsvSource({
        "https://cloud.langfuse.com, https://cloud.langfuse.com",
        "https://cloud.langfuse.com/, https://cloud.langfuse.com",
        "https://cloud.langfuse.com/api/public/otel, https://cloud.langfuse.com",
        "https://cloud.langfuse.com/api/public/otel/v1/traces, https://cloud.langfuse.com",
        "https://tools.example/langfuse/, https://tools.example/langfuse",
        "http://127.0.0.1:3000/api/public, http://127.0.0.1:3000",
    })
    void theApiIsFoundFromAnyAddressOfLangfuse(URI configured, URI base) {
        assertThat(LangfuseReader.base(configured)).isEqualTo(base);
    }

    @Test
    void aRowOfTheApiIsRead() {
        var spans =
                read(
                        """
                        {"data": [{"id": "5100000000000002", "traceId": "%s", "type": "TOOL", "name": "check",
                          "parentObservationId": "5100000000000000", "input": "{}", "output": "done",
                          "metadata": {"tool_call_id": "call_a", "link_method": "result", "link_confidence": "certain"},
                          "usageDetails": {}},
                         {"id": "5100000000000001", "traceId": "%s", "type": "GENERATION", "name": "chat m",
                          "parentObservationId": null, "input": {"messages": []}, "output": "",
                          "usageDetails": {"input": 10, "input_cached_tokens": 30, "output": 5, "output_reasoning_tokens": 2, "total": 47}}],
                         "meta": {}}\
                        """
                                .formatted(TRACE, TRACE));

        assertThat(spans)
                .containsExactly(
                        new SeenSpan(
                                "5100000000000002",
                                "5100000000000000",
                                "tool",
                                "check",
                                "{}",
                                "done",
                                -1,
                                -1,
                                "call_a",
                                "result",
                                "certain"),
                        new SeenSpan(
                                "5100000000000001",
                                null,
                                "generation",
                                "chat m",
                                "{\"messages\":[]}",
                                null,
                                40,
                                7,
                                null,
                                null,
                                null));
    }

    /// The same row on two pages (before rows merge) is one span.
    @Test
    void pagesAreFollowedAndRowsThatRepeatAreOne() throws IOException {
        var pages =
                List.of(
                        Script.json(page("a", "\"cursor\": \"x+/=\"")),
                        Script.json(page("a", "\"cursor\": \"y\"")),
                        Script.json(page("b", "")));
        try (var upstream = ScriptedUpstream.start(pages)) {
            var spans = reader(upstream).spans(TRACE);

            assertThat(spans).extracting(SeenSpan::spanId).containsExactly("a", "b");
            assertThat(upstream.requests().get(1).target()).contains("cursor=x%2B%2F%3D");
            assertThat(upstream.requests().getFirst().target())
                    .startsWith("/api/public/v2/observations?traceId=" + TRACE)
                    .contains("fields=core,basic,io,metadata,model,usage");
            assertThat(upstream.requests().getFirst().header("authorization"))
                    .isEqualTo("Basic " + Base64.getEncoder().encodeToString("pk:sk".getBytes()));
        }
    }

    /// A cursor that never ends does not keep us for ever.
    @Test
    void pagesEndSometime() {
        try (var upstream =
                ScriptedUpstream.start(_ -> Script.json(page("a", "\"cursor\": \"again\"")))) {
            assertThat(reader(upstream).spans(TRACE)).hasSize(1);
            assertThat(upstream.requests()).hasSize(20);
        }
    }

    @ParameterizedTest
    @CsvSource({"429", "500", "502", "503"})
    void whatMayHealIsNothingYet(int status) {
        try (var upstream =
                ScriptedUpstream.start(_ -> Script.answer(status, "text/html", "<p>later</p>"))) {
            assertThat(reader(upstream).spans(TRACE)).isEmpty();
        }
    }

    /// Status, body, what is said.
    @ParameterizedTest
    @CsvSource({
        "401, '{\"message\": \"Invalid credentials\"}', another project",
        "403, '{}', another project",
        "404, '<html>', before version 4",
        "400, '{\"message\": \"unknown fields\"}', unknown fields",
        "200, '<html>sign in</html>', base URL",
        "200, '{\"data\": 1}', base URL",
        "301, '', base URL",
    })
    void whatNeverHealsSaysWhy(int status, String body, String said) {
        try (var upstream =
                ScriptedUpstream.start(_ -> Script.answer(status, "application/json", body))) {
            assertThatThrownBy(() -> reader(upstream).spans(TRACE))
                    .isInstanceOfSatisfying(
                            HopException.class,
                            hop ->
                                    assertThat(hop.finding().detail() + hop.finding().fix())
                                            .contains(said)
                                            .doesNotContain("Basic"));
        }
    }

    @Test
    void anAddressWithoutLangfuseSaysSo() {
        var gone = ScriptedUpstream.start(_ -> Script.json("{}"));
        var reader = new LangfuseReader(gone.uri(), "pk", "sk", client);
        gone.close();

        assertThatThrownBy(() -> reader.spans(TRACE))
                .isInstanceOfSatisfying(
                        HopException.class,
                        hop -> assertThat(hop.finding().fix()).contains("LANGFUSE_HOST"));
    }

    /// Lines of the Collector's file exporter, one of another trace, one that is half written.
    @Test
    void aCollectorsFileIsReadAsFarAsItIsWritten() throws IOException {
        var file = folder.resolve("spans.json");
        Files.writeString(file, line(TRACE, "a", "tool") + line("1".repeat(32), "b", "tool"));
        Files.writeString(
                file, Files.readString(file) + line(TRACE, "c", "generation").substring(0, 300));

        var spans = new CollectorFile(file).spans(TRACE);

        assertThat(spans)
                .containsExactly(
                        new SeenSpan(
                                "a",
                                "p",
                                "tool",
                                "tools/call x",
                                "{}",
                                null,
                                12,
                                -1,
                                null,
                                "result",
                                null));
    }

    @Test
    void aFileThatIsNotThereYetIsEmpty() {
        assertThat(new CollectorFile(folder.resolve("none.json")).spans(TRACE)).isEmpty();
    }

    @Test
    void aFolderIsNoFile() {
        assertThatThrownBy(() -> new CollectorFile(folder).spans(TRACE))
                .isInstanceOf(Exception.class);
    }

    private List<SeenSpan> read(String body) {
        try (var upstream = ScriptedUpstream.start(_ -> Script.json(body))) {
            return reader(upstream).spans(TRACE);
        }
    }

    private LangfuseReader reader(ScriptedUpstream upstream) {
        return new LangfuseReader(upstream.uri(), "pk", "sk", client);
    }

    private static String page(String id, String meta) {
        return "{\"data\": [{\"id\": \"%s\", \"type\": \"SPAN\"}], \"meta\": {%s}}"
                .formatted(id, meta);
    }

    private static String line(String trace, String span, String type) {
        return """
        {"resourceSpans":[{"resource":{},"scopeSpans":[{"scope":{},"spans":[{"traceId":"%s","spanId":"%s","parentSpanId":"p","name":"tools/call x","attributes":[{"key":"langfuse.observation.type","value":{"stringValue":"%s"}},{"key":"langfuse.observation.input","value":{"stringValue":"{}"}},{"key":"gen_ai.usage.input_tokens","value":{"intValue":"12"}},{"key":"spangate.link.method","value":{"stringValue":"result"}},{"key":"list","value":{"arrayValue":{}}}]}]}]}]}
        """
                .formatted(trace, span, type);
    }
}
