package dev.spangate.llm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonMembersTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{} | {\"k\":9}",
                "{ } | {\"k\":9 }",
                "{\"a\":1} | {\"k\":9,\"a\":1}",
                "{\"k\":1} | {\"k\":9}",
                "{\"a\":{\"k\":1},\"k\" : [1,{\"k\":2}] , \"b\":2} | {\"a\":{\"k\":1},\"k\" : 9 , \"b\":2}",
                "{\"a\":\"\\\"k\\\":1,}\",\"k\":\"x\\\\\",\"b\":1.50e0} | {\"a\":\"\\\"k\\\":1,}\",\"k\":9,\"b\":1.50e0}",
                "{\"k\":null} | {\"k\":9}",
                "{\"k\":true,\"ü\":\"🌍\"} | {\"k\":9,\"ü\":\"🌍\"}",
                "{\"k\" :\t-1e5\t} | {\"k\" :\t9\t}",
            })
    void oneValueIsReplacedOrAddedAndNothingElseChanges(String before, String after) {
        byte[] edited = JsonMembers.of(before.getBytes(UTF_8)).with("k", "9");
        assertThat(new String(edited, UTF_8)).isEqualTo(after);
    }

    @Test
    void anInnerObjectIsEditedInItsPlace() {
        byte[] body = "{\"a\":1,\"o\":{\"x\":false, \"y\":2},\"z\":3}".getBytes(UTF_8);
        var inner = JsonMembers.of(body).object("o");
        assertThat(new String(inner.with("x", "true"), UTF_8))
                .isEqualTo("{\"a\":1,\"o\":{\"x\":true, \"y\":2},\"z\":3}");
        assertThat(new String(inner.with("n", "0"), UTF_8))
                .isEqualTo("{\"a\":1,\"o\":{\"n\":0,\"x\":false, \"y\":2},\"z\":3}");
        assertThat(JsonMembers.of(body).object("a")).isNull();
        assertThat(JsonMembers.of(body).has("y")).isFalse();
    }
}
