package dev.spangate.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spangate.proxy.SettingsException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class McpServersTest {
    private final McpServers servers =
            McpServers.of(
                    config("{'servers':{'a':{'url':'http://127.0.0.1:1/a'},'b':{'command':'b'}}}"));

    @AfterEach
    void stop() {
        servers.close();
    }

    @Test
    void registeredServersKeepTheOrderOfTheFile() {
        assertThat(names()).containsExactly("a", "b");
        assertThat(servers.all())
                .extracting(McpServers.Registered::source)
                .containsOnly(McpServers.Source.CONFIGURATION);
        assertThat(servers.find("a").orElseThrow().status().state())
                .isEqualTo(ServerStatus.State.IDLE);
    }

    @Test
    void aReloadTouchesOnlyWhatChanged() {
        var untouched = servers.registry().find("b").orElseThrow();

        var changes =
                servers.apply(
                        config(
                                "{'servers':{'c':{'url':'http://127.0.0.1:1/c'},'a':{'url':'http://127.0.0.1:1/other'},'b':{'command':'b'}}}"));

        assertThat(changes).containsExactlyInAnyOrder("added server c", "changed server a");
        assertThat(names()).containsExactly("c", "a", "b");
        assertThat(servers.registry().find("b").orElseThrow()).isSameAs(untouched);
    }

    @Test
    void aReloadWithEqualSecretsChangesNothing() {
        var text =
                "{'servers':{'a':{'url':'http://127.0.0.1:1/a','headers':{'Authorization':'Bearer k'}}}}";
        servers.apply(config(text));

        assertThat(servers.apply(config(text))).isEmpty();
        assertThat(servers.apply(config(text.replace("Bearer k", "Bearer l"))))
                .containsExactly("changed server a");
    }

    @Test
    void aServerGoneFromTheFileIsRemovedAndOneOfTheApiStays() {
        servers.put("added", Calls.object("{'url':'https://example.org/mcp'}"));

        servers.apply(config("{'servers':{'a':{'url':'http://127.0.0.1:1/a'}}}"));

        assertThat(names()).containsExactly("a", "added");
        assertThat(servers.remove("added")).isTrue();
        assertThat(servers.remove("added")).isFalse();
    }

    @Test
    void aNameThatLooksLikeAnotherDoesNotComeOverTheNetwork() {
        var entry = Calls.object("{'url':'https://example.org/mcp'}");
        servers.apply(
                config(
                        "{'servers':{'pay':{'command':'p'}},'virtual':{'tools':{'tools':'pay/*'}}}"));

        assertThatThrownBy(() -> servers.put("Pay", entry)).hasMessageContaining("'pay'");
        assertThatThrownBy(() -> servers.put("too1s", entry)).hasMessageContaining("'tools'");
        assertThatThrownBy(() -> servers.put("tools", entry)).hasMessageContaining("virtual");
        servers.put("other", entry);
        servers.put("other", entry);
        assertThat(names()).containsExactly("pay", "other");
    }

    @Test
    void commandsDoNotComeOverTheNetworkUnlessAllowed() {
        var entry = Calls.object("{'command':'sh','args':['-c','id']}");

        assertThatThrownBy(() -> servers.put("x", entry))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("mcp.registration.allow-commands");

        servers.apply(config("{'registration':{'allow-commands':true}}"));
        servers.put("x", entry);
        assertThat(names()).containsExactly("x");
    }

    @Test
    void privateAddressesOfApiServersAreRefusedAtConnectTime() {
        try (var fake = FakeHttpServer.legacy()) {
            servers.put("x", Calls.object("{'url':'" + fake.url() + "'}"));
            var server = servers.registry().find("x").orElseThrow();

            assertThatThrownBy(() -> server.request(Calls.tool("a")))
                    .isInstanceOf(McpUpstreamException.class)
                    .hasMessageContaining("127.0.0.1")
                    .hasMessageContaining("mcp.registration.allow-hosts");
            assertThat(fake.received).isEmpty();

            servers.apply(config("{'registration':{'allow-hosts':['127.0.0.1']}}"));
            servers.put("x", Calls.object("{'url':'" + fake.url() + "'}"));
            assertThat(
                            Calls.text(
                                    servers.registry()
                                            .find("x")
                                            .orElseThrow()
                                            .request(Calls.tool("a"))))
                    .isEqualTo("plain");
        }
    }

    /// What was allowed once is not allowed for ever.
    @Test
    void stricterRulesCountForServersThatAreThereAlready() {
        try (var fake = FakeHttpServer.legacy()) {
            servers.apply(
                    config("{'registration':{'allow-hosts':['127.0.0.1'],'allow-commands':true}}"));
            servers.put("x", Calls.object("{'url':'" + fake.url() + "'}"));
            servers.put("cmd", Calls.object("{'command':'cat'}"));
            servers.registry().find("x").orElseThrow().request(Calls.tool("a"));
            int before = fake.received("tools/call").size();

            var changes = servers.apply(config("{}"));

            assertThat(names()).containsExactly("x");
            assertThat(changes)
                    .anySatisfy(line -> assertThat(line).contains("removed server cmd"))
                    .anySatisfy(line -> assertThat(line).contains("reconnected server x"));
            assertThatThrownBy(() ->
                            servers.registry().find("x").orElseThrow().request(Calls.tool("a")))
                    .hasMessageContaining("is not public");
            assertThat(fake.received("tools/call")).hasSize(before);
            assertThat(servers.apply(config("{}"))).isEmpty();
        }
    }

    /// A token server is an address like any other: a way into the private network.
    @Test
    void theTokenServerOfAnApiServerIsGuardedToo() {
        try (var fake = FakeHttpServer.modern();
                var oauth = dev.spangate.testing.OAuthServer.start()) {
            servers.apply(config("{'registration':{'allow-hosts':['localhost']}}"));
            servers.put(
                    "x",
                    Calls.object(
                            "{'url':'"
                                    + fake.url().replace("127.0.0.1", "localhost")
                                    + "','auth':{'token-url':'"
                                    + oauth.tokenUrl()
                                    + "','client-id':'public'}}"));

            assertThatThrownBy(() ->
                            servers.registry().find("x").orElseThrow().request(Calls.tool("a")))
                    .hasMessageContaining("token server")
                    .hasMessageContaining("is not public");
            assertThat(oauth.forms()).isEmpty();
            assertThat(fake.received).isEmpty();
        }
    }

    @Test
    void aRedirectOfAnApiServerToAPrivateAddressIsRefused() {
        try (var fake = FakeHttpServer.legacy();
                var hidden = FakeHttpServer.legacy()) {
            servers.apply(config("{'registration':{'allow-hosts':['localhost']}}"));
            var port = java.net.URI.create(fake.url()).getPort();
            servers.put("x", Calls.object("{'url':'http://localhost:" + port + "/mcp'}"));
            fake.on(
                    "server/discover",
                    _ ->
                            dev.spangate.testing.Script.script()
                                    .send(
                                            "HTTP/1.1 307 T\r\nLocation: "
                                                    + hidden.url()
                                                    + "\r\nContent-Length: 0\r\n\r\n"));

            assertThatThrownBy(() ->
                            servers.registry().find("x").orElseThrow().request(Calls.tool("a")))
                    .hasMessageContaining("is not public");
            assertThat(hidden.received).isEmpty();
        }
    }

    @Test
    void reconnectForgetsWhatWasLearned() {
        try (var fake = FakeHttpServer.legacy()) {
            servers.apply(config("{'servers':{'f':{'url':'" + fake.url() + "'}}}"));
            servers.registry().find("f").orElseThrow().request(Calls.tool("a"));
            assertThat(servers.find("f").orElseThrow().status().era()).isEqualTo(Era.LEGACY);

            assertThat(servers.reconnect("f")).isTrue();

            assertThat(servers.find("f").orElseThrow().status().state())
                    .isEqualTo(ServerStatus.State.IDLE);
            assertThat(servers.reconnect("nobody")).isFalse();
            servers.registry().find("f").orElseThrow().request(Calls.tool("a"));
            assertThat(fake.received("initialize")).hasSize(2);
        }
    }

    private List<String> names() {
        return servers.all().stream().map(registered -> registered.config().name()).toList();
    }

    private static McpConfig config(String json) {
        return McpConfig.from(Json.parse(json.replace('\'', '"')));
    }
}
