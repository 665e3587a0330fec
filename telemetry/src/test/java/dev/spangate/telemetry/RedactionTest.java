package dev.spangate.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spangate.linking.JournalRecord.Draft;
import dev.spangate.testing.OtlpSink;
import dev.spangate.testing.SinkSpan;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/// `redact`: what an operator's patterns match is gone, everything else is as it was.
class RedactionTest {
    private static final String MAIL = "[a-z0-9.]+@example[.]com";
    private static final String CARD = "\\b4[0-9]{15}\\b";
    private static final Redaction BOTH = Redaction.of(List.of(MAIL, CARD));
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir Path dir;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "write to bob@example.com now | write to *** now",
                "bob@example.com, eve@example.com | ***, ***",
                "4111111111111111 | ***",
                "41111111111111112222 | 41111111111111112222",
                "nothing here | nothing here",
                "bob@example.org | bob@example.org",
            })
    void plainTextIsReplaced(String text, String expected) {
        assertThat(BOTH.apply(text)).isEqualTo(expected);
    }

    /// JSON in, JSON out: names stay, texts are matched as people wrote them.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"to\":\"bob@example.com\"} | {\"to\":\"***\"}",
                "{\"bob@example.com\":\"x\"} | {\"bob@example.com\":\"x\"}",
                "{\"card\":4111111111111111} | {\"card\":\"***\"}",
                "{\"n\":42,\"to\":\"bob@example.com\"} | {\"n\":42,\"to\":\"***\"}",
                "[\"a\",\"bob\\u0040example.com\"] | [\"a\",\"***\"]",
                "{\"a\":{\"b\":[{\"c\":\"bob@example.com\"}]}} | {\"a\":{\"b\":[{\"c\":\"***\"}]}}",
                "{\"arguments\":\"{\\\"to\\\":\\\"bob\\\\u0040example.com\\\"}\"} | {\"arguments\":\"{\\\"to\\\":\\\"***\\\"}\"}",
                "{\"ok\":true,\"none\":null} | {\"ok\":true,\"none\":null}",
            })
    void jsonStaysJson(String text, String expected) {
        assertThat(BOTH.apply(text)).isEqualTo(expected);
        assertThat(Json.read(BOTH.apply(text))).isNotNull();
    }

    @Test
    void whatOnlyLooksLikeJsonIsReplacedAsText() {
        assertThat(BOTH.apply("{not json: bob@example.com")).isEqualTo("{not json: ***");
        assertThat(BOTH.apply("[1, 2\\, bob@example.com")).isEqualTo("[1, 2\\, ***");
    }

    /// Unchanged content is the same text, byte for byte: nothing is written anew.
    @Test
    void whatDoesNotMatchIsNotRewritten() {
        String odd = "{ \"a\" : 1.50, \"b\":\"\\u00e9\" }";

        assertThat(BOTH.apply(odd)).isSameAs(odd);
        assertThat(Redaction.NONE.apply("bob@example.com")).isEqualTo("bob@example.com");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gen_ai.tool.call.id",
                "langfuse.session.id",
                "spangate.run.id",
                "session.id"
            })
    void idsStayBecauseTheyJoinSpans(String key) {
        assertThat(BOTH.apply(key, "4111111111111111")).isEqualTo("4111111111111111");
        assertThat(BOTH.apply("note", "4111111111111111")).isEqualTo("***");
    }

    @ParameterizedTest
    @CsvSource({"(, RE2", "(?=x)y, RE2", "(a)\\1, RE2", "a*, empty text", "'', empty text"})
    void aPatternThatCannotWorkFailsAtTheStart(String pattern, String said) {
        var config = "{\"redact\":[%s]}".formatted(JsonMapper.shared().writeValueAsString(pattern));

        assertThatThrownBy(() -> Samples.config(dir, config))
                .isInstanceOf(TelemetryException.class)
                .hasMessageContaining("telemetry.redact")
                .hasMessageContaining(said);
    }

    @Test
    void aDestinationsPatternNamesItsPlace() {
        var config = "{\"otlp\":[{\"endpoint\":\"http://localhost:1\",\"redact\":\"(\"}]}";

        assertThatThrownBy(() -> Samples.config(dir, config))
                .hasMessageContaining("telemetry.otlp[0].redact");
    }

    /// Property: whatever stands around it, in whatever nesting, the secret is gone and the rest is
    /// JSON with the same shape.
    @Test
    void aSecretAtAnyPlaceOfAnyTreeIsGone() {
        var random = new Random(7);
        for (int i = 0; i < 300; i++) {
            var tree = tree(random, 4);
            var text = JsonMapper.shared().writeValueAsString(tree);
            var redacted = BOTH.apply(text);

            assertThat(redacted).doesNotContain("@example.com");
            assertThat(Json.read(redacted).size()).isEqualTo(Json.read(text).size());
        }
    }

    /// No pattern takes time that grows faster than the text (RE2): this one would take
    /// `java.util.regex` longer than the age of the universe.
    @Test
    void aHostilePatternStaysLinear() {
        var hostile = Redaction.of(List.of("(a+)+b"));

        assertThat(hostile.apply("a".repeat(50_000))).hasSize(50_000);
    }

    /// Each destination by its own patterns; those of all are not even stored.
    @Test
    void eachDestinationGetsWhatItsPatternsLeave() throws Exception {
        try (var open = OtlpSink.start();
                var strict = OtlpSink.start()) {
            var config =
                    Samples.config(
                            dir,
                            """
                            {"redact": ["secret-[0-9]+"],
                             "otlp": [{"name": "open", "endpoint": "%s"},
                                      {"name": "strict", "endpoint": "%s", "redact": ["[a-z]+@example[.]com"]}]}
                            """
                                    .formatted(open.uri(), strict.uri()));
            try (var telemetry = Telemetry.start(config, Samples.identity())) {
                telemetry.sink().write(Samples.release(talking()));
                open.awaitSpans(1, PATIENCE);
                strict.awaitSpans(1, PATIENCE);
            }

            assertThat(content(open)).contains("bob@example.com").doesNotContain("secret-42");
            assertThat(content(strict)).doesNotContain("bob@example.com", "secret-42");
            assertThat(strict.saw("bob@example.com")).isFalse();
            assertThat(open.saw("secret-42")).isFalse();
            assertThat(onDisk()).doesNotContain("secret-42");
        }
    }

    private static Draft talking() {
        var plain = Samples.generation(1);
        var attributes = new HashMap<>(plain.attributes());
        attributes.put("team", "mail bob@example.com, secret-42");
        return MetricsTest.with(
                DraftContent.with(
                        plain,
                        "{\"messages\":[{\"role\":\"user\",\"content\":\"I am bob@example.com, secret-42\"}]}",
                        "{\"role\":\"assistant\",\"content\":\"Hello bob@example.com, secret-42\"}"),
                attributes);
    }

    private static String content(OtlpSink sink) {
        SinkSpan span = sink.spans().getFirst();
        return span.text("langfuse.observation.input")
                + span.text("langfuse.observation.output")
                + span.text("team");
    }

    private String onDisk() throws Exception {
        var text = new StringBuilder();
        try (var files = Files.walk(dir)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                text.append(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
            }
        }
        return text.toString();
    }

    private static Object tree(Random random, int depth) {
        return switch (depth == 0 ? random.nextInt(3) : random.nextInt(5)) {
            case 0 -> "x\"\\\n" + random.nextInt(9) + " bob@example.com é";
            case 1 -> random.nextInt(1000);
            case 2 -> "plain";
            case 3 -> List.of(tree(random, depth - 1), tree(random, depth - 1));
            default -> Map.of("k" + random.nextInt(9), tree(random, depth - 1), "n", 1.5);
        };
    }
}
