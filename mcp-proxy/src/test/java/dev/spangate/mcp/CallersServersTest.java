package dev.spangate.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.proxy.Authentication;
import dev.spangate.proxy.Secret;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// What a caller may not use does not exist for it: in lists, calls, paths and notifications, in
/// both eras.
class CallersServersTest {
    private static final String ADMIN = "sgk_admin_0123456789";
    private static final String GUEST = "sgk_guest_0123456789";

    private final FakeServer open =
            server("open")
                    .tools("read", "write")
                    .on("prompts/list", "{'prompts': [{'name': 'p'}]}")
                    .on(
                            "resources/list",
                            "{'resources': [{'uri': 'mem://same', 'name': 'of open'}, {'uri':"
                                    + " 'mem://open', 'name': 'o'}]}");
    private final FakeServer secret =
            server("secret")
                    .tools("read", "wipe")
                    .on("prompts/list", "{'prompts': [{'name': 'hidden'}]}")
                    .on(
                            "resources/list",
                            "{'resources': [{'uri': 'mem://same', 'name': 'of secret'}, {'uri':"
                                    + " 'mem://secret', 'name': 's'}]}");
    private final McpAccess access =
            McpAccess.of(Map.of("guest", new CallerTools(List.of("open"), List.of("open/write"))));
    private final McpHarness gateway =
            new McpHarness(
                    "{'prefix': 'on-collision'}",
                    Authentication.of(
                            Map.of(
                                    CallerToolsTest.caller("admin"),
                                    Secret.of(ADMIN),
                                    CallerToolsTest.caller("guest"),
                                    Secret.of(GUEST))),
                    access);

