package dev.spangate.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class HopByHopTest {
    @Test
    void connectionHeadersEndHereAndSoDoThoseItNames() {
        var hop = HopByHop.of(List.of("keep-alive, X-Api-Key", "x-b"));
        assertThat(List.of("Connection", "TE", "Upgrade", "Host", "x-api-key", "X-B"))
                .allMatch(hop::covers);
        assertThat(List.of("content-type", "x-c", "cache-control")).noneMatch(hop::covers);
        assertThat(HopByHop.of(List.of()).covers("x-api-key")).isFalse();
    }
}
