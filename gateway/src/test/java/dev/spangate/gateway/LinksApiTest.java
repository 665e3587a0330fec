package dev.spangate.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.linking.JournalRecord.SpanLink;
import dev.spangate.telemetry.ExportedSpan;
import dev.spangate.testing.WireClient;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// `/api/links/{id}` over sockets: rule L10's explanations, for the operator alone.
class LinksApiTest {
    private static final String CALL = "call_a8f3k2m9x0";
    private static final String OTHER = "call_b7d1q4z8y2";

    @TempDir Path folder;
    private TwoLegs legs;

    @BeforeEach
    void start() {
        legs = new TwoLegs(folder);
    }

    @AfterEach
    void stop() {
        legs.close();
    }

    private JsonNode only(String id) throws IOException {
        var document = legs.adminJson("/api/links/" + id);
        assertThat(document.path("links")).as(document.toString()).hasSize(1);
        return document.at("/links/0");
    }

    private static String escaped(String id) {
        return URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Test
    void theTokenIsWantedAndTheTrafficPortKnowsNothing() throws IOException {
        legs.asks(TwoLegs.TEAM_A, "call " + CALL + " search {}");
        assertThat(legs.admin("/api/links/" + CALL).status()).isEqualTo(401);
        assertThat(legs.admin("/api/links/" + CALL, "Authorization: Bearer x").status())
                .isEqualTo(401);
        assertThat(legs.admin("/api/links/" + CALL, TwoLegs.TOKEN).status()).isEqualTo(200);
        try (var client = WireClient.connect(legs.gateway.port())) {
            var answer =
                    client.request(
                                    "GET",
                                    "/api/links/" + CALL,
                                    "",
                                    "x-spangate-key: " + TwoLegs.TEAM_A)
                            .readAnswer();
            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.body()).doesNotContain("team-a");
        }
    }

    @Test
    void aLinkedExecutionIsFoundBySpanAndByCall() throws Exception {
        legs.asks(TwoLegs.TEAM_A, "call " + CALL + " search {\"q\":1}");
        legs.executes(TwoLegs.TEAM_A, "search", "{\"q\":1}", "\"callId\": \"" + CALL + "\"");
        var span = legs.execution("search");

        for (var id : List.of(span.path("spanId").asString(), CALL)) {
            var link = only(id);
            assertThat(link.path("caller").asString()).isEqualTo("team-a");
            assertThat(link.path("state").asString()).isEqualTo("linked");
            assertThat(link.path("method").asString()).isEqualTo("call-id");
            assertThat(link.path("confidence").asString()).isEqualTo("certain");
            assertThat(link.path("requestedBy")).isEqualTo(span.at("/link/requestedBy"));
            assertThat(link.at("/sent/callId").asString()).isEqualTo(CALL);
            assertThat(link.at("/candidates/0/evidenceFor").toString())
                    .contains("the execution names its id", "equal arguments");
            assertThat(link.path("advice")).isEmpty();
        }
    }

    @Test
    void anUnlinkedExecutionShowsItsCandidatesHereAndAmongTheChains() throws Exception {
        legs.asks(TwoLegs.TEAM_A, "call " + CALL + " fetch {\"q\":1}");
        legs.executes(TwoLegs.TEAM_A, "search", "{\"q\":1}", "");
        var span = legs.execution("search");

        assertThat(span.at("/link/method").asString()).isEqualTo("none");
        assertThat(span.at("/link/reason").asString()).contains("no call of this tool was open");
        assertThat(span.at("/link/mayBe/0/toolCallId").asString()).isEqualTo(CALL);
        assertThat(span.at("/link/candidates").asLong(-1)).isZero();
        var link = only(span.path("spanId").asString());
        assertThat(link.path("state").asString()).isEqualTo("unlinked");
        assertThat(link.at("/candidates/0/evidenceAgainst").toString())
                .contains("its name does not mean this tool");
        assertThat(link.path("advice").toString()).contains("params._meta", "x-session-id");
    }

    @Test
    void aCallIdOfSeveralCallersShowsEachUnderItsScope() throws Exception {
        legs.asks(TwoLegs.TEAM_A, "call " + CALL + " search {}");
        legs.asks(TwoLegs.TEAM_B, "call " + CALL + " search {}");
        legs.executes(TwoLegs.TEAM_B, "search", "{}", "\"callId\": \"" + CALL + "\"");
        legs.execution("search"); // it has ended

        var links = legs.adminJson("/api/links/" + CALL).path("links");

        assertThat(links).hasSize(2);
        assertThat(links)
                .extracting(
                        link -> link.path("scope").asString() + " " + link.path("state").asString())
                .containsExactlyInAnyOrder("team-a waiting", "team-b linked");
    }

