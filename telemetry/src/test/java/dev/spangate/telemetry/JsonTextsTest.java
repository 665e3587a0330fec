package dev.spangate.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class JsonTextsTest {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String LONG = "x".repeat(500);

    private static String with(String json, int limit) {
        var texts = JsonTexts.in(json);
        assertThat(texts).as(json).isNotNull();
        return texts.with(limit);
    }

    @Test
    void longValuesAreCutAndMarkedNamesAndShortOnesStay() {
        String json = "{ \"%s\" : [1.50, \"%s\", \"short\"], \"b\":null }".formatted(LONG, LONG);

        String text = with(json, 100);
        var shorter = Json.read(text);

        assertThat(text).startsWith("{ \"" + LONG + "\" : [1.50, \"xx").endsWith(", \"b\":null }");
        assertThat(shorter.path(LONG).get(1).asString())
                .hasSize(100)
                .startsWith("xxxx")
                .endsWith("… [cut: 500 characters]");
        assertThat(shorter.path(LONG).get(2).asString()).isEqualTo("short");
    }

    @Test
    void whatNeedsNoCutStaysToTheCharacter() {
        String json = " {\"a\" :\t\"b\\\"c\\\\\",\n\"d\":[ ] } ";

        assertThat(with(json, 64)).isEqualTo(json);
    }

    @Test
    void anEscapeIsOneCharacterAndIsNeverCut() {
        for (String escape :
                new String[] {"\\n", "\\u00e9", "\\\"", "\\\\", "\\ud83d\\ude80", "🚀"}) {
            for (int limit = 64; limit < 90; limit++) {
                String shorter = with("[\"" + escape.repeat(200) + "\"]", limit);

                String text = Json.read(shorter).get(0).asString();
                String kept = text.substring(0, text.indexOf('…'));
                assertThat(shorter.length() - 4).as(escape).isLessThanOrEqualTo(limit);
                assertThat(kept.codePoints().noneMatch(JsonTextsTest::isHalf)).as(escape).isTrue();
                int characters =
                        Json.read("[\"" + escape.repeat(200) + "\"]").get(0).asString().length();
                assertThat(text).endsWith("[cut: " + characters + " characters]");
            }
        }
    }

    private static boolean isHalf(int codePoint) {
        return codePoint <= 0xffff && Character.isSurrogate((char) codePoint);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "text",
                "1",
                "\"only a text\"",
                "{\"a\"",
                "[1",
                "]",
                "{} x",
                "[\"no end",
                "[\"no end\\",
                "{}}"
            })
    void whatDoesNotEndAsAnObjectOrArrayIsNone(String text) {
        assertThat(JsonTexts.in(text)).isNull();
    }

    /// Against the parser: the same document but for its long texts, and exactly as long as said.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void shortenedIsTheSameDocumentButForItsLongTexts(long seed) {
        var random = new Random(seed);
        for (int i = 0; i < 100; i++) {
            var tree = JSON.createArrayNode().add(RandomJson.of(random, 5));
            String json = random.nextBoolean() ? tree.toString() : tree.toPrettyString();
            int limit = 64 + random.nextInt(200);

            String shorter = with(json, limit);

            assertSame(tree, JSON.readTree(shorter), limit);
            var texts = JsonTexts.in(json);
            assertThat(shorter)
                    .hasSizeLessThanOrEqualTo(texts == null ? 0 : texts.lengthWith(limit));
        }
    }

    private static void assertSame(JsonNode before, JsonNode after, int limit) {
        assertThat(after.getNodeType()).isEqualTo(before.getNodeType());
        if (before.isObject()) {
            assertThat(after.propertyNames()).containsExactlyElementsOf(before.propertyNames());
            before.properties()
                    .forEach(each -> assertSame(each.getValue(), after.get(each.getKey()), limit));
        } else if (before.isArray()) {
            assertThat(after.size()).isEqualTo(before.size());
            for (int i = 0; i < before.size(); i++) {
                assertSame(before.get(i), after.get(i), limit);
            }
        } else if (before.isString() && !before.equals(after)) {
            assertThat(JSON.writeValueAsString(before.asString()).length() - 2)
                    .isGreaterThan(limit);
            String mark = "… [cut: %d characters]".formatted(before.asString().length());
            assertThat(after.asString()).endsWith(mark);
            String kept = after.asString().replace(mark, "");
            assertThat(before.asString()).startsWith(kept);
        } else {
            assertThat(after).isEqualTo(before);
        }
    }
}
