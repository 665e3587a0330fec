package dev.spangate.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.mcp.ToolFinding.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Changed and look-alike tools on the wire: what clients see, what operators are told.
class ToolWatchTest {
    private final FakeServer files = new FakeServer("files").tools("read", "write");
    private McpHarness gateway;

    @AfterEach
    void stop() {
        gateway.close();
    }

    private McpHarness start(McpConfig.Reaction reaction) {
        var word = reaction.name().toLowerCase(java.util.Locale.ROOT);
        gateway =
                McpHarness.of(
                        "{'tool-checks': {'changed': '"
                                + word
                                + "', 'look-alike': '"
                                + word
                                + "'}}",
                        files);
        return gateway;
    }

    private void serverChanges(String description) throws Exception {
        files.on(
                "tools/list",
                "{'tools': [{'name': 'read', 'inputSchema': {'type': 'object'}, 'description': '"
                        + description
                        + "'}, {'name': 'write', 'inputSchema': {'type': 'object'}}]}");
        long before = files.count("tools/list");
        files.changes("tools");
        Upstreams.eventually(() -> files.count("tools/list") > before);
    }

    @ParameterizedTest
    @EnumSource(McpConfig.Reaction.class)
    void aDefinitionThatChangesUnderItsNameIsToldAndBlockedWhereConfigured(
            McpConfig.Reaction reaction) throws Exception {
        var client = start(reaction).client();
        files.on("tools/call", "{'content': []}");
        assertThat(names(client)).containsExactly("read", "write");
        assertThat(gateway.tools().findings()).isEmpty();

        serverChanges("now with a twist");
        boolean block = reaction == McpConfig.Reaction.BLOCK;
        boolean told = reaction != McpConfig.Reaction.IGNORE;
        Upstreams.eventually(
                () -> told ? !gateway.tools().findings().isEmpty() : seesTwist(client));

        assertThat(names(client)).isEqualTo(block ? List.of("write") : List.of("read", "write"));
        var call = client.modern("tools/call", "{'name': 'read', 'arguments': {}}");
        assertThat(call.errorMessage()).isEqualTo(block ? "Unknown tool: read" : "");
        assertThat(files.count("tools/call")).isEqualTo(block ? 0 : 1);
        if (told) {
            assertThat(gateway.tools().findings())
                    .singleElement()
                    .satisfies(finding -> {
                        assertThat(finding.server()).isEqualTo("files");
                        assertThat(finding.tool()).isEqualTo("read");
                        assertThat(finding.kind()).isEqualTo(Kind.CHANGED);
                        assertThat(finding.blocked()).isEqualTo(block);
                        assertThat(finding.detail())
                                .contains("description")
                                .doesNotContain("twist");
                    });
        } else {
            assertThat(gateway.tools().findings()).isEmpty();
        }
    }

    private boolean seesTwist(McpTestClient client) {
        return client.modern("tools/list", "{}").result().toString().contains("twist");
    }

    @Test
    void anApprovedChangeIsShownAgainAndClientsAreTold() throws Exception {
        start(McpConfig.Reaction.BLOCK);
        var client = gateway.client();
        names(client);
        serverChanges("reviewed");
        Upstreams.eventually(() -> !gateway.tools().findings().isEmpty());
        Upstreams.eventually(() -> names(client).equals(List.of("write")));

        assertThat(gateway.tools().approve("files", Optional.of("other"))).isZero();
        assertThat(gateway.tools().approve("nobody", Optional.empty())).isZero();
        assertThat(names(client)).containsExactly("write");
        assertThat(gateway.tools().approve("files", Optional.of("read"))).isEqualTo(1);

        assertThat(names(client)).containsExactly("read", "write");
        assertThat(gateway.tools().findings()).isEmpty();
        serverChanges("changed once more");
        Upstreams.eventually(() -> !gateway.tools().findings().isEmpty());
    }

    @Test
    void aServerThatTakesItsChangeBackIsForgiven() throws Exception {
        start(McpConfig.Reaction.BLOCK);
        serverSays("original");
        names(gateway.client());
        serverChanges("twisted");
        Upstreams.eventually(() -> !gateway.tools().findings().isEmpty());

        serverChanges("original");

        Upstreams.eventually(() -> gateway.tools().findings().isEmpty());
        assertThat(names(gateway.client())).containsExactly("read", "write");
    }

    private void serverSays(String description) {
        files.on(
                "tools/list",
                "{'tools': [{'name': 'read', 'inputSchema': {'type': 'object'}, 'description': '"
                        + description
                        + "'}, {'name': 'write', 'inputSchema': {'type': 'object'}}]}");
    }

    @ParameterizedTest
    @EnumSource(McpConfig.Reaction.class)
    void aNameThatLooksLikeAnotherIsToldAndBlockedWhereConfigured(McpConfig.Reaction reaction) {
        files.tools("read", "r\u0435ad", "plain"); // the second with a Cyrillic letter

        var names = names(start(reaction).client());

        boolean block = reaction == McpConfig.Reaction.BLOCK;
        assertThat(names).hasSize(block ? 2 : 3).contains("read", "plain");
        var findings = gateway.tools().findings();
        assertThat(findings).hasSize(reaction == McpConfig.Reaction.IGNORE ? 0 : 1);
        assertThat(findings)
                .allSatisfy(finding -> {
                    assertThat(finding.kind()).isEqualTo(Kind.LOOK_ALIKE);
                    assertThat(finding.tool()).isEqualTo("r\u0435ad");
                    assertThat(finding.blocked()).isEqualTo(block);
                });
    }

    @Test
    void theFirstServerKeepsItsNameAgainstALaterOnesLookAlike() {
        start(McpConfig.Reaction.BLOCK);
        gateway.servers.put(new FakeServer("evil").tools("Read", "own"));

        assertThat(names(gateway.client())).containsExactly("read", "write", "own");
        assertThat(gateway.tools().findings())
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.server()).isEqualTo("evil");
                    assertThat(finding.detail()).contains("files");
                });
        gateway.servers.remove("evil");
        assertThat(gateway.tools().findings()).isEmpty();
    }

    @Test
    void eachFindingIsLoggedOnceWithoutTextThatAServerChose() throws Exception {
        var logged = new ArrayList<LogRecord>();
        var logger = Logger.getLogger("spangate.mcp.tools");
        var handler =
                new Handler() {
                    @Override
                    public void publish(LogRecord record) {
                        logged.add(record);
                    }

                    @Override
                    public void flush() {}

                    @Override
                    public void close() {}
                };
        logger.addHandler(handler);
        try {
            files.tools("a", "\\u202ea\\nforged line");
            start(McpConfig.Reaction.WARN);
            names(gateway.client());
            gateway.client("/mcp/files").modern("tools/list", "{}");
            names(gateway.client());
        } finally {
            logger.removeHandler(handler);
        }

        assertThat(logged).hasSize(1);
        var line =
                java.text.MessageFormat.format(
                        logged.getFirst().getMessage(), logged.getFirst().getParameters());
        assertThat(line).contains("files").contains("\\u{202e}").doesNotContain("\n");
    }

    private static List<String> names(McpTestClient client) {
        return client.modern("tools/list", "{}")
                .result()
                .path("tools")
                .valueStream()
                .map(tool -> tool.path("name").stringValue())
                .toList();
    }
}