    @Test
    void anotherCallersIdLinksNothingAndIsNoCandidate() throws Exception {
        legs.asks(TwoLegs.TEAM_A, "call " + CALL + " search {}");
        legs.asks(TwoLegs.TEAM_B, "call " + OTHER + " search {\"q\":2}");
        legs.executes(TwoLegs.TEAM_B, "search", "{}", "\"callId\": \"" + CALL + "\"");

        var links = legs.adminJson("/api/links/" + CALL).path("links");

        assertThat(links).hasSize(1);
        assertThat(links.get(0).path("scope").asString()).isEqualTo("team-a");
        assertThat(links.get(0).path("state").asString()).isEqualTo("waiting");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"functions.search:0", "a/b", "50%", "x y", "ä€", "..", "?q=1", "call_a+b"})
    void anyIdThatAModelIssuesCanBeAskedFor(String id) throws IOException {
        legs.asks(TwoLegs.TEAM_A, "call " + id.replace(" ", "") + " search {}");
        var found = legs.admin("/api/links/" + escaped(id.replace(" ", "")), TwoLegs.TOKEN);
        if (id.equals("..")) { // a path of dots is normalised away by every HTTP client and server
            assertThat(found.status()).isEqualTo(404);
        } else {
            assertThat(found.status()).as(found.body()).isEqualTo(200);
        }
    }

    @Test
    void anUnknownIdSaysWhatIdsLookLike() throws IOException {
        var answer = legs.admin("/api/links/nobody", TwoLegs.TOKEN);
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.body())
                .contains("'nobody'", "16 hex digits", "toolu_", "24 hours")
                .contains("\"code\":\"unknown_id\"");
        assertThat(legs.admin("/api/links/", TwoLegs.TOKEN).body()).contains("16 hex digits");
    }

    @Test
    void idsOfOtherKindsAreTold() throws Exception {
        legs.asks(TwoLegs.TEAM_A, "hello");
        var chat = legs.span(span -> span.path("type").asString("").equals("generation"));
        var generation = legs.admin("/api/links/" + chat.path("spanId").asString(), TwoLegs.TOKEN);
        assertThat(generation.status()).isEqualTo(404);
        assertThat(generation.body()).contains("chat m", "no tool execution");
        assertThat(legs.admin("/api/links/" + "0af7651916cd43dd".repeat(2), TwoLegs.TOKEN).body())
                .contains("looks like a trace id");
    }

    @Test
    void hugeAndUnprintableIdsAreRefusedWithoutTellingThemBack() throws IOException {
        var huge = legs.admin("/api/links/" + "x".repeat(5_000), TwoLegs.TOKEN);
        assertThat(huge.status()).isIn(404, 414, 431);
        assertThat(huge.body().length()).isLessThan(1_000);
        var odd = legs.admin("/api/links/" + escaped("a\u001b[31m\u202eb"), TwoLegs.TOKEN);
        assertThat(odd.status()).isEqualTo(404);
        assertThat(odd.body()).doesNotContain("\u001b", "\\u001b", "\u202e").contains("a?[31m?b");
    }

    @Test
    void whatTheLinkerHasForgottenIsToldFromItsSpan() {
        var attributes =
                Map.<String, Object>of(
                        "gen_ai.tool.name",
                        "search",
                        "langfuse.observation.type",
                        "tool",
                        "spangate.link.method",
                        "none",
                        "spangate.link.candidates",
                        3L);
        var told = LinksApi.fromSpan(span(attributes, List.of()));
        assertThat(told.path("state").asString()).isEqualTo("unlinked");
        assertThat(told.path("candidateCount").asLong()).isEqualTo(3);
        assertThat(told.path("reason").asString()).contains("not kept any more");
        assertThat(WhyText.of(document(told), Terminal.PLAIN))
                .contains("executed search", "linked to no answer", "not kept any more");
        var linked =
                LinksApi.fromSpan(
                        span(
                                Map.of(
                                        "gen_ai.tool.name",
                                        "search",
                                        "spangate.link.method",
                                        "result",
                                        "spangate.link.confidence",
                                        "certain"),
                                List.of(
                                        new SpanLink(
                                                "t",
                                                "00000000000000b1",
                                                Map.of("spangate.link.method", "result")))));
        assertThat(linked.path("requestedBy").asString()).isEqualTo("00000000000000b1");
        assertThat(WhyText.of(document(linked), Terminal.PLAIN))
                .contains("linked to answer 00000000000000b1: certain, by result");
    }

    private static JsonNode document(JsonNode link) {
        var document = JsonNodeFactory.instance.objectNode();
        document.put("id", "x").putArray("links").add(link);
        return document;
    }

    private static ExportedSpan span(Map<String, Object> attributes, List<SpanLink> links) {
        return new ExportedSpan(
                "t",
                "00000000000000c1",
                null,
                false,
                "tools/call search",
                "CLIENT",
                1,
                2,
                "UNSET",
                "",
                attributes,
                links);
    }
}
