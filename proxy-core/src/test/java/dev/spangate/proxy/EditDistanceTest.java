package dev.spangate.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EditDistanceTest {
    @ParameterizedTest
    @CsvSource({
        "'', '', 0",
        "'', abc, 3",
        "abc, '', 3",
        "port, port, 0",
        "prot, port, 2",
        "kitten, sitting, 3",
        "base-url, baseurl, 1",
    })
    void itIsTheFewestChangesBothWays(String a, String b, int changes) {
        assertThat(EditDistance.between(a, b)).isEqualTo(changes);
        assertThat(EditDistance.between(b, a)).isEqualTo(changes);
    }
}
