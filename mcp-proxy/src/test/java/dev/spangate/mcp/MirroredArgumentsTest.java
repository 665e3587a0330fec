package dev.spangate.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MirroredArgumentsTest {
    @Test
    void declaredArgumentsBecomeHeadersAtAnyDepth() {
        var mirrored =
                of(
                        "{'type':'object','properties':{'region':{'type':'string','x-mcp-header':'Region'},"
                                + "'opt':{'type':'object','properties':{'n':{'type':'integer','x-mcp-header':'N'}}},"
                                + "'flag':{'type':'boolean','x-mcp-header':'Flag'},'other':{'type':'string'}}}");

        assertThat(mirrored.fault()).isNull();
        assertThat(
                        mirrored.headers(
                                Calls.object(
                                        "{'region':'eu','opt':{'n':42},'flag':false,'other':'x'}")))
                .isEqualTo(
                        Map.of(
                                "Mcp-Param-Region",
                                "eu",
                                "Mcp-Param-N",
                                "42",
                                "Mcp-Param-Flag",
                                "false"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{'region':null}",
                "{'region':{}}",
                "{'region':[1]}",
                "{'region':1.5}"
            })
    void anArgumentThatIsAbsentOrOfAnotherTypeHasNoHeader(String arguments) {
        var mirrored = of("{'properties':{'region':{'type':'string','x-mcp-header':'Region'}}}");

        assertThat(mirrored.headers(Calls.object(arguments))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "plain            | plain",
                "a b              | a b",
                "' padded '       | =?base64?IHBhZGRlZCA=?=",
                "ü                | =?base64?w7w=?=",
                "''               | =?base64??=",
                "=?base64?eA==?=  | =?base64?PT9iYXNlNjQ/ZUE9PT89?=",
            })
    void valuesThatAHeaderCannotHoldAreEncoded(String value, String header) {
        assertThat(OutgoingCall.headerValue(value)).isEqualTo(header);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nX-Evil: 1", "a\nb", "a\0b", "tab\tin"})
    void controlCharactersNeverReachAHeader(String value) {
        assertThat(OutgoingCall.headerValue(value))
                .startsWith("=?base64?")
                .matches("[\\x20-\\x7e]+");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'x-mcp-header':'Root','type':'object'}",
                "{'properties':{'a':{'type':'string','x-mcp-header':''}}}",
                "{'properties':{'a':{'type':'string','x-mcp-header':5}}}",
                "{'properties':{'a':{'type':'string','x-mcp-header':'No Space'}}}",
                "{'properties':{'a':{'type':'string','x-mcp-header':'A:B'}}}",
                "{'properties':{'a':{'type':'number','x-mcp-header':'A'}}}",
                "{'properties':{'a':{'type':'object','x-mcp-header':'A'}}}",
                "{'properties':{'a':{'x-mcp-header':'A'}}}",
                "{'properties':{'a':{'type':'string','x-mcp-header':'A'},'b':{'type':'string','x-mcp-header':'a'}}}",
                "{'properties':{'a':{'type':'array','items':{'type':'string','x-mcp-header':'A'}}}}",
                "{'properties':{'a':{'oneOf':[{'type':'string','x-mcp-header':'A'}]}}}",
                "{'$defs':{'d':{'type':'string','x-mcp-header':'A'}}}",
                "{'properties':{'a':{'additionalProperties':{'type':'string','x-mcp-header':'A'}}}}",
                "{'if':{'properties':{'a':{'type':'string','x-mcp-header':'A'}}}}",
            })
    void anInvalidDeclarationIsAFault(String schema) {
        assertThat(of(schema).fault()).isNotNull();
    }

    @Test
    void whatLooksLikeADeclarationInDataIsNone() {
        assertThat(
                        of("{'properties':{'a':{'type':'string','default':{'x-mcp-header':'A'},'enum':[{'x-mcp-header':'B'}]}}}")
                                .fault())
                .isNull();
        assertThat(of("{'properties':{'x-mcp-header':{'type':'string'}}}").fault()).isNull();
    }

    @Test
    void aListLosesItsInvalidToolsAndTeachesTheRest() {
        var headers = new ToolHeaders("srv");
        var list =
                Calls.object(
                        "{'tools':[{'name':'good','inputSchema':{'properties':{'r':{'type':'string','x-mcp-header':'R'}}}},"
                                + "{'name':'bad','inputSchema':{'properties':{'r':{'type':'number','x-mcp-header':'R'}}}},{'name':'plain','inputSchema':{}}]}");

        headers.read(Calls.call("tools/list", "{}"), new UpstreamReply.Result(list));

        assertThat(list.path("tools"))
                .extracting(tool -> tool.path("name").stringValue())
                .containsExactly("good", "plain");
        assertThat(headers.of(Calls.call("tools/call", "{'name':'good','arguments':{'r':'x'}}")))
                .containsEntry("Mcp-Param-R", "x");
        assertThat(headers.of(Calls.call("tools/call", "{'name':'plain','arguments':{'r':'x'}}")))
                .isEmpty();
        assertThat(headers.of(Calls.call("prompts/get", "{'name':'good','arguments':{'r':'x'}}")))
                .isEmpty();
    }

    private static MirroredArguments of(String schema) {
        return MirroredArguments.of(Calls.object(schema));
    }
}
