package dev.spangate.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.proxy.Secret;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChildErrorsTest {
    private final ChildErrors errors =
            new ChildErrors(List.of(Secret.of("configured-canary"), Secret.of("x")));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "started with configured-canary now         | started with *** now",
                "Authorization: Bearer abc.def-ghi          | Authorization: Bearer ***",
                "Using token=abcdef                         | Using token=***",
                "\"api_key\": \"k-123\"                     | \"api_key\": \"***\"",
                "password: hunter2, retrying                | password: ***, retrying",
                "key sk-proj-abcdefgh12345678 rejected      | key *** rejected",
                "GET https://user:pw@host/path failed       | GET https://***host/path failed",
                "x marks a spot                             | x marks a spot",
                "nothing to hide                            | nothing to hide",
            })
    void credentialsAreNotShown(String line, String shown) {
        assertThat(errors.redact(line)).isEqualTo(shown);
    }

    @Test
    void onlyTheLastLinesAreKeptAndLongOnesAreCut() {
        for (var i = 0; i < 1_000; i++) {
            errors.add("line " + i);
        }
        errors.add("   ");
        errors.add("y".repeat(5_000));

        assertThat(errors.tail())
                .startsWith("line 996 | line 997 | line 998 | line 999 | yyy")
                .endsWith("…")
                .hasSizeLessThan(400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "OPENAI_API_KEY",
                "AWS_SECRET_ACCESS_KEY",
                "LANGFUSE_SECRET_KEY",
                "LD_PRELOAD",
                "NODE_OPTIONS",
                "JAVA_TOOL_OPTIONS",
                "HTTP_PROXY",
                "path"
            })
    void aChildGetsNothingOfOursThatIsNotListed(String name) {
        assertThat(ChildEnvironment.of(Map.of(name, "v"), Map.of())).isEmpty();
    }

    @Test
    void aChildGetsTheHarmlessAndItsOwnWhichWins() {
        var environment =
                ChildEnvironment.of(
                        Map.of("PATH", "/bin", "LC_ALL", "C", "HOME", "/h"),
                        Map.of("PATH", Secret.of("/own"), "K", Secret.of("v")));

        assertThat(environment)
                .isEqualTo(Map.of("PATH", "/own", "LC_ALL", "C", "HOME", "/h", "K", "v"));
    }
}
