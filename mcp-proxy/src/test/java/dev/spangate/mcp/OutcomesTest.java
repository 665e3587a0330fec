package dev.spangate.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `error.type` of a server's JSON-RPC error has a bounded number of values.
class OutcomesTest {
    @ParameterizedTest
    @CsvSource({
        "-32700,-32700",
        "-32602,-32602",
        "-32000,-32000",
        "-32768,-32768",
        "-32042,-32042",
        "404,404",
        "599,599",
        "-31999,_OTHER",
        "-32769,_OTHER",
        "0,_OTHER",
        "1,_OTHER",
        "600,_OTHER",
        "2147483647,_OTHER",
        "-2147483648,_OTHER",
    })
    void codesOutsideTheReservedRangesAreOneValue(int code, String type) {
        assertThat(Outcomes.errorType(code)).isEqualTo(type);
    }
}
