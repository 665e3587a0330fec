package dev.spangate.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spangate.testing.OAuthServer;
import dev.spangate.testing.Script;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.WritableHeaders;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Servers that want access tokens, with a real token server beside them.
class OAuthServersTest {
    private final OAuthServer oauth = OAuthServer.start();
    private final Upstreams upstreams = new Upstreams();

    @AfterEach
    void stop() {
        upstreams.close();
        oauth.close();
    }

    /// A server that takes nothing without a valid token.
    private FakeHttpServer guarded(FakeHttpServer server) {
        server.wants(http ->
                oauth.accepts(http.header("authorization"))
                        ? null
                        : Script.answer(401, "application/json", "{}"));
        return server;
    }

    private ConnectedServer open(FakeHttpServer server, String auth) {
        return upstreams.http(
                server,
                ",'auth':{'token-url':'" + oauth.tokenUrl() + "'," + credentials() + auth + "}");
    }

    private static String credentials() {
        return "'client-id':'"
                + OAuthServer.CLIENT
                + "','client-secret':'"
                + OAuthServer.SECRET
                + "'";
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void everyRequestCarriesTheTokenAlsoThoseOfNoCall(boolean modern) throws Exception {
        try (var fake = guarded(modern ? FakeHttpServer.modern() : FakeHttpServer.legacy())) {
            var server =
                    open(fake, ",'scopes':['a','b'],'audience':'crm','resource':'https://crm'");

            assertThat(Calls.text(server.request(Calls.tool("x")))).isEqualTo("plain");
            assertThat(Calls.text(server.request(Calls.tool("y")))).isEqualTo("plain");
            server.close();
            if (!modern) {
                Upstreams.eventually(() -> !fake.received("DELETE").isEmpty());
            }

            assertThat(fake.refusedRequests).isEmpty();
            assertThat(fake.received)
                    .hasSizeGreaterThan(2)
                    .allSatisfy(message ->
                            assertThat(message.http().header("authorization"))
                                    .isEqualTo("Bearer token-1-own"));
            assertThat(oauth.forms())
                    .containsExactly(
                            Map.of(
                                    "grant_type", "client_credentials",
                                    "scope", "a b",
                                    "audience", "crm",
                                    "resource", "https://crm"));
        }
    }

    @ParameterizedTest
    @CsvSource({"basic", "post"})
    void theClientShowsItselfAsConfigured(String way) {
        try (var fake = guarded(FakeHttpServer.modern())) {
            var server = open(fake, ",'client-auth':'" + way + "'");

            assertThat(Calls.text(server.request(Calls.tool("x")))).isEqualTo("plain");
            assertThat(oauth.requests().getFirst().header("authorization").isEmpty())
                    .isEqualTo(way.equals("post"));
            assertThat(oauth.requests().getFirst().target()).isEqualTo("/token");
        }
    }

    @Test
    void aPublicClientShowsItsIdAlone() {
        try (var fake = guarded(FakeHttpServer.modern())) {
            var server =
                    upstreams.http(
                            fake,
                            ",'auth':{'token-url':'%s','client-id':'public'}"
                                    .formatted(oauth.tokenUrl()));

            assertThat(Calls.text(server.request(Calls.tool("x")))).isEqualTo("plain");
        }
    }

    @Test
    void aTokenThatTheServerRefusesIsReplacedAndTheCallRepeatedOnce() {
        try (var fake = guarded(FakeHttpServer.legacy())) {
            var server = open(fake, "");
            server.request(Calls.tool("x"));

            oauth.revokeAll();

            assertThat(Calls.text(server.request(Calls.tool("again")))).isEqualTo("plain");
            assertThat(fake.received("initialize")).as("the session stays").hasSize(1);
            assertThat(oauth.forms()).hasSize(2);
        }
    }

    @Test
    void aServerThatRefusesEveryTokenCostsTheTokenServerNothing() {
        try (var fake = FakeHttpServer.modern()) {
            fake.wants(_ -> Script.answer(401, "application/json", "{}"));
            var server = open(fake, "");

            for (int i = 0; i < 5; i++) {
                assertThatThrownBy(() -> server.request(Calls.tool("x")))
                        .isInstanceOf(McpUpstreamException.class)
                        .hasMessageContaining("`auth`");
            }

            assertThat(oauth.forms()).hasSizeLessThanOrEqualTo(2);
        }
    }

    @Test
    void aHundredCallsAtOnceAskForOneToken() throws Exception {
        try (var fake = guarded(FakeHttpServer.modern());
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var gate = new CountDownLatch(1);
            oauth.hold(gate);
            var server = open(fake, "");
            var calls =
                    java.util.stream.IntStream.range(0, 100)
                            .mapToObj(i ->
                                    threads.submit(
                                            () -> Calls.text(server.request(Calls.tool("x")))))
                            .toList();
            Upstreams.eventually(() -> oauth.forms().size() == 1);
            gate.countDown();

            for (var call : calls) {
                assertThat(call.get()).isEqualTo("plain");
            }
            assertThat(oauth.forms()).hasSize(1);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "400 | {\"error\":\"invalid_scope\",\"error_description\":\"canary\"} | HTTP 400 invalid_scope",
                "401 | {\"error\":\"CANARY <b>\"} | HTTP 401",
                "500 | canary | HTTP 500",
                "307 | canary | HTTP 307",
                "200 | canary | access_token",
                "200 | {\"access_token\":\"\"} | access_token",
                "200 | {\"access_token\":\"can\\r\\nary\"} | access_token",
                "200 | {\"access_token\":\"canary\",\"token_type\":\"DPoP\"} | bearer",
            })
    void troubleWithTheTokenServerIsNamedWithoutItsWords(int status, String body, String said) {
        try (var fake = guarded(FakeHttpServer.modern())) {
            oauth.fail(
                    Script.script()
                            .send(
                                    "HTTP/1.1 %d X\r\nLocation: %s/elsewhere\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                                            .formatted(status, fake.url(), body.length(), body)));
            var server = open(fake, "");

            assertThatThrownBy(() -> server.request(Calls.tool("x")))
                    .isInstanceOf(McpUpstreamException.class)
                    .hasMessageContaining("MCP server 'srv'")
                    .hasMessageContaining("token server")
                    .hasMessageContaining(said)
                    .hasMessageNotContaining("canary")
                    .hasMessageNotContaining("CANARY")
                    .hasMessageNotContaining(OAuthServer.SECRET);
            assertThat(fake.received).as("nothing goes without a token").isEmpty();
            assertThat(fake.refusedRequests).isEmpty();
            assertThat(server.status().lastError()).doesNotContain("canary");
        }
    }

    @Test
    void aTokenServerThatIsNotThereIsNamed() {
        try (var fake = guarded(FakeHttpServer.modern())) {
            var server = open(fake, "");
            oauth.close();

            assertThatThrownBy(() -> server.request(Calls.tool("x")))
                    .hasMessageMatching(
                            ".*'srv': has no access token: its token server (cannot be connected to|closed the connection).*");
        }
    }

    @Test
    void aCallersTokenIsExchangedAndNeverPassedOn() {
        try (var fake = guarded(FakeHttpServer.modern())) {
            var server = open(fake, ",'grant':'token-exchange','audience':'crm'");

            assertThat(Calls.text(server.request(as("user-alice")))).isEqualTo("plain");
            assertThat(Calls.text(server.request(as("user-bob")))).isEqualTo("plain");
            assertThat(Calls.text(server.request(as("user-alice")))).isEqualTo("plain");

            assertThat(fake.received("tools/call"))
                    .extracting(message -> message.http().header("authorization"))
                    .extracting(value -> value.replaceFirst("token-\\d+-", ""))
                    .containsExactly(
                            "Bearer for-user-alice",
                            "Bearer for-user-bob",
                            "Bearer for-user-alice");
            assertThat(fake.received("server/discover").getLast().http().header("authorization"))
                    .as("what all callers share goes with the gateway's own")
                    .endsWith("-own");
            assertThat(oauth.forms())
                    .extracting(form -> form.getOrDefault("subject_token", "-"))
                    .as("one exchange each")
                    .containsExactlyInAnyOrder("user-alice", "user-bob", "-");
            assertThat(oauth.forms().getFirst())
                    .isEqualTo(
                            Map.of(
                                    "grant_type",
                                    "urn:ietf:params:oauth:grant-type:token-exchange",
                                    "subject_token",
                                    "user-alice",
                                    "subject_token_type",
                                    "urn:ietf:params:oauth:token-type:access_token",
                                    "requested_token_type",
                                    "urn:ietf:params:oauth:token-type:access_token",
                                    "audience",
                                    "crm"));
            assertThat(fake.received)
                    .noneMatch(message -> message.http().rawHead().contains("Bearer user-"));
        }
    }

    @Test
    void callersDoNotShareASessionOfAServerThatKeepsSome() {
        try (var fake = guarded(FakeHttpServer.legacy())) {
            var server = open(fake, ",'grant':'token-exchange'");

            server.request(as("user-alice"));
            server.request(as("user-bob"));
            server.request(as("user-alice"));

            assertThat(fake.received("initialize"))
                    .extracting(message -> message.http().header("authorization"))
                    .hasSize(2)
                    .satisfiesExactly(
                            first -> assertThat(first).contains("for-user-alice"),
                            second -> assertThat(second).contains("for-user-bob"));
        }
    }

    @Test
    void aCallerWithoutATokenIsToldWhichHeaderWantsOne() {
        try (var fake = guarded(FakeHttpServer.modern())) {
            var server = open(fake, ",'grant':'token-exchange','subject-header':'X-User-Token'");

            for (var headers :
                    List.of(
                            headers("Authorization", "Bearer user-alice"),
                            headers("X-User-Token", "Bearer sgk_0123456789abcdef"),
                            headers("X-User-Token", "  "))) {
                assertThatThrownBy(() -> server.request(as(headers)))
                        .isInstanceOf(McpUpstreamException.class)
                        .hasMessageContaining("'x-user-token'");
            }
            assertThat(Calls.text(server.request(as(headers("X-User-Token", "user-carol")))))
                    .isEqualTo("plain");
        }
    }

    @Test
    void aTokenThatMayNotBeExchangedFailsThatCallerAlone() {
        try (var fake = guarded(FakeHttpServer.modern())) {
            var server = open(fake, ",'grant':'token-exchange'");

            assertThatThrownBy(() -> server.request(as("stranger")))
                    .hasMessageContaining("invalid_grant");
            assertThat(Calls.text(server.request(as("user-alice")))).isEqualTo("plain");
        }
    }

    @Test
    void onlyNamedHeadersAreForwardedAndNeverAKeyOfOurs() {
        try (var fake = FakeHttpServer.modern()) {
            var server = upstreams.http(fake, ",'forward-headers':['X-Tenant','Authorization']");
            var headers = headers("X-Tenant", "t1");
            headers.set(HeaderValues.create("X-Other", "private"));
            headers.set(HeaderValues.create("Cookie", "private=1"));
            headers.set(HeaderValues.create("Authorization", "Bearer sgk_0123456789abcdef"));

            server.request(as(headers));
            server.request(as(headers("Authorization", "Bearer own-token")));

            var calls = fake.received("tools/call");
            assertThat(calls.get(0).http().header("x-tenant")).isEqualTo("t1");
            assertThat(calls.get(0).http().rawHead())
                    .doesNotContain("private")
                    .doesNotContain("sgk_");
            assertThat(calls.get(1).http().header("authorization")).isEqualTo("Bearer own-token");
            assertThat(calls.get(1).http().header("x-tenant")).isEmpty();
        }
    }

    @Test
    void byDefaultNothingOfTheCallerIsForwarded() {
        try (var fake = FakeHttpServer.modern()) {
            var server = upstreams.http(fake, "");

            server.request(as(headers("Authorization", "Bearer own-token")));

            assertThat(fake.received)
                    .noneMatch(message -> message.http().rawHead().contains("own-token"));
        }
    }

    @Test
    void legacySseServersGetTheTokenOnTheirStreamToo() {
        try (var fake = guarded(FakeHttpServer.modern())) {
            fake.on(
                    "GET",
                    message ->
                            Script.answer(
                                    message.http()
                                                    .header("authorization")
                                                    .startsWith("Bearer token-")
                                            ? 418
                                            : 499,
                                    "text/plain",
                                    ""));
            var server = open(fake, "");
            var sse =
                    upstreams.open(
                            Calls.server(
                                    "{'url':'%s','type':'sse','auth':{'token-url':'%s',%s}}"
                                            .formatted(
                                                    fake.url(), oauth.tokenUrl(), credentials())));

            assertThatThrownBy(() -> sse.request(Calls.tool("x"))).hasMessageContaining("418");
            assertThat(Calls.text(server.request(Calls.tool("x")))).isEqualTo("plain");
        }
    }

    private static UpstreamCall as(String token) {
        return as(headers("Authorization", "Bearer " + token));
    }

    private static UpstreamCall as(WritableHeaders<?> headers) {
        return new UpstreamCall(
                "tools/call",
                Calls.object("{'name':'x','arguments':{}}"),
                new UpstreamCall.Caller(
                        "caller:anonymous:0",
                        Calls.client("").profile(),
                        CallerHeaders.of(headers)),
                Map.of(),
                Calls.PATIENT,
                MessageListener.deaf());
    }

    private static WritableHeaders<?> headers(String name, String value) {
        var headers = WritableHeaders.create();
        headers.set(HeaderNames.create(name), value);
        return headers;
    }
}
