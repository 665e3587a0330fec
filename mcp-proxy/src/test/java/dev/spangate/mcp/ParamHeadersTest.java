package dev.spangate.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `Mcp-Param-…` headers of stateless clients over sockets (2026-07-28, Streamable HTTP): the body
/// decides, and a header that says something else is refused before anything is called.
class ParamHeadersTest {
    private static final String TOOL =
            "{'tools':[{'name':'t','inputSchema':{'type':'object','properties':{"
                    + "'region':{'type':'string','x-mcp-header':'Region'},"
                    + "'count':{'type':'integer','x-mcp-header':'Count'},"
                    + "'dry':{'type':'boolean','x-mcp-header':'Dry'},"
                    + "'at':{'type':'object','properties':{'zone':{'type':'string','x-mcp-header':'Zone'}}}}}}]}";

    private final FakeServer server =
            new FakeServer("a").on("tools/list", TOOL).on("tools/call", "{'content':[]}");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {'region':'eu'}                | Region | eu
                    {'region':'Hello'}             | Region | =?base64?SGVsbG8=?=
                    {'region':'SGVsbG8='}          | Region | SGVsbG8=
                    {'region':'=?base64?SGVsbG8='} | Region | =?base64?SGVsbG8=
                    {'region':'ü'}                 | REGION | =?base64?w7w=?=
                    {'count':5}                    | Count  | 5
                    {'count':5}                    | Count  | 5.0
                    {'count':5.0}                  | Count  | 5
                    {'count':12345678901234567890} | Count  | 12345678901234567890
                    {'dry':false}                  | Dry    | false
                    {'at':{'zone':'a'}}            | Zone   | a
                    """)
    void aHeaderThatSaysWhatTheBodySaysPasses(String arguments, String name, String header) {
        try (var harness = McpHarness.of(server)) {
            var answer = call(harness, arguments, Map.of("Mcp-Param-" + name, header));

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.result().has("content")).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {'region':'eu'}     | Region | us                      | says 'us'
                    {'region':'Hello'}  | Region | =?base64?SGVsbG8?=      | no valid Base64
                    {'region':'Hello'}  | Region | =?base64?SGVs!!!bG8=?=  | no valid Base64
                    {'region':'Hello'}  | Region | =?base64?               | says
                    {'region':5}        | Region | five                    | says 'five'
                    {'count':5}         | Count  | 6                       | says '6'
                    {'count':5}         | Count  | five                    | says 'five'
                    {'count':5}         | Count  | 1e999999999             | says
                    {'dry':false}       | Dry    | true                    | says 'true'
                    {'at':{'zone':'a'}} | Zone   | b                       | says 'b'
                    {}                  | Region | eu                      | says 'eu'
                    {'region':null}     | Region | null                    | says 'null'
                    """)
    void aHeaderThatSaysSomethingElseIsRefused(
            String arguments, String name, String header, String problem) {
        try (var harness = McpHarness.of(server)) {
            var answer = call(harness, arguments, Map.of("Mcp-Param-" + name, header));

            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.errorCode()).isEqualTo(JsonRpc.HEADER_MISMATCH);
            assertThat(answer.errorMessage()).contains("Mcp-Param-" + name).contains(problem);
            assertThat(server.count("tools/call")).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{'region':'eu'}", "{'count':0}", "{'dry':true}", "{'at':{'zone':''}}"})
    void anArgumentWithoutItsHeaderIsRefused(String arguments) {
        try (var harness = McpHarness.of(server)) {
            var answer = call(harness, arguments, Map.of());

            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.errorCode()).isEqualTo(JsonRpc.HEADER_MISMATCH);
            assertThat(answer.errorMessage()).contains("is missing");
            assertThat(server.count("tools/call")).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{'region':null}", "{'count':1.5}", "{'region':['eu']}"})
    void whatCannotBeMirroredNeedsNoHeader(String arguments) {
        try (var harness = McpHarness.of(server)) {
            assertThat(call(harness, arguments, Map.of()).status()).isEqualTo(200);
        }
    }

    @Test
    void clientsOfTheOlderEraHaveNoSuchHeaders() {
        try (var harness = McpHarness.of(server)) {
            var client = harness.client().initialize("2025-11-25");
            client.header("Mcp-Param-Region", "us");

            assertThat(
                            client.legacy("tools/call", "{'name':'t','arguments':{'region':'eu'}}")
                                    .result()
                                    .has("content"))
                    .isTrue();
            assertThat(server.lastCall("tools/call").headers())
                    .doesNotContainKey("Mcp-Param-Region");
        }
    }

    /// A definition that breaks the rules declares nothing.
    @Test
    void anInvalidDeclarationIsNotChecked() {
        var odd =
                new FakeServer("a")
                        .on(
                                "tools/list",
                                "{'tools':[{'name':'t','inputSchema':{'properties':{'region':{'type':'object','x-mcp-header':'Region'}}}}]}")
                        .on("tools/call", "{'content':[]}");
        try (var harness = McpHarness.of(odd)) {
            assertThat(call(harness, "{'region':{}}", Map.of("Mcp-Param-Region", "x")).status())
                    .isEqualTo(200);
        }
    }

    /// Ours win, what no definition explains goes on, and nothing else of the client does.
    @Test
    void upstreamTheyAreMadeAnewAndUnknownOnesGoOn() {
        try (var fake = FakeHttpServer.modern()) {
            fake.on("tools/list", message -> message.answer(TOOL));
            try (var gateway =
                    new GatewayUnderTest("{'servers':{'fake':{'url':'" + fake.url() + "'}}}")) {
                var headers = new LinkedHashMap<String, String>();
                headers.put("Mcp-Param-Region", "=?base64?ZXU=?=");
                headers.put("Mcp-Param-Future", "kept");
                headers.put("X-Other", "not kept");
                var message =
                        gateway.client()
                                .modernMessage(
                                        "tools/call",
                                        "{'name':'t','arguments':{'region':'eu','at':{'zone':'z ü'}}}");
                headers.put("Mcp-Param-Zone", "=?base64?eiDDvA==?=");
                headers.putAll(McpTestClient.modernHeaders(message));

                assertThat(gateway.client().send(message, headers).status()).isEqualTo(200);

                var http = fake.received("tools/call").getFirst().http();
                assertThat(http.header("mcp-param-region")).isEqualTo("eu");
                assertThat(http.header("mcp-param-zone")).isEqualTo("=?base64?eiDDvA==?=");
                assertThat(http.header("mcp-param-future")).isEqualTo("kept");
                assertThat(http.header("x-other")).isEmpty();
            }
        }
    }

    private static McpTestClient.Answer call(
            McpHarness harness, String arguments, Map<String, String> headers) {
        var client = harness.client();
        var message =
                client.modernMessage("tools/call", "{'name':'t','arguments':" + arguments + "}");
        var all = new LinkedHashMap<>(McpTestClient.modernHeaders(message));
        all.putAll(headers);
        return client.send(message, all);
    }
}
