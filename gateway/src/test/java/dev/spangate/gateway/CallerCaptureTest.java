package dev.spangate.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// `callers[].capture` counts on both legs, for tools of ours and for the agent's own: what it
/// leaves out is in no span and not in the journal.
class CallerCaptureTest {
    private static final String CALL = "call_a8f3k2m9x0";
    private static final String LOCAL = "call_b7d1q4z8y2";
    private static final String ARGUMENTS = "{\"q\":\"canary-argument\"}";
    private static final String SESSION = "x-session-id: canary-session";
    private static final List<String> CONTENT =
            List.of("canary-argument", "canary-failure", "canary-local", "found it");

    @TempDir Path folder;
    private TwoLegs legs;

    @BeforeEach
    void start() {
        legs =
                new TwoLegs(
                        folder,
                        """
                        [{name: full, key: "sgk_full_0123456789"},
                         {name: metadata, key: "sgk_metadata_0123456789", capture: metadata},
                         {name: none, key: "sgk_none_0123456789", capture: none}]
                        """);
    }

    @AfterEach
    void stop() {
        legs.close();
    }

    /// A call of ours, a failing one, and one that the agent answers by itself.
    private JsonNode traffic(String caller) throws Exception {
        var key = "sgk_" + caller + "_0123456789";
        legs.asks(key, "call " + CALL + " search " + ARGUMENTS, SESSION);
        legs.executes(key, "search", ARGUMENTS, "\"callId\": \"" + CALL + "\"");
        legs.execution("search");
        legs.executes(key, "fetch", "{\"fail\":\"canary-failure\"}", "");
        legs.execution("fetch");
        legs.asks(key, "call " + LOCAL + " read_file " + ARGUMENTS, SESSION);
        legs.echoes(key, LOCAL, "read_file", ARGUMENTS, "canary-local", SESSION);
        legs.span(span -> span.path("name").asString("").equals("execute_tool read_file"));
        legs.span(span ->
                span.path("name").asString("").startsWith("invoke_agent")
                        && span.toString().contains("complete"));
        return legs.adminJson("/api/chains");
    }

    @Test
    void withoutASettingContentIsCaptured() throws Exception {
        assertThat(traffic("full").toString()).contains(CONTENT).contains("canary-session");
        assertThat(journal()).contains(CONTENT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"metadata", "none"})
    void contentOfACallerThatWantsNoneIsNowhere(String caller) throws Exception {
        assertThat(traffic(caller).toString()).doesNotContain(CONTENT);
        assertThat(journal()).doesNotContain(CONTENT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"metadata", "none"})
    void namesLinksAndFailuresAreThereAllTheSame(String caller) throws Exception {
        traffic(caller);
        var linked = legs.execution("search");
        assertThat(linked.at("/link/method").asString()).isEqualTo("call-id");
        assertThat(linked.path("attributes").path("gen_ai.tool.name").asString())
                .isEqualTo("search");
        assertThat(linked.path("attributes").path("spangate.capture").asString()).isEqualTo(caller);
        var failed = legs.execution("fetch");
        assertThat(failed.path("status").asString()).isEqualTo("error");
        assertThat(failed.path("attributes").path("error.type").asString()).isEqualTo("tool_error");
        assertThat(failed.path("statusMessage").asString())
                .isEqualTo(caller.equals("none") ? "" : "The tool reported an error");
    }

    @Test
    void onlyNoneLeavesSessionAndUserOut() throws Exception {
        assertThat(traffic("metadata").toString()).contains("canary-session");
        legs.close();
        start();
        var none = traffic("none");
        assertThat(none.toString()).doesNotContain("canary-session", "langfuse.user.id");
        for (var trace : none.path("traces")) {
            assertThat(trace.path("sessionId").isNull()).as(trace.toString()).isTrue();
        }
    }

    @Test
    void oneCallersChoiceIsNotAnothers() throws Exception {
        traffic("none");
        legs.asks("sgk_full_0123456789", "a question of the full caller");
        legs.span(span -> span.toString().contains("a question of the full caller"));
    }

    private String journal() throws IOException {
        var text = new StringBuilder();
        try (var files = Files.walk(folder)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                text.append(Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        return text.toString();
    }
}
