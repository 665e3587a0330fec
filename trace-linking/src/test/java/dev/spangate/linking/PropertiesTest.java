package dev.spangate.linking;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The pure parts against random values: canonical JSON (L3), fingerprints and containment (L4,
/// R4), ids (R1), names (L2), the index.
final class PropertiesTest {
    private final Random random = new Random(20261124);
    private final Keyed keyed = new Keyed(0x123456789abcdefL, 42);
    private final CanonicalJson json = new CanonicalJson(keyed);

    private String value(int depth) {
        return switch (random.nextInt(depth > 3 ? 4 : 6)) {
            case 0 -> Integer.toString(random.nextInt(1000));
            case 1 -> "\"" + word() + "\"";
            case 2 -> Boolean.toString(random.nextBoolean());
            case 3 -> random.nextInt(100) + ".5";
            case 4 -> "[" + value(depth + 1) + "," + value(depth + 1) + "]";
            default -> object(depth + 1, false);
        };
    }

    private String word() {
        return Long.toString(random.nextLong(1L << 40), 36);
    }

    private String object(int depth, boolean shuffled) {
        List<String> members = new ArrayList<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            members.add("\"" + word() + "\":" + value(depth));
        }
        if (shuffled) {
            Collections.shuffle(members, random);
        }
        return "{" + String.join(",", members) + "}";
    }

    private long hash(String text) {
        return json.hash(text, CanonicalJson.Defaults.NONE);
    }

    @Test
    void l3KeyOrderNullsSpacesAndNumberFormsDoNotMatter() {
        for (int n = 0; n < 500; n++) {
            List<String> members = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                members.add("\"k" + i + "\":" + value(1));
            }
            String one = "{" + String.join(",", members) + "}";
            Collections.shuffle(members, random);
            members.add(random.nextInt(members.size()), "\"nothing\":null");
            String other = "{ " + String.join(" ,\n", members) + "}";
            assertThat(hash(other)).as(one + other).isEqualTo(hash(one));
        }
        assertThat(hash("{\"a\":2.0,\"b\":1e3}")).isEqualTo(hash("{\"b\":1000,\"a\":2}"));
        assertThat(hash("{\"a\":-0.0}")).isEqualTo(hash("{\"a\":0}"));
        assertThat(hash("{\"a\":12345678901234567890}"))
                .isEqualTo(hash("{\"a\":1.2345678901234567e19}"));
        assertThat(hash("{\"\\u0061\":\"\\u00e9\"}")).isEqualTo(hash("{\"a\":\"é\"}"));
        assertThat(hash("")).isEqualTo(hash("{}")).isEqualTo(hash("null"));
    }

    @Test
    void l3DifferentValuesHashDifferently() {
        Map<Long, String> seen = new HashMap<>();
        for (int n = 0; n < 20_000; n++) {
            String text = object(0, true);
            var same = seen.put(hash(text), text);
            if (same != null) {
                assertThat(CanonicalJson.parse(text)).isEqualTo(CanonicalJson.parse(same));
            }
        }
        assertThat(hash("{\"a\":\"1\"}")).isNotEqualTo(hash("{\"a\":1}"));
        assertThat(hash("{\"a\":[1,2]}")).isNotEqualTo(hash("{\"a\":[2,1]}"));
        assertThat(hash("{\"a\":[null]}")).isNotEqualTo(hash("{\"a\":[]}"));
        assertThat(hash("{\"a\":{\"b\":1}}")).isNotEqualTo(hash("{\"b\":{\"a\":1}}"));
        assertThat(hash("{\"a\":true}")).isNotEqualTo(hash("{\"a\":false}"));
    }

    @Test
    void l3StatedDefaultsDoNotMatterAtAnyLevel() {
        var defaults =
                json.defaults(
                        """
                        {"properties":{"limit":{"default":10},"filter":{"properties":{"deep":{"default":true}}},
                        "list":{"type":"array","items":{"properties":{"n":{"default":0}}}}}}
                        """);
        long bare = json.hash("{\"q\":1,\"filter\":{\"a\":1},\"list\":[{\"m\":1}]}", defaults);
        long filled =
                json.hash(
                        "{\"q\":1,\"limit\":10.0,\"filter\":{\"deep\":true,\"a\":1},\"list\":[{\"n\":0,\"m\":1}]}",
                        defaults);
        assertThat(filled).isEqualTo(bare);
        assertThat(json.hash("{\"q\":1,\"limit\":11}", defaults))
                .isNotEqualTo(json.hash("{\"q\":1}", defaults));
        assertThat(json.defaults("not json").isEmpty()).isTrue();
        assertThat(json.defaults(null).isEmpty()).isTrue();
    }

    private String text(int length) {
        var out = new StringBuilder();
        while (out.length() < length) {
            out.append(
                            random.nextInt(8) == 0
                                    ? "\n"
                                    : random.nextInt(5) == 0 ? " \"q\" \\ " : word())
                    .append(' ');
        }
        return out.toString();
    }

    @Test
    void l4ATextIsFoundInsideAnyWrapping() {
        for (int n = 0; n < 300; n++) {
            String text = text(20 + random.nextInt(300));
            var print = Fingerprint.ofPlain(keyed, PlainText.of(text));
            String quoted = CanonicalJson.MAPPER.writeValueAsString(text);
            for (var echo :
                    List.of(
                            text,
                            "<result>\n" + text + "\n</result>",
                            quoted,
                            CanonicalJson.MAPPER.writeValueAsString(quoted),
                            "{\"content\": [{\"type\": \"text\", \"text\": " + quoted + "}]}",
                            "[TextContent(type='text', text='"
                                    + text.replace("\\", "\\\\").replace("\n", "\\n")
                                    + "')]")) {
                assertThat(print.occursIn(keyed, PlainText.of("(" + echo + ")"))).as(echo).isTrue();
            }
        }
    }

    @Test
    void l4AnotherTextIsNotFound() {
        for (int n = 0; n < 500; n++) {
            String one = PlainText.of(text(40));
            String other = PlainText.of(text(400));
            assertThat(Fingerprint.ofPlain(keyed, one).occursIn(keyed, other))
                    .isEqualTo(other.contains(one));
            int from = random.nextInt(other.length() - 30);
            String part = other.substring(from, from + 20 + random.nextInt(10));
            assertThat(
                            Fingerprint.find(
                                    keyed,
                                    other,
                                    part.length(),
                                    Fingerprint.ofPlain(keyed, part).hash()))
                    .isEqualTo(other.indexOf(part));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1 2, 12, false",
        "a\\nb, a b, true",
        "{\"a\": 1}, {\"a\":1}, true",
        "caf\\u00e9, café, true",
        "say \\\"hi\\\", say \"hi\", true",
        "a  b, a b, true",
        "ab, a b, false"
    })
    void l4PlainTextKeepsWhatTellsTextsApart(String one, String other, boolean same) {
        assertThat(PlainText.of(one).equals(PlainText.of(other))).isEqualTo(same);
    }

    private Echo.Grade grade(String result, String echo) {
        return new EchoText(keyed, List.of(echo))
                .grade(ResultTexts.of(Stage.text(result), keyed).tellings());
    }

    @Test
    void l4ShortTextsCountOnlyWhereTheyStandAlone() {
        assertThat(grade("42", "42")).isEqualTo(Echo.Grade.VERBATIM);
        assertThat(grade("42", "Result:\n42\nend")).isEqualTo(Echo.Grade.VERBATIM);
        assertThat(grade("42", "{\"text\":\"42\"}")).isEqualTo(Echo.Grade.VERBATIM);
        assertThat(grade("42", "the answer is 42 of course")).isEqualTo(Echo.Grade.NONE);
        assertThat(grade("", "anything")).isEqualTo(Echo.Grade.NONE);
    }

    @Test
    void l4EveryTellingOfAResultCounts() {
        String result =
                """
                {"content":[{"type":"text","text":"first part of it"},{"type":"text","text":"second part of it"}],
                "structuredContent":{"temperature":21.5,"sky":"quite clear"}}
                """;
        var tellings = ResultTexts.of(result, keyed).tellings();
        for (var echo :
                List.of(
                        "first part of it\nsecond part of it",
                        "first part of itsecond part of it",
                        "{\"temperature\": 21.5, \"sky\": \"quite clear\"}",
                        result.strip(),
                        "[{\"type\": \"text\", \"text\": \"first part of it\"}, {\"type\":\"text\",\"text\":\"second part of it\"}]")) {
            assertThat(new EchoText(keyed, List.of(echo)).grade(tellings))
                    .as(echo)
                    .isEqualTo(Echo.Grade.VERBATIM);
        }
        assertThat(
                        new EchoText(keyed, List.of("first part of it", "second part of it"))
                                .grade(tellings))
                .isEqualTo(Echo.Grade.VERBATIM);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "toolu_01A09q90qw90lq917835lq9",
                "call_9pw1qnYScqvGrCH58HWCvFH6",
                "D681PevKs",
                "chatcmpl-tool-2f1b7c9e8a",
                "call_0b9d6a3c-4f5e-4a1b",
                "abcdefghijklmnopqrst"
            })
    void r1RandomIdsProveAlone(String id) {
        assertThat(CallIds.looksRandom(id, "get_weather")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "call_0",
                "0",
                "call_get_weather_1",
                "functions.get_weather:0",
                "tool_call_12",
                "get_weather",
                "toolcall1",
                "call_00000001",
                "",
                "functioncall12",
                "request-response-7"
            })
    void r1CountedIdsDoNot(String id) {
        assertThat(CallIds.looksRandom(id, "get_weather")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "mcp__srv__search, search, true", "srv_search, search, true", "srv-search, search, true",
                "srv.search, search, true",
        "ns/search, search, true", "research, search, false", "search, search, true",
                "search_all, search, false",
        "a.b, a_b, true", "x__a b, a.b, true", "'', search, false"
    })
    void l2ANameMeansTheToolItEndsWithAfterASeparator(String name, String tool, boolean means) {
        assertThat(ToolNames.means(name, tool)).isEqualTo(means);
    }

    @Test
    void l2TheLongestNameWinsAndAnExactOneBeatsACleanedOne() {
        var names = new ToolNames();
        names.expose(
                "/mcp",
                List.of(
                        new ExposedTool("search", "a", null),
                        new ExposedTool("files__search", "b", null),
                        new ExposedTool("read.it", "c", null),
                        new ExposedTool("read_it", "d", null)),
                json);
        assertThat(names.resolve("/mcp", "mcp__files__search"))
                .extracting(ToolNames.Exposed::server)
                .containsExactly("b");
        assertThat(names.resolve("/mcp", "mcp__web__search"))
                .extracting(ToolNames.Exposed::server)
                .containsExactly("a");
        assertThat(names.resolve("/mcp", "x_read_it"))
                .extracting(ToolNames.Exposed::server)
                .containsExactly("d");
        assertThat(names.resolve("/mcp", "x_read it"))
                .extracting(ToolNames.Exposed::server)
                .containsExactly("c", "d");
        assertThat(names.resolve("/mcp", "nothing")).isEmpty();
        assertThat(names.resolve("/other", "search")).isEmpty();
    }

    @Test
    void theIndexAgreesWithAMap() {
        var index = new LongIndex<String>();
        Map<Long, String> map = new HashMap<>();
        for (int n = 0; n < 200_000; n++) {
            long key = random.nextInt(3_000);
            if (random.nextInt(3) == 0) {
                index.remove(key);
                map.remove(key);
            } else {
                index.put(key, "v" + n);
                map.put(key, "v" + n);
            }
            long probe = random.nextInt(3_000);
            assertThat(index.get(probe)).isEqualTo(map.get(probe));
        }
        assertThat(index.size()).isEqualTo(map.size());
        for (long key = 0; key < 3_000; key++) {
            index.remove(key);
        }
        assertThat(index.size()).isZero();
    }
}
