package dev.spangate.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestStatesTest {
    private final RequestStates states = new RequestStates();

    @Test
    void stateNamesItsIdToTheCredentialItWasGivenTo() {
        var state = states.sign("id1", "team-a", 2_000);
        assertThat(states.verify(state, "team-a", 1_999)).contains("id1");
        assertThat(states.verify(state, "team-b", 1_999)).isEmpty();
    }

    @Test
    void stateExpires() {
        assertThat(states.verify(states.sign("id1", "a", 2_000), "a", 2_001)).isEmpty();
    }

    @Test
    void everyChangedCharacterIsNoticed() {
        var state = states.sign("id1", "a", 2_000);
        for (int i = 0; i < state.length(); i++) {
            char other = state.charAt(i) == 'x' ? 'y' : 'x';
            var forged = state.substring(0, i) + other + state.substring(i + 1);
            assertThat(states.verify(forged, "a", 1_000)).as(forged).isEmpty();
        }
    }

    @Test
    void anotherProcessKnowsNothingOfIt() {
        assertThat(new RequestStates().verify(states.sign("id1", "a", 2_000), "a", 1)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "sg1.", "sg1..", "sg1...", "sg1.a.b.c", "sg1.a.9.c.d", "opaque"})
    void whatIsNoStateIsRefused(String text) {
        assertThat(states.verify(text, "a", 0)).isEmpty();
    }

    @Test
    void idsDoNotRepeat() {
        var ids = new HashSet<String>();
        for (int i = 0; i < 1_000; i++) {
            ids.add(states.newId());
        }
        assertThat(ids).hasSize(1_000).allMatch(id -> id.matches("[A-Za-z0-9_-]{24}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "test://{id}/data test://1/data true",
                "test://{id}/data test://1/2/data false",
                "test://{id}/data test:///data true",
                "file:///{+path} file:///a/b/c true",
                "file:///{path} file:///a/b false",
                "file:///{path*} file:///a/b true",
                "db://{t}{?q,limit} db://users?q=1 true",
                "db://{t}{?q,limit} db://users true",
                "db://{t}{?q,limit} db://users/1 false",
                "x://{/seg*} x:///a/b true",
                "x.y://a xzy://a false",
                "x://(a+)+$ x://(a+)+$ true"
            })
    void templatesMatchWhatTheyCanProduce(String template, String uri, boolean matches) {
        assertThat(UriTemplate.of(template).matches(uri)).isEqualTo(matches);
    }

    @Test
    void longUrisMatchNothing() {
        assertThat(UriTemplate.of("x://{+rest}").matches("x://" + "a".repeat(9_000))).isFalse();
    }
}
