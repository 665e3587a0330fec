package dev.spangate.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class SettingsTest {
    private enum Word {
        ON_COLLISION,
        NEVER
    }

    @Test
    void unknownKeyNamesPathAndNearestKey() {
        var settings = settings("{'comand': 'x'}");
        settings.text("command");
        assertThatThrownBy(settings::end)
                .isInstanceOf(SettingsException.class)
                .hasMessage("top.comand: unknown key; did you mean `command`?");
    }

    @Test
    void unknownKeyWithoutANeighbourNamesTheKnownOnes() {
        var settings = settings("{'zzzzzzzz': 1}");
        settings.text("command");
        settings.text("args");
        assertThatThrownBy(settings::end)
                .hasMessage("top.zzzzzzzz: unknown key; known: command, args");
    }

    @Test
    void allKeysReadIsNoError() {
        var settings = settings("{'a': 1, 'b': {'c': true}}");
        assertThat(settings.integer("a", 0, 0, 9)).isEqualTo(1);
        assertThat(settings.child("b").flag("c", false)).isTrue();
        settings.end();
    }

    @ParameterizedTest
    @CsvSource({"250ms,250", "5s,5000", "2m,120000", "1h,3600000", "1d,86400000"})
    void durationsCarryAUnit(String text, long millis) {
        assertThat(settings("{'d': '" + text + "'}").duration("d", Duration.ZERO))
                .isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @CsvSource({"17,17", "2KB,2048", "16MB,16777216", "1GiB,1073741824"})
    void sizesMayCarryAUnit(String text, long bytes) {
        assertThat(settings("{'s': '" + text + "'}").bytes("s", 0)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource({"5", "-1s", "abc"})
    void badDurationNamesThePath(String text) {
        assertThatThrownBy(() -> settings("{'d': '" + text + "'}").duration("d", Duration.ZERO))
                .hasMessageStartingWith("top.d: must be a duration");
    }

    @Test
    void wrongTypesNameThePath() {
        var settings = settings("{'text': {}, 'list': 'x', 'map': [], 'n': 'x', 'big': 11}");
        assertThatThrownBy(() -> settings.text("text")).hasMessageStartingWith("top.text: ");
        assertThatThrownBy(() -> settings.child("map")).hasMessageStartingWith("top.map: ");
        assertThatThrownBy(() -> settings.list("list")).hasMessageStartingWith("top.list: ");
        assertThatThrownBy(() -> settings.integer("n", 0, 0, 10)).hasMessageStartingWith("top.n: ");
        assertThatThrownBy(() -> settings.integer("big", 0, 0, 10))
                .hasMessage("top.big: must be a whole number from 0 to 10");
        assertThatThrownBy(() -> settings.require("absent")).hasMessage("top.absent: is required");
    }

    @Test
    void enumsAreWrittenWithDashes() {
        var settings = settings("{'a': 'on-collision', 'b': 'sometimes'}");
        assertThat(settings.oneOf("a", Word.class, Word.NEVER)).isEqualTo(Word.ON_COLLISION);
        assertThat(settings.oneOf("absent", Word.class, Word.NEVER)).isEqualTo(Word.NEVER);
        assertThatThrownBy(() -> settings.oneOf("b", Word.class, Word.NEVER))
                .hasMessage("top.b: must be one of on-collision, never");
    }

    @Test
    void listsNameTheirIndex() {
        var settings = settings("{'texts': ['a', {}], 'one': 'x'}");
        assertThat(settings.texts("one")).containsExactly("x");
        assertThatThrownBy(() -> settings.texts("texts"))
                .hasMessage("top.texts[1]: must be a single value");
    }

    private static Settings settings(String json) {
        return Settings.of("top", new JsonMapper().readTree(json.replace('\'', '"')));
    }
}
