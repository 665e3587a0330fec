package dev.spangate.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AudiencesTest {
    @ParameterizedTest
    @CsvSource({
        "https://gw.example/mcp, https://gw.example/mcp",
        "https://gw.example/mcp, https://GW.Example/mcp",
        "https://gw.example/mcp, HTTPS://gw.example/mcp/",
        "https://gw.example/mcp, https://gw.example:443/mcp",
        "http://gw.example:80, http://gw.example/",
        "gateway, gateway",
        "urn:x:y, urn:x:y",
        "https://gw.example/a b, https://gw.example/a b",
    })
    void theseAreOne(String one, String other) {
        assertThat(Audiences.meet(List.of("nobody", one), List.of(other))).isTrue();
        assertThat(Audiences.meet(List.of(other), List.of("nobody", one))).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "https://gw.example/mcp, https://gw.example",
        "https://gw.example/mcp, https://gw.example/mcp/files",
        "https://gw.example/mcp, https://gw.example/MCP",
        "https://gw.example/mcp, https://gw.example:8443/mcp",
        "https://gw.example/mcp, http://gw.example/mcp",
        "https://gw.example/mcp, https://gw.example.evil.test/mcp",
        "https://gw.example/mcp, https://gw.example@evil.test/mcp",
        "https://gw.example/mcp, https://gw.example/mcp?x",
        "https://gw.example/mcp, https://gw.example/mcp#x",
        "https://gw.example/mcp, https://gw.example/mcp//",
        "gateway, Gateway",
        "gateway, gateway/",
    })
    void theseAreNot(String one, String other) {
        assertThat(Audiences.meet(List.of(one), List.of(other))).isFalse();
        assertThat(Audiences.meet(List.of(other), List.of(one))).isFalse();
    }
}
