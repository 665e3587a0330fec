package dev.spangate.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class ContentCapTest {
    private static final JsonMapper JSON = JsonMapper.shared();

    @Test
    void whatFitsIsLeftAlone() {
        assertThat(new ContentCap(1_000).cap("{\"a\" : 1}")).isEqualTo("{\"a\" : 1}");
    }

    @Test
    void plainTextIsCutAndMarkedNeverInsideACharacter() {
        String capped = new ContentCap(300).cap("😀".repeat(1_000));
        assertThat(capped).hasSizeLessThanOrEqualTo(300).contains("[cut: 2000 characters]");
        assertThat(capped.chars().filter(c -> Character.isHighSurrogate((char) c)).count())
                .isEqualTo(capped.chars().filter(c -> Character.isLowSurrogate((char) c)).count());
    }

    @Test
    void longTextsAreCutBeforeMessagesAreLeftOut() {
        var messages = JSON.createArrayNode();
        messages.addObject().put("role", "user").put("content", "x".repeat(100_000));
        messages.addObject().put("role", "assistant").put("content", "kept");
        var input = JSON.createObjectNode().set("messages", messages).toString();
        var capped = Json.read(new ContentCap(4_000).cap(input));
        assertThat(capped.at("/messages/0/content").asString())
                .contains("[cut: 100000 characters]");
        assertThat(capped.at("/messages/1/content").asString()).isEqualTo("kept");
    }

    @Test
    void manyMessagesLoseTheirMiddleAndSaySo() {
        var messages = JSON.createArrayNode();
        for (int i = 0; i < 5_000; i++) {
            messages.addObject().put("role", "user").put("content", "message " + i);
        }
        var input = JSON.createObjectNode().set("messages", messages).toString();
        var capped = Json.read(new ContentCap(20_000).cap(input)).path("messages");
        assertThat(capped.get(0).path("content").asString()).isEqualTo("message 0");
        assertThat(capped.get(capped.size() - 1).path("content").asString())
                .isEqualTo("message 4999");
        assertThat(capped.toString()).contains("[cut: ");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void jsonStaysJsonAndFitsWhateverItLooksLike(long seed) {
        var random = new Random(seed);
        for (int i = 0; i < 20; i++) {
            String text = RandomJson.of(random, 6).toString();
            String capped = new ContentCap(500).cap(text);
            assertThat(capped).hasSizeLessThanOrEqualTo(500);
            assertThat(JSON.readTree(capped)).isNotNull();
        }
    }
}
