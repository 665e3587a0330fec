package dev.spangate.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCNotification;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCRequest;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class UpstreamJsonTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'jsonrpc':'2.0','id':7,'method':'tools/call','params':{'name':'a','deep':[[[{}]]],'n':null}}",
                "{'jsonrpc':'2.0','id':'q-1','method':'elicitation/create','params':{'unknown':{'x':1e-7}}}",
                "{'jsonrpc':'2.0','id':9007199254740993,'method':'ping'}",
                "{'jsonrpc':'2.0','method':'notifications/progress','params':{'progress':0.1,'total':12345678901234567890}}",
                "{'jsonrpc':'2.0','method':'notifications/initialized'}",
                "{'jsonrpc':'2.0','id':1,'result':{'content':[{'type':'video'}],'big':123456789012345678901234567890}}",
                "{'jsonrpc':'2.0','id':1,'result':{}}",
                "{'jsonrpc':'2.0','id':1,'error':{'code':-32602,'message':'no','data':{'tiny':1e-300,'one':1.0}}}",
                "{'jsonrpc':'2.0','id':1,'error':{'code':5,'message':''}}",
            })
    void whatIsReadIsWrittenAgain(String json) {
        var text = json.replace('\'', '"');

        var message = decode(text).getFirst();

        assertThat(Json.parse(new String(UpstreamJson.encode(message), StandardCharsets.UTF_8)))
                .isEqualTo(Json.parse(text));
        assertThat(UpstreamJson.encode(message)).doesNotContain('\n');
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hello",
                "{",
                "[",
                "nul",
                "{'jsonrpc':'2.0'}",
                "42",
                "'text'",
                "null",
                "{'id':1}",
                "{'id':null,'result':{}}",
                "{'result':{}}",
                "{'id':1.5,'result':{}}",
                "{'id':{},'result':{}}",
                "{'id':123456789012345678901,'result':{}}",
                "{'id':1,'method':''}",
                "{'id':1,'method':5}",
                "[{'jsonrpc':'2.0','id':1,'result':{}},{'no':1}]",
                "{'id':1,'result':{}} trailing"
            })
    void whatIsNoMessageIsRefused(String json) {
        assertThatThrownBy(() -> decode(json.replace('\'', '"')))
                .isInstanceOfSatisfying(
                        TransportFailure.class,
                        failure ->
                                assertThat(failure.kind())
                                        .isEqualTo(McpUpstreamException.Kind.PROTOCOL));
    }

    @Test
    void nestingThatWouldOverflowAStackIsRefused() {
        assertThatThrownBy(() -> decode("[".repeat(100_000))).isInstanceOf(TransportFailure.class);
        assertThatThrownBy(() -> decode("{\"a\":".repeat(100_000)))
                .isInstanceOf(TransportFailure.class);
    }

    @Test
    void aBatchIsReadInOrder() {
        var messages =
                decode(
                        "[{\"jsonrpc\":\"2.0\",\"method\":\"a\"},{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"b\"},{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{}}]");

        assertThat(messages)
                .hasExactlyElementsOfTypes(
                        JSONRPCNotification.class, JSONRPCRequest.class, JSONRPCResponse.class);
    }

    @Test
    void aResponseWithoutAnIdBelongsToTheRequestOfItsExchange() {
        var bytes =
                "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32700,\"message\":\"Parse error\"}}"
                        .getBytes(StandardCharsets.UTF_8);

        var message = (JSONRPCResponse) UpstreamJson.decode(bytes, 9L).getFirst();

        assertThat(message.id()).isEqualTo(9L);
        assertThat(message.error().code()).isEqualTo(-32700);
    }

    @Test
    void anErrorOfAnOddShapeStaysAnError() {
        var message = (JSONRPCResponse) decode("{\"id\":1,\"error\":\"just text\"}").getFirst();

        assertThat(message.error().code()).isEqualTo(-32603);
        assertThat(message.error().message()).contains("just text");
    }

    @Test
    void theResultIsTheTreeAsSent() {
        var message =
                (JSONRPCResponse)
                        decode("{\"id\":1,\"result\":{\"a\":1.10,\"b\":[1,2.0]}}").getFirst();

        assertThat(message.result()).isInstanceOf(JsonNode.class);
        assertThat(message.result().toString()).isEqualTo("{\"a\":1.10,\"b\":[1,2.0]}");
    }

    private static List<JSONRPCMessage> decode(String text) {
        return UpstreamJson.decode(text.getBytes(StandardCharsets.UTF_8), null);
    }
}
