package dev.spangate.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutgoingCallTest {
    private static final String META = "io.modelcontextprotocol/";

    @Test
    void theProgressTokenBecomesOursAndTheCallersTreeStaysAsItIs() {
        var call =
                Calls.call("tools/call", "{'name':'a','_meta':{'progressToken':'mine','x/y':1}}");

        var outgoing = OutgoingCall.of(call, Revision.V2025_11_25, 42);

        assertThat(outgoing.params())
                .hasToString("{\"name\":\"a\",\"_meta\":{\"progressToken\":42,\"x/y\":1}}");
        assertThat(outgoing.progressToken().stringValue()).isEqualTo("mine");
        assertThat(call.params().path("_meta").path("progressToken").stringValue())
                .isEqualTo("mine");
    }

    @Test
    void aCallThatAsksForNoProgressSendsNoToken() {
        var outgoing =
                OutgoingCall.of(Calls.call("tools/call", "{'name':'a'}"), Revision.V2025_11_25, 42);

        assertThat(outgoing.params().has("_meta")).isFalse();
        assertThat(outgoing.progressToken()).isNull();
    }

    @Test
    void aModernServerIsToldOfTheClientAndALegacyOneIsNot() {
        var call =
                Calls.call(
                        "tools/call",
                        "{'name':'a','_meta':{'" + META + "logLevel':'debug','keep':true}}");

        var modern = OutgoingCall.of(call, Revision.V2026_07_28, 1).params().path("_meta");
        var legacy = OutgoingCall.of(call, Revision.V2025_11_25, 1).params().path("_meta");

        assertThat(modern.path(META + "protocolVersion").stringValue()).isEqualTo("2026-07-28");
        assertThat(modern.path(META + "clientInfo").path("name").stringValue()).isEqualTo("test");
        assertThat(modern.path(META + "clientCapabilities").has("elicitation")).isTrue();
        assertThat(modern.path(META + "logLevel").stringValue()).isEqualTo("debug");
        assertThat(legacy).isEqualTo(Calls.object("{'keep':true}"));
    }

    @Test
    void whatTheCallerSaidOfItselfIsKept() {
        var call =
                Calls.call(
                        "tools/list",
                        "{'_meta':{'"
                                + META
                                + "clientCapabilities':{'own':{}},'"
                                + META
                                + "clientInfo':{'name':'me'}}}");

        var meta = OutgoingCall.of(call, Revision.V2026_07_28, 1).params().path("_meta");

        assertThat(meta.path(META + "clientCapabilities")).isEqualTo(Calls.object("{'own':{}}"));
        assertThat(meta.path(META + "clientInfo").path("name").stringValue()).isEqualTo("me");
    }

    @ParameterizedTest
    @CsvSource({
        "tools/call,name,get-sum",
        "prompts/get,name,greet",
        "resources/read,uri,file:///a",
        "tasks/get,taskId,t-1",
        "tasks/cancel,taskId,t-2",
        "tasks/update,taskId,t-3"
    })
    void aModernRequestIsRoutedByHeaders(String method, String key, String value) {
        var headers =
                OutgoingCall.headers(
                        Calls.call(method, "{'" + key + "':'" + value + "'}"),
                        Revision.V2026_07_28);

        assertThat(headers)
                .containsEntry("Mcp-Method", method)
                .containsEntry("Mcp-Name", value)
                .containsEntry("MCP-Protocol-Version", "2026-07-28");
    }

    @Test
    void otherRequestsHaveNoName() {
        assertThat(
                        OutgoingCall.headers(
                                Calls.call("tools/list", "{'name':'x'}"), Revision.V2026_07_28))
                .doesNotContainKey("Mcp-Name");
        assertThat(
                        OutgoingCall.headers(
                                Calls.call("tools/call", "{'name':'x'}"), Revision.V2025_06_18))
                .containsOnlyKeys("MCP-Protocol-Version");
        assertThat(OutgoingCall.headers(Calls.call("initialize", "{}"), Revision.V2025_11_25))
                .isEmpty();
    }

    @Test
    void theCallersHeadersDoNotOverrideOurs() {
        var call =
                new UpstreamCall(
                        "tools/call",
                        Calls.object("{'name':'real'}"),
                        Calls.client("a"),
                        Map.of("Mcp-Name", "forged", "traceparent", "00-x"),
                        Calls.PATIENT,
                        MessageListener.deaf());

        assertThat(OutgoingCall.of(call, Revision.V2026_07_28, 1).headers())
                .containsEntry("Mcp-Name", "real")
                .containsEntry("traceparent", "00-x");
    }
}
