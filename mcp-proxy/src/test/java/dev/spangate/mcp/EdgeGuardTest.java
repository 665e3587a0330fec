package dev.spangate.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EdgeGuardTest {
    @ParameterizedTest
    @CsvSource({
        "localhost,true,true",
        "localhost:8080,true,true",
        "LOCALHOST:1,true,true",
        "127.0.0.1:8080,true,true",
        "[::1]:8080,true,true",
        "[::1],true,true",
        "evil.test,true,false",
        "evil.test:8080,true,false",
        "localhost.evil.test,true,false",
        "'',true,false",
        "10.0.0.7:8080,false,true",
        "gateway.internal,false,true"
    })
    void hostIsCheckedOnLoopback(String host, boolean onLoopback, boolean allowed) {
        assertThat(guard("{}").hostAllowed(host, onLoopback)).isEqualTo(allowed);
    }

    @ParameterizedTest
    @CsvSource({
        "gw.example,true",
        "gw.example:8080,true",
        "GW.example,true",
        "other.example,false"
    })
    void configuredHostsReplaceTheDefaultOffLoopback(String host, boolean allowed) {
        assertThat(guard("{'allowed-hosts': ['gw.example']}").hostAllowed(host, false))
                .isEqualTo(allowed);
    }

    @ParameterizedTest
    @CsvSource({
        "http://localhost:5173,true",
        "https://app.example,true",
        "https://gw.example,true",
        "https://evil.test,false",
        "file://x,false",
        "null,false"
    })
    void originsAreLoopbackOursOrConfigured(String origin, boolean allowed) {
        assertThat(
                        guard("{'allowed-origins': ['https://app.example']}")
                                .originAllowed(origin, "gw.example"))
                .isEqualTo(allowed);
    }

    private static EdgeGuard guard(String downstream) {
        return new EdgeGuard(
                McpConfig.from(FakeServer.json("{'downstream': " + downstream + "}")).downstream());
    }
}
