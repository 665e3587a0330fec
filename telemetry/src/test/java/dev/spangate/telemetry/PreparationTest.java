package dev.spangate.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.linking.JournalRecord;
import dev.spangate.linking.JournalRecord.Draft;
import dev.spangate.linking.JournalRecord.Release;
import dev.spangate.linking.JournalRecord.State;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.Test;

class PreparationTest {
    private static final String SECRET = "sk-canary-\"quoted\"-0123456789";

    @Test
    void secretsOfTheConfigurationAreReplacedEvenInsideContent() {
        var attributes = new HashMap<>(Samples.tool(1, "").attributes());
        attributes.put("mcp.resource.uri", "file:///x?key=" + SECRET);
        attributes.put("list", List.of("a", "Bearer " + SECRET));
        String escaped = SECRET.replace("\"", "\\\"");
        String basic = Base64.getEncoder().encodeToString(SECRET.getBytes(StandardCharsets.UTF_8));
        var draft =
                MetricsTest.with(
                        Samples.tool(
                                1, "{\"leak\":\"" + escaped + "\",\"basic\":\"" + basic + "\"}"),
                        attributes);
        var prepared = prepare("{}", draft);
        assertThat(prepared.toString()).doesNotContain(SECRET, escaped, basic);
        assertThat(prepared.output()).contains("\"leak\":\"***\"");
        assertThat(prepared.attributes())
                .containsEntry("mcp.resource.uri", "file:///x?key=***")
                .containsEntry("list", List.of("a", "Bearer ***"));
    }

    @Test
    void theLinkersStateNeverHoldsASecretEither() {
        var state = new State("call-issued", "r", "{\"id\":\"" + "topsecretvalue" + "\"}");
        var prepared = preparation("{}", "topsecretvalue").prepare(state);
        assertThat(prepared).isEqualTo(new State("call-issued", "r", "{\"id\":\"***\"}"));
    }

    @Test
    void shortStringsAreNotTakenForSecrets() {
        var draft = Samples.tool(1, "a test of tests");
        assertThat(((Draft) preparation("{}", "test").prepare(draft)).output())
                .isEqualTo("a test of tests");
    }

    @Test
    void whatIsCutIsMarkedOnTheSpan() {
        var prepared =
                prepare(
                        "{\"caps\":{\"value-chars\":1000,\"attribute-chars\":100}}",
                        Samples.tool(1, "y".repeat(5_000)));
        assertThat(prepared.output())
                .hasSizeLessThanOrEqualTo(1_000)
                .contains("[cut: 5000 characters]");
        assertThat(prepared.attributes()).containsEntry("spangate.truncated", List.of("output"));
    }

    @Test
    void longAttributesAreCut() {
        var attributes = new HashMap<>(Samples.tool(1, "").attributes());
        attributes.put("url.full", "u".repeat(5_000));
        var prepared =
                prepare(
                        "{\"caps\":{\"attribute-chars\":100}}",
                        MetricsTest.with(Samples.tool(1, ""), attributes));
        assertThat(prepared.attributes().get("url.full").toString()).hasSize(101).endsWith("…");
    }

    @Test
    void contentOfACallerWhoWantsNoneIsNotStoredWhateverDestinationsGet() {
        for (String capture : List.of("metadata", "none")) {
            var attributes = new HashMap<>(Samples.failedTool(1, "").attributes());
            attributes.put("spangate.capture", capture);
            var failed = MetricsTest.with(Samples.failedTool(1, "the mailbox of bob"), attributes);
            var prepared = prepare("{}", failed);
            assertThat(prepared.input()).isNull();
            assertThat(prepared.output()).isNull();
            assertThat(prepared.statusMessage()).isEqualTo("The tool reported an error");
            assertThat(prepared.toString()).doesNotContain("bob");
        }
        assertThat(prepare("{}", Samples.failedTool(1, "the mailbox of bob")).toString())
                .contains("bob");
    }

    @Test
    void contentThatNoDestinationGetsIsNotStored() {
        for (String capture : List.of("metadata", "none")) {
            var prepared = prepare("{\"capture\":\"" + capture + "\"}", Samples.generation(1));
            assertThat(prepared.input()).isNull();
            assertThat(prepared.output()).isNull();
            assertThat(prepared.usage()).isNotNull();
        }
    }

    @Test
    void theWordsOfAFailedToolAreContent() {
        var failed = Samples.failedTool(1, "mailbox of bob is full");
        assertThat(prepare("{}", failed).statusMessage()).isEqualTo("mailbox of bob is full");
        assertThat(prepare("{\"capture\":\"metadata\"}", failed).toString())
                .doesNotContain("bob")
                .contains("The tool reported an error");
    }

    @Test
    void aReleaseIsPreparedWithItsDraft() {
        var release = Samples.release(Samples.tool(1, "value " + SECRET));
        var prepared = (Release) preparation("{}", SECRET).prepare(release);
        assertThat(prepared.draft().output()).isEqualTo("value ***");
        assertThat(prepared.run()).isEqualTo(release.run());
    }

    @Test
    void textThatIsNoUnicodeIsSurvived() {
        var draft = Samples.tool(1, "broken \ud800 surrogate");
        var bytes = new ByteSink(16);
        RecordCodec.write(bytes, prepare("{}", draft), Place.of(Samples.span(1)));
        JournalRecord back = RecordCodec.read(Frame.Kind.DRAFT, bytes.view());
        assertThat(((Draft) back).output()).isEqualTo("broken ? surrogate");
    }

    private static Draft prepare(String json, Draft draft) {
        return (Draft) preparation(json, SECRET).prepare(draft);
    }

    private static Preparation preparation(String json, String secret) {
        return new Preparation(
                Samples.config(Path.of("unused"), json), KnownSecrets.of(List.of(secret)));
    }
}
