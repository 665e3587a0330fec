package dev.spangate.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spangate.linking.Capture;
import dev.spangate.linking.TraceMode;
import dev.spangate.proxy.Caller;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GatewayConfigTest {
    @Test
    void everythingHasASensibleDefault() {
        var config = parse("");

        assertThat(config.name()).isEqualTo("spangate");
        assertThat(config.listen().host()).isEqualTo("127.0.0.1");
        assertThat(config.listen().port()).isEqualTo(8080);
        assertThat(config.listen().grace()).isEqualTo(Duration.ofSeconds(25));
        assertThat(config.admin().port()).isEqualTo(9090);
        assertThat(config.linking().callIdKeys()).containsExactly("claudecode/toolUseId", "callId");
        assertThat(config.callers()).isEmpty();
    }

    @Test
    void everyPartIsRead() {
        var config =
                parse(
                        """
                        name: my-gateway
                        listen: {host: "::1", port: 1, grace: 3s, max-body: 1MB, max-headers: 8KB}
                        admin: {port: 0, token: operator}
                        mcp: {servers: {files: {command: npx, args: [-y, x]}}}
                        telemetry: {capture: metadata}
                        linking: {window: 1m, hold: 1s, idle: 5m, call-id-keys: [x], store: memory}
                        callers:
                          - {name: team-a, key: sgk_0123456789abcdef, trace: parent, capture: none,
                             link-scope: shared, tags: [t]}
                        """);

        assertThat(config.listen().loopback()).isTrue();
        assertThat(config.listen().maxBody()).isEqualTo(1 << 20);
        assertThat(config.listen().maxHeaders()).isEqualTo(8 << 10);
        assertThat(config.admin().token()).isPresent();
        assertThat(config.mcp().servers()).containsKey("files");
        assertThat(config.linking().window()).isEqualTo(Duration.ofMinutes(1));
        assertThat(config.callers())
                .containsOnlyKeys(
                        new Caller(
                                "team-a",
                                "shared",
                                false,
                                TraceMode.PARENT,
                                Capture.NONE,
                                List.of("t")));
    }

    /// Path of the error, then the nearest valid key or what would be right.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    listn: {}                            | listn       | listen
                    listen: {prot: 1}                    | listen.prot | port
                    listen: {port: 99999}                | listen.port | 65535
                    listen: {port: http}                 | listen.port | whole number
                    listen: {grace: soon}                | listen.grace | 250ms
                    listen: {max-body: big}              | listen.max-body | 16MB
                    listen: 8080                         | listen      | mapping
                    admin: {tokn: x}                     | admin.tokn  | token
                    linking: {windw: 1s}                 | linking.windw | window
                    linking: {store: disk}               | linking.store | memory
                    linking: {store: redis}              | linking.redis.url | redis://
                    linking: {store: redis, redis: {url: "http://x"}} | linking.redis.url | rediss
                    linking: {redis: {url: "redis://x/name"}} | linking.redis.url | database
                    linking: {redis: {url: "redis://u:secret-value@x"}} | linking.redis.url | password
                    linking: {redis: {prefx: a}}         | linking.redis.prefx | prefix
                    telemetry: {langfus: {}}             | telemetry.langfus | langfuse
                    telemetry: {capture: everything}     | telemetry.capture | metadata
                    mcp: {servers: {a: {comand: x}}}     | mcp.servers.a.command | url
                    mcp: {servers: {a: {command: x, argz: []}}} | mcp.servers.a.argz | args
                    callers: [{name: a}]                 | callers[0].key | required
                    callers: [{name: a, key: secret-value}] | callers[0].key | sgk_
                    callers: [{name: a, key: sgk_0123456789abcdef, trase: join}] | callers[0].trase | trace
                    callers: [{name: a, key: sgk_0123456789abcdef, trace: both}] | callers[0].trace | join
                    """)
    void errorsNameThePathAndTheWayOut(String yaml, String path, String hint) {
        assertThatThrownBy(() -> parse(yaml))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(path)
                .hasMessageContaining(hint)
                .hasMessageNotContaining("secret-value");
    }

    @Test
    void aStoreOfReplicasIsReadAndShowsNoPassword() {
        var config =
                parse(
                        """
                        linking:
                          store: redis
                          redis:
                            url: rediss://store:6380/3
                            username: gate
                            password: secret-value
                            prefix: test
                            timeout: 1s
                        """);

        var store = config.store().orElseThrow();
        assertThat(store.address()).isEqualTo("store:6380");
        assertThat(store.username()).isEqualTo("gate");
        assertThat(store.password()).isEqualTo("secret-value");
        assertThat(store.prefix()).isEqualTo("test");
        assertThat(store.timeout()).isEqualTo(Duration.ofSeconds(1));
        assertThat(store.toString()).doesNotContain("secret-value");
        assertThat(config.secrets()).contains("secret-value");
        assertThat(parse("linking: {redis: {url: redis://x}}").store()).isEmpty();
    }

    @Test
    void twoCallersNeverShareANameOrAKey() {
        assertThatThrownBy(() ->
                        parse(
                                """
                                callers:
                                  - {name: a, key: sgk_0123456789abcdef}
                                  - {name: b, key: sgk_0123456789abcdef}
                                """))
                .hasMessageContaining("callers[1].key")
                .hasMessageNotContaining("sgk_0123456789abcdef");
        assertThatThrownBy(() ->
                        parse(
                                """
                                callers:
                                  - {name: a, key: sgk_0123456789abcdef}
                                  - {name: a, key: sgk_0123456789abcdee}
                                """))
                .hasMessageContaining("callers[1].name");
    }

    @Test
    void strangersAreRefusedUntilCallersOrAnExplicitWordLetThemIn() {
        assertThatThrownBy(() -> parse("listen: {host: 0.0.0.0}"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("listen.host")
                .hasMessageContaining("listen.allow-anonymous");

        parse("listen: {host: 0.0.0.0, allow-anonymous: true}");
        parse("listen: {host: 0.0.0.0}\ncallers: [{name: a, key: sgk_0123456789abcdef}]");
    }

    @Test
    void secretsShowInNoText() {
        var config =
                parse(
                        """
                        admin: {token: admin-token-1234}
                        callers: [{name: a, key: sgk_0123456789abcdef}]
                        """);

        assertThat(config + " " + config.admin() + " " + config.callers())
                .doesNotContain("admin-token-1234")
                .doesNotContain("sgk_0123456789abcdef");
        assertThat(config.secrets()).contains("admin-token-1234", "sgk_0123456789abcdef");
    }

    private static GatewayConfig parse(String yaml) {
        return GatewayConfig.parse(yaml, Map.of());
    }
}