    CallersServersTest() {
        gateway.servers.put(secret); // first in order: it owns what both have
        gateway.servers.put(open);
        for (var server : List.of(open, secret)) {
            for (var method : List.of("tools/call", "prompts/get", "resources/read")) {
                server.on(
                        method,
                        "{'content': [], 'messages': [], 'contents': [], 'by': '"
                                + server.name()
                                + "'}");
            }
            server.on(
                    "completion/complete", "{'completion': {'values': ['" + server.name() + "']}}");
        }
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    private static FakeServer server(String name) {
        return new FakeServer(name)
                .says(
                        "{'capabilities': {'tools': {'listChanged': true}, 'prompts': {},"
                                + " 'resources': {'subscribe': true}, 'completions': {}},"
                                + " 'instructions': 'I am "
                                + name
                                + "'}");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void listsHoldOnlyWhatTheCallerMaySee(boolean modern) {
        var guest = asker(GUEST, modern);
        var admin = asker(ADMIN, modern);

        assertThat(names(guest.ask("tools/list", "{}"), "tools", "name"))
                .containsExactly("open_read");
        assertThat(names(admin.ask("tools/list", "{}"), "tools", "name"))
                .containsExactly("secret_read", "wipe", "open_read", "write");
        assertThat(names(guest.ask("prompts/list", "{}"), "prompts", "name")).containsExactly("p");
        assertThat(names(admin.ask("prompts/list", "{}"), "prompts", "name"))
                .containsExactly("hidden", "p");
        assertThat(names(guest.ask("resources/list", "{}"), "resources", "name"))
                .containsExactly("of open", "o");
        assertThat(names(admin.ask("resources/list", "{}"), "resources", "name"))
                .containsExactly("of secret", "s", "o");
    }

    /// Names are given out over all servers: whoever asks first must not decide them.
    @Test
    void namesDoNotDependOnWhoAsksFirst() {
        assertThat(names(asker(GUEST, true).ask("tools/list", "{}"), "tools", "name"))
                .containsExactly("open_read");
        access.replace(Map.of());
        assertThat(names(asker(GUEST, true).ask("tools/list", "{}"), "tools", "name"))
                .containsExactly("secret_read", "wipe", "open_read", "write");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatIsHiddenIsUnknownToACallAndNeverReachesItsServer(boolean modern) {
        var guest = asker(GUEST, modern);

        for (var hidden : List.of("secret_read", "wipe", "write")) {
            var answer = guest.ask("tools/call", "{'name': '" + hidden + "', 'arguments': {}}");
            assertThat(answer.errorCode()).as(hidden).isEqualTo(JsonRpc.INVALID_PARAMS);
            assertThat(answer.errorMessage()).isEqualTo("Unknown tool: " + hidden);
        }
        assertThat(guest.ask("prompts/get", "{'name': 'hidden'}").errorMessage())
                .isEqualTo("Unknown prompt: hidden");
        assertThat(by(guest.ask("resources/read", "{'uri': 'mem://secret'}")))
                .as("the one server there is for this caller is asked, as it would be directly")
                .isEqualTo("open");
        assertThat(
                        guest.ask(
                                        "completion/complete",
                                        "{'ref': {'type': 'ref/prompt', 'name': 'hidden'},"
                                                + " 'argument': {'name': 'a', 'value': ''}}")
                                .errorMessage())
                .isEqualTo("Unknown prompt: hidden");
        for (var method : List.of("tools/call", "prompts/get", "resources/read")) {
            assertThat(secret.count(method)).isZero();
        }
        assertThat(by(guest.ask("tools/call", "{'name': 'open_read'}"))).isEqualTo("open");
        assertThat(by(guest.ask("prompts/get", "{'name': 'p'}"))).isEqualTo("open");
    }

    @Test
    void aResourceOfTwoServersGoesToTheOneThatTheCallerSees() {
        assertThat(by(asker(ADMIN, true).ask("resources/read", "{'uri': 'mem://same'}")))
                .isEqualTo("secret");
        assertThat(by(asker(GUEST, true).ask("resources/read", "{'uri': 'mem://same'}")))
                .isEqualTo("open");
    }

    @Test
    void aLinkLearnedFromAnotherCallersResultOpensNoHiddenServer() {
        secret.on(
                "tools/call",
                "{'content': [{'type': 'resource_link', 'uri': 'mem://linked', 'name': 'l'}]}");
        asker(ADMIN, true).ask("tools/call", "{'name': 'wipe'}");
        assertThat(by(asker(ADMIN, true).ask("resources/read", "{'uri': 'mem://linked'}")))
                .isEqualTo("secret");

        assertThat(by(asker(GUEST, true).ask("resources/read", "{'uri': 'mem://linked'}")))
                .isEqualTo("open");
        assertThat(secret.count("resources/read")).isEqualTo(1);
    }

    @Test
    void amongSeveralServersAHiddenOnesResourceIsNotFound() {
        gateway.servers.put(server("third").on("resources/list", "{'resources': []}"));
        access.replace(Map.of("guest", new CallerTools(List.of(), List.of("secret"))));

        assertThat(
                        asker(GUEST, true)
                                .ask("resources/read", "{'uri': 'mem://secret'}")
                                .errorMessage())
                .isEqualTo("Resource not found");
        assertThat(by(asker(GUEST, true).ask("resources/read", "{'uri': 'mem://open'}")))
                .isEqualTo("open");
        assertThat(secret.count("resources/read")).isZero();
    }

    @Test
    void theHiddenServersPathDoesNotExist() {
        var guest = gateway.client("/mcp/secret").header("x-spangate-key", GUEST);
        var nobody = gateway.client("/mcp/nothing").header("x-spangate-key", GUEST);

        var hidden = guest.modern("tools/list", "{}");

        assertThat(hidden.status()).isEqualTo(404);
        assertThat(hidden.errorMessage())
                .isEqualTo(
                        nobody.modern("tools/list", "{}")
                                .errorMessage()
                                .replace("nothing", "secret"));
        assertThat(
                        gateway.client("/mcp/secret")
                                .header("x-spangate-key", ADMIN)
                                .modern("tools/list", "{}")
                                .status())
                .isEqualTo(200);
    }

    @Test
    void greetingsSayNothingOfHiddenServers() {
        var guest = asker(GUEST, true).ask("server/discover", "{}").result();
        var admin = asker(ADMIN, true).ask("server/discover", "{}").result();

        assertThat(guest.toString()).contains("I am open").doesNotContain("secret");
        assertThat(admin.toString()).contains("I am open").contains("I am secret");
    }

    /// An error must not give a hidden server's name away, nor may it cost the caller anything.
    @Test
    void aHiddenServerThatFailsIsNotTold() {
        secret.dead();
        open.on("prompts/list", "{'prompts': []}");

        var answer = asker(GUEST, true).ask("prompts/list", "{}");

        assertThat(answer.result().path("prompts")).isEmpty();
        assertThat(answer.result().path("ttlMs").asLong()).isGreaterThan(1_000);
    }

    @Test
    void changesOfHiddenServersAreNotTold() throws Exception {
        var guest = gateway.client().header("x-spangate-key", GUEST);
        guest.initialize("2025-11-25");
        guest.legacy("tools/list", "{}");
        var stream = guest.open("GET", "", Map.of());
        var lines = new LinkedBlockingQueue<String>();
        var reader =
                Thread.startVirtualThread(() -> {
                    try (var in =
                            new BufferedReader(
                                    new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
                        in.lines().filter(line -> line.startsWith("data: ")).forEach(lines::add);
                    } catch (RuntimeException | java.io.IOException end) {
                        // The test closes the stream.
                    }
                });
        asker(ADMIN, true).ask("tools/list", "{}");

        secret.tools("read", "wipe", "more").changes("tools");
        Upstreams.eventually(() ->
                names(asker(ADMIN, true).ask("tools/list", "{}"), "tools", "name")
                        .contains("more"));
        open.on("prompts/list", "{'prompts': [{'name': 'fresh'}]}");
        guest.legacy("prompts/list", "{}");
        open.changes("prompts");

        assertThat(lines.poll(20, TimeUnit.SECONDS))
                .as("the first thing told is the change of the server that it sees")
                .contains("notifications/prompts/list_changed");
        stream.body().close();
        reader.join();
    }

    @Test
    void clientsAreToldWhenOthersMayBeSeen() throws Exception {
        var guest = gateway.client().header("x-spangate-key", GUEST);
        guest.initialize("2025-11-25");
        guest.legacy("tools/list", "{}");
        try (var in =
                new BufferedReader(
                        new InputStreamReader(
                                guest.open("GET", "", Map.of()).body(), StandardCharsets.UTF_8))) {
            assertThat(access.replace(Map.of("guest", CallerTools.all()))).isTrue();
            assertThat(access.replace(Map.of("guest", CallerTools.all()))).isFalse();
            gateway.accessChanged();

            assertThat(in.lines().filter(line -> line.startsWith("data: ")).findFirst())
                    .hasValueSatisfying(
                            line -> assertThat(line).contains("notifications/tools/list_changed"));
        }
        assertThat(names(guest.legacy("tools/list", "{}"), "tools", "name")).contains("wipe");
    }

    private interface Asker {
        McpTestClient.Answer ask(String method, String params);
    }

    private Asker asker(String key, boolean modern) {
        var client = gateway.client().header("x-spangate-key", key);
        if (modern) {
            return client::modern;
        }
        client.initialize("2025-11-25");
        return client::legacy;
    }

    private static List<String> names(McpTestClient.Answer answer, String field, String key) {
        return answer.result().path(field).valueStream().map(each -> text(each, key)).toList();
    }

    private static String text(JsonNode node, String key) {
        return node.path(key).stringValue();
    }

    private static String by(McpTestClient.Answer answer) {
        return answer.result().path("by").stringValue();
    }
}
