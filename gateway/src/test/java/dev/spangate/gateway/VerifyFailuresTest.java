package dev.spangate.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.testing.OtlpSink;
import dev.spangate.testing.SinkFault;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/// `spangate verify` where Langfuse or a destination fails: which hop is named, and the way out.
class VerifyFailuresTest extends VerifyScene {
    /// Status of the reading API, and what must be said of it.
    @ParameterizedTest
    @CsvSource({
        "401, key pair",
        "403, key pair",
        "404, before version 4",
        "400, Langfuse 4",
        "302, base URL"
    })
    void aReadThatFailsNamesTheCause(int status, String fix) throws IOException {
        start("");
        langfuse.failReads(SinkFault.status(status));

        assertThat(verify("--wait", "2")).isEqualTo(1);

        assertThat(out())
                .contains("✗ read back from Langfuse", status + " from")
                .contains(fix)
                .contains("✓ recorded by the gateway");
    }

    @ParameterizedTest
    @CsvSource({"429", "500", "503"})
    void aReadThatMayHealIsTriedAgainUntilTimeIsUp(int status) throws IOException {
        start("");
        langfuse.failReads(SinkFault.status(status));

        assertThat(verify("--wait", "1")).isEqualTo(1);

        assertThat(out())
                .contains("✗ read back from Langfuse", "nothing of the trace", "15 minutes");
        assertThat(langfuse.queries()).hasSizeGreaterThan(1);
    }

    @Test
    void nothingAtLangfuseNamesCollectorAndKeys() throws IOException {
        start("");
        langfuse.changeRows(_ -> null);

        assertThat(verify("--wait", "1")).isEqualTo(1);

        assertThat(out()).contains("Collector").contains("x-langfuse-ingestion-version");
    }

    @Test
    void aMissingLinkFails() throws IOException {
        start("");
        langfuse.changeRows(row -> {
            if (row.path("metadata") instanceof ObjectNode metadata) {
                metadata.remove(List.of("link_method", "tool_call_id"));
            }
            return row;
        });

        assertThat(verify("--wait", "1")).isEqualTo(1);

        assertThat(out()).contains("✗ read back from Langfuse", "no link from check");
    }

    @ParameterizedTest
    @CsvSource({
        "input, no input on, capture",
        "output, no output on, capture",
        "usageDetails, no token counts on, Langfuse"
    })
    void aMissingFieldFails(String field, String gap, String fix) throws IOException {
        start("");
        langfuse.changeRows(row -> {
            row.remove(field);
            return row;
        });

        assertThat(verify("--wait", "1")).isEqualTo(1);

        assertThat(out()).contains("✗ read back from Langfuse", gap, fix);
    }

    @Test
    void aSpanThatNeverArrivesIsCounted() throws IOException {
        start("");
        langfuse.changeRows(row -> row.path("type").asString("").equals("TOOL") ? null : row);

        assertThat(verify("--wait", "1")).isEqualTo(1);

        assertThat(out()).contains("tool execution: 0 seen, 1 sent");
    }

    @Test
    void aDestinationThatRefusesIsNamedWithItsOwnWords() throws IOException {
        try (var sink = OtlpSink.start()) {
            sink.fail(SinkFault.status(401));
            start("", "otlp: [{name: collector, endpoint: \"%s\"}]".formatted(sink.uri()));

            assertThat(verify("--wait", "2")).isEqualTo(1);

            assertThat(out())
                    .contains("✗ sent to collector", "401")
                    .contains("✓ read back from Langfuse");
        }
    }
}
