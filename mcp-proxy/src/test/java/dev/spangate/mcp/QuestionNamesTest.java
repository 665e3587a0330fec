package dev.spangate.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.testing.Script;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Over sockets: what a stateless client reads as the key of a legacy server's question, and that
/// the answer goes back under the id that the server gave.
class QuestionNamesTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    "user_name"     | user_name
                    "über mich"     | über mich
                    7               | spangate-1
                    ""              | spangate-1
                    "  "            | spangate-1
                    """)
    void theKeyIsTheServersIdWhereThatIsAWord(String id, String key) {
        var answered = new CountDownLatch(1);
        try (var fake = server(id, answered);
                var gateway =
                        new GatewayUnderTest("{'servers':{'fake':{'url':'" + fake.url() + "'}}}")) {
            var client = gateway.client();
            var call =
                    "{'name':'ask','_meta':{'io.modelcontextprotocol/clientCapabilities':{'elicitation':{}}}%s}";
            var first = client.modern("tools/call", call.formatted("")).result();

            assertThat(first.get("inputRequests").propertyNames()).containsExactly(key);

            var more =
                    ",'requestState':%s,'inputResponses':{'%s':{'action':'accept','n':1e-7}}"
                            .formatted(first.get("requestState"), key);
            var done = client.modern("tools/call", call.formatted(more));

            assertThat(done.result().at("/content/0/text").stringValue()).isEqualTo("thanks");
            assertThat(fake.received)
                    .filteredOn(message -> message.body().has("result"))
                    .singleElement()
                    .satisfies(message -> {
                        assertThat(message.body().get("id")).isEqualTo(Json.parse(id));
                        assertThat(message.body().get("result"))
                                .isEqualTo(Json.parse("{\"action\":\"accept\",\"n\":1e-7}"));
                    });
        }
    }

    @Test
    void aClientThatCannotBeAskedGetsTheServersAnswerToThat() {
        var answered = new CountDownLatch(1);
        try (var fake = server("\"user_name\"", answered);
                var gateway =
                        new GatewayUnderTest("{'servers':{'fake':{'url':'" + fake.url() + "'}}}")) {
            var done = gateway.client().modern("tools/call", "{'name':'ask'}");

            assertThat(done.result().at("/content/0/text").stringValue()).isEqualTo("thanks");
            assertThat(fake.received)
                    .filteredOn(message -> message.body().has("error"))
                    .singleElement()
                    .satisfies(message ->
                            assertThat(message.body().at("/error/code").intValue())
                                    .isEqualTo(JsonRpc.METHOD_NOT_FOUND));
        }
    }

    private static FakeHttpServer server(String id, CountDownLatch answered) {
        var fake = FakeHttpServer.legacy();
        fake.on(
                "tools/list",
                message ->
                        message.answer(
                                "{'tools':[{'name':'ask','inputSchema':{'type':'object'}}]}"));
        fake.on(
                "",
                message -> {
                    if (message.body().has("result") || message.body().has("error")) {
                        answered.countDown();
                    }
                    return Script.answer(202, "text/plain", "");
                });
        fake.on(
                "tools/call",
                message ->
                        Script.sseHead()
                                .chunk(
                                        "data: {\"jsonrpc\":\"2.0\",\"id\":"
                                                + id
                                                + ",\"method\":\"elicitation/create\",\"params\":{}}\n\n")
                                .await(answered)
                                .chunk(
                                        "data: "
                                                + message.envelope(
                                                        "{'content':[{'type':'text','text':'thanks'}]}")
                                                + "\n\n")
                                .lastChunk());
        return fake;
    }
}
