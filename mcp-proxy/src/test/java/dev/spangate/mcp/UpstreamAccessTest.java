package dev.spangate.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spangate.proxy.SettingsException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UpstreamAccessTest {
    private static final String AUTH =
            "'token-url':'https://idp/token','client-id':'c','client-secret':'canary'";

    @Test
    void everythingIsRead() {
        var server =
                Calls.server(
                        "{'url':'https://h/mcp','forward-headers':['X-Tenant','x-tenant'],'auth':{"
                                + AUTH
                                + ",'grant':'token-exchange','client-auth':'post','scopes':'a',"
                                + "'audience':'x','resource':'y','subject-header':'X-User',"
                                + "'subject-token-type':'urn:z','refresh-before':'5s'}}");
        var oauth = server.access().oauth().orElseThrow();

        assertThat(server.access().forward()).containsExactly("x-tenant");
        assertThat(oauth.grant()).isEqualTo(UpstreamAccess.Grant.TOKEN_EXCHANGE);
        assertThat(oauth.client().auth()).isEqualTo(UpstreamAccess.ClientAuth.POST);
        assertThat(oauth.subject()).isEqualTo(new UpstreamAccess.Subject("x-user", "urn:z"));
        assertThat(oauth.refreshBefore()).isEqualTo(Duration.ofSeconds(5));
        assertThat(server.toString()).doesNotContain("canary");
    }

    @Test
    void equalSettingsAreEqualSoThatAReloadDoesNotReconnect() {
        var text = "{'url':'https://h/mcp','auth':{" + AUTH + "}}";

        assertThat(Calls.server(text)).isEqualTo(Calls.server(text));
        assertThat(Calls.server(text.replace("canary", "other"))).isNotEqualTo(Calls.server(text));
    }

    @Test
    void defaultsAreThoseOfTheSpecifications() {
        var oauth =
                Calls.server("{'url':'https://h/mcp','auth':{" + AUTH + "}}")
                        .access()
                        .oauth()
                        .orElseThrow();

        assertThat(oauth.grant()).isEqualTo(UpstreamAccess.Grant.CLIENT_CREDENTIALS);
        assertThat(oauth.client().auth()).isEqualTo(UpstreamAccess.ClientAuth.BASIC);
        assertThat(oauth.subject().header()).isEqualTo("authorization");
        assertThat(Calls.server("{'url':'https://h/mcp'}").access().isNone()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'auth':{}                                              | auth.token-url",
                "'auth':{'token-url':'https://i/t'}                     | auth.client-id",
                "'auth':{'token-url':'ftp://i/t','client-id':'c'}       | auth.token-url",
                "'auth':{'token-url':'https://u:canary@i/t','client-id':'c'} | auth.token-url",
                "'auth':{'token-url':'https://i/t#f','client-id':'c'}   | auth.token-url",
                "'auth':{'token-url':'https://i/t','client-id':'c','client-auth':'post'} | auth.client-secret",
                "'auth':{'token-url':'https://i/t','client-id':'c','grant':'implicit'}  | auth.grant",
                "'auth':{'token-url':'https://i/t','client-id':'c','subject-header':'x'} | auth.subject-header",
                "'auth':{'token-url':'https://i/t','client-id':'c','scope':'x'} | auth.scope",
                "'headers':{'AUTHORIZATION':'Bearer x'},'auth':{'token-url':'https://i/t','client-id':'c'} | auth",
                "'forward-headers':['authorization'],'auth':{'token-url':'https://i/t','client-id':'c'} | auth",
                "'headers':{'X-A':'1'},'forward-headers':['x-a']        | forward-headers",
                "'session':'shared','forward-headers':['x-a']           | session",
            })
    void mistakesNameThePathAndNoSecret(String more, String path) {
        assertThatThrownBy(() -> Calls.server("{'url':'https://h/mcp'," + more + "}"))
                .isInstanceOf(SettingsException.class)
                .hasMessageStartingWith("mcp.servers.srv." + path)
                .hasMessageNotContaining("canary");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x-spangate-key",
                "Host",
                "connection",
                "content-length",
                "Mcp-Session-Id",
                "MCP-Protocol-Version",
                "traceparent",
                "with space",
                "line\\nbreak",
                "",
            })
    void headersThatAreNotACallersCannotBeForwarded(String name) {
        assertThatThrownBy(() ->
                        Calls.server("{'url':'https://h/mcp','forward-headers':['" + name + "']}"))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("forward-headers");
    }

    @ParameterizedTest
    @ValueSource(strings = {"'auth':{}", "'forward-headers':['x-a']"})
    void commandsHaveNoHttp(String more) {
        assertThatThrownBy(() -> Calls.server("{'command':'x'," + more + "}"))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("env");
    }
}
