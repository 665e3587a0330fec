package dev.spangate.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.linking.Level;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PromptsAndResourcesTest {
    private static final String ALL =
            "{'capabilities': {'tools': {}, 'prompts': {}, 'resources': {'subscribe': true},"
                    + " 'completions': {}}}";

    @Test
    void promptsAreMergedAndGoToTheirOwnerUnderTheirOwnName() {
        var a = full("a").on("prompts/list", "{'prompts': [{'name': 'p'}]}");
        var b =
                full("b")
                        .on("prompts/list", "{'prompts': [{'name': 'p', 'x': 1e-7}]}")
                        .on("prompts/get", "{'messages': [], 'future': [2.0]}");
        try (var harness = McpHarness.of("{'prefix': 'always'}", a, b)) {
            var client = harness.client().initialize("2025-11-25");
            assertThat(client.legacy("prompts/list", "{}").result())
                    .isEqualTo(
                            FakeServer.json(
                                    "{'prompts': [{'name': 'a_p'}, {'name': 'b_p', 'x': 1e-7}]}"));
            var answer = client.legacy("prompts/get", "{'name': 'b_p', 'arguments': {'k': 'v'}}");
            assertThat(answer.result())
                    .isEqualTo(FakeServer.json("{'messages': [], 'future': [2.0]}"));
            assertThat(Json.string(b.lastCall("prompts/get").params(), "name")).isEqualTo("p");
            assertThat(a.count("prompts/get")).isZero();
        }
    }

    @Test
    void resourcesKeepTheirUrisAndGoToTheirOwner() {
        var a = full("a").on("resources/list", "{'resources': [{'uri': 'x://1', 'name': 'n'}]}");
        var b =
                full("b")
                        .on("resources/list", "{'resources': [{'uri': 'x://2', 'name': 'n'}]}")
                        .on("resources/read", "{'contents': [{'uri': 'x://2', 'text': 't'}]}");
        try (var harness = McpHarness.of(a, b)) {
            var client = harness.client().initialize("2025-11-25");
            assertThat(uris(client.legacy("resources/list", "{}"), "resources", "uri"))
                    .containsExactly("x://1", "x://2");
            assertThat(client.legacy("resources/read", "{'uri': 'x://2'}").result())
                    .isEqualTo(FakeServer.json("{'contents': [{'uri': 'x://2', 'text': 't'}]}"));
            assertThat(a.count("resources/read")).isZero();
        }
    }

    @Test
    void resourceOfSeveralServersIsShownOnceAndBelongsToTheFirst() {
        var a =
                full("a")
                        .on("resources/list", "{'resources': [{'uri': 'x://1', 'name': 'a'}]}")
                        .on("resources/read", "{'contents': []}");
        var b = full("b").on("resources/list", "{'resources': [{'uri': 'x://1', 'name': 'b'}]}");
        try (var harness = McpHarness.of(a, b)) {
            var client = harness.client();
            assertThat(uris(client.modern("resources/list", "{}"), "resources", "name"))
                    .containsExactly("a");
            client.modern("resources/read", "{'uri': 'x://1'}");
            assertThat(a.count("resources/read")).isEqualTo(1);
        }
    }

    @Test
    void templateLeadsToItsOwner() {
        var a = full("a");
        var b =
                full("b")
                        .on(
                                "resources/templates/list",
                                "{'resourceTemplates': [{'uriTemplate': 'db://{table}/{id}',"
                                        + " 'name': 'row'}]}")
                        .on("resources/read", "{'contents': []}");
        try (var harness = McpHarness.of(a, b)) {
            var client = harness.client();
            assertThat(client.modern("resources/read", "{'uri': 'db://users/7'}").status())
                    .isEqualTo(200);
            assertThat(b.count("resources/read")).isEqualTo(1);
        }
    }

    @Test
    void resourceThatAResultLinksToBelongsToTheServerOfTheResult() {
        var a = full("a");
        var b =
                full("b")
                        .tools("t")
                        .on(
                                "tools/call",
                                "{'content': [{'type': 'resource_link', 'uri': 'made://up'},"
                                        + " {'type': 'resource', 'resource': {'uri': 'in://side'}}]}")
                        .on("resources/read", "{'contents': []}");
        try (var harness = McpHarness.of("{'prefix': 'never'}", a, b)) {
            var client = harness.client();
            client.modern("tools/call", "{'name': 't'}");
            client.modern("resources/read", "{'uri': 'made://up'}");
            client.modern("resources/read", "{'uri': 'in://side'}");
            assertThat(b.count("resources/read")).isEqualTo(2);
        }
    }

    @Test
    void pageOfAnAppBelongsToTheServerOfItsTool() {
        var a = full("a");
        var b =
                full("b")
                        .on(
                                "tools/list",
                                "{'tools': [{'name': 't', '_meta': {'ui': {'resourceUri':"
                                        + " 'ui://page'}}}]}")
                        .on("resources/read", "{'contents': []}");
        try (var harness = McpHarness.of("{'prefix': 'never'}", a, b)) {
            var client = harness.client();
            client.modern("tools/list", "{}");
            client.modern("resources/read", "{'uri': 'ui://page'}");
            assertThat(b.count("resources/read")).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"true,-32602", "false,-32002"})
    void unknownResourceIsAnErrorOfTheClientsEra(boolean modern, int code) {
        try (var harness = McpHarness.of(full("a"), full("b"))) {
            var params = "{'uri': 'nobody://has'}";
            var answer =
                    modern
                            ? harness.client().modern("resources/read", params)
                            : harness.client()
                                    .initialize("2025-11-25")
                                    .legacy("resources/read", params);
            assertThat(answer.errorCode()).isEqualTo(code);
            assertThat(answer.last().at("/error/data/uri").stringValue()).isEqualTo("nobody://has");
        }
    }

    @Test
    void oneServerIsAskedForAnyResourceAndItsRefusalIsTranslated() {
        var server =
                full("a")
                        .on(
                                "resources/read",
                                call -> new UpstreamReply.RpcError(-32002, "gone", null));
        try (var harness = McpHarness.of(server)) {
            assertThat(harness.client().modern("resources/read", "{'uri': 'x://y'}").errorCode())
                    .isEqualTo(-32602);
            assertThat(
                            harness.client()
                                    .initialize("2025-11-25")
                                    .legacy("resources/read", "{'uri': 'x://y'}")
                                    .errorCode())
                    .isEqualTo(-32002);
        }
    }

    @Test
    void resourceOfALegacyServerSaysToAModernClientHowLongItMayBeKept() {
        var server = full("a").on("resources/read", "{'contents': []}");
        try (var harness = McpHarness.of(server)) {
            var result = harness.client().modern("resources/read", "{'uri': 'x://y'}").result();
            assertThat(result.get("ttlMs").intValue()).isZero();
            assertThat(result.get("cacheScope").stringValue()).isEqualTo("private");
        }
    }

    @Test
    void completionGoesToTheOwnerOfThePromptOrTemplate() {
        var a = full("a");
        var b =
                full("b")
                        .on("prompts/list", "{'prompts': [{'name': 'p'}]}")
                        .on(
                                "resources/templates/list",
                                "{'resourceTemplates': [{'uriTemplate': 't://{x}'}]}")
                        .on("completion/complete", "{'completion': {'values': ['v']}}");
        try (var harness = McpHarness.of("{'prefix': 'always'}", a, b)) {
            var client = harness.client();
            client.modern(
                    "completion/complete",
                    "{'ref': {'type': 'ref/prompt', 'name': 'b_p'}, 'argument': {}}");
            assertThat(b.lastCall("completion/complete").params().at("/ref/name").stringValue())
                    .isEqualTo("p");
            client.modern(
                    "completion/complete",
                    "{'ref': {'type': 'ref/resource', 'uri': 't://{x}'}, 'argument': {}}");
            assertThat(b.count("completion/complete")).isEqualTo(2);
            assertThat(
                            client.modern("completion/complete", "{'ref': {}, 'argument': {}}")
                                    .errorCode())
                    .isEqualTo(-32602);
        }
    }

    @Test
    void taskGoesToTheServerThatMadeIt() {
        var a = full("a").on("tasks/get", "{'taskId': 'wrong'}");
        var b =
                full("b")
                        .tools("t")
                        .on("tools/call", "{'task': {'taskId': 'T1', 'status': 'working'}}")
                        .on("tasks/get", "{'taskId': 'T1', 'status': 'completed'}");
        try (var harness = McpHarness.of("{'prefix': 'never'}", a, b)) {
            var client = harness.client().initialize("2025-11-25");
            client.legacy("tools/call", "{'name': 't', 'task': {'ttl': 1000}}");
            assertThat(
                            client.legacy("tasks/get", "{'taskId': 'T1'}")
                                    .result()
                                    .get("status")
                                    .stringValue())
                    .isEqualTo("completed");
            assertThat(a.count("tasks/get")).isZero();
            assertThat(client.legacy("tasks/get", "{'taskId': 'T2'}").errorCode())
                    .isEqualTo(-32602);
        }
    }

    @Test
    void unknownMethodGoesToTheOnlyServerAndItsSpanSaysSo() {
        var server = full("a").on("vendor/method", "{'x': 12345678901234567890}");
        try (var harness = McpHarness.of(server)) {
            assertThat(harness.client().modern("vendor/method", "{}").result().get("x"))
                    .isEqualTo(Json.parse("12345678901234567890"));
            var span = harness.span("vendor/method");
            assertThat(span.level()).isEqualTo(Level.DEBUG);
            assertThat(span.attributes()).containsEntry("spangate.mcp.server", "a");
        }
    }

    @Test
    void spanOfAResourceHidesQueriesAndPasswords() {
        var server = full("a").on("resources/read", "{'contents': []}");
        try (var harness = McpHarness.of(server)) {
            harness.client()
                    .modern("resources/read", "{'uri': 'https://me:pw@host/p?token=canary'}");
            assertThat(harness.span("resources/read").attributes())
                    .containsEntry("mcp.resource.uri", "https://host/p");
        }
    }

    @Test
    void virtualServerShowsChosenToolsAndNothingElse() {
        var a =
                full("a")
                        .tools("read_x", "write_x")
                        .on("resources/list", "{'resources': [{'uri': 'x://1'}]}")
                        .on("tools/call", "{'content': []}");
        var b = full("b").tools("go", "stop");
        var c = full("c").tools("read_c");
        try (var harness =
                McpHarness.of(
                        "{'prefix': 'never', 'virtual': {'work': {'tools': ['a/read_*', 'b/*']}}}",
                        a,
                        b,
                        c)) {
            var client = harness.client("/mcp/work");
            assertThat(uris(client.modern("tools/list", "{}"), "tools", "name"))
                    .containsExactly("read_x", "go", "stop");
            assertThat(uris(client.modern("resources/list", "{}"), "resources", "uri")).isEmpty();
            assertThat(client.modern("tools/call", "{'name': 'write_x'}").errorCode())
                    .isEqualTo(-32602);
            assertThat(client.modern("tools/call", "{'name': 'read_x'}").last().has("result"))
                    .isTrue();
        }
    }

    private static FakeServer full(String name) {
        return new FakeServer(name)
                .says(ALL)
                .tools()
                .on("prompts/list", "{'prompts': []}")
                .on("resources/list", "{'resources': []}")
                .on("resources/templates/list", "{'resourceTemplates': []}");
    }

    private static List<String> uris(McpTestClient.Answer answer, String list, String key) {
        var uris = new ArrayList<String>();
        for (var entry : answer.result().get(list)) {
            uris.add(Json.string(entry, key));
        }
        return uris;
    }
}
