package dev.spangate.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spangate.testing.NodeTools;
import dev.spangate.testing.SuiteNotes;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The official conformance suite finds behind the gateway what it finds at the server itself.
@Tag("conformance")
class ConformanceTest {
    private static final String LEGACY = "2025-11-25";
    private static final String MODERN = "2026-07-28";

    @TempDir static Path folder;
    private static NodeTools node;

    @BeforeAll
    static void install() {
        try {
            node = NodeTools.with(ConformanceRun.PACKAGE);
        } catch (NodeTools.Missing missing) {
            SuiteNotes.skipped("conformance", missing.getMessage());
            assumeTrue(false, missing.getMessage());
        }
    }

    @AfterAll
    static void figures() {
        ConformanceFigures.tell();
    }

    @Test
    void legacyClientsSeeADualServerAsItIs() throws Exception {
        compare("dual", LEGACY);
    }

    @Test
    void modernClientsSeeADualServerAsItIs() throws Exception {
        compare("dual", MODERN);
    }

    @Test
    void legacyClientsSeeALegacyServerAsItIs() throws Exception {
        assumeTrue(SuiteNotes.full(), "short form: the legacy server is left out");
        compare("legacy", LEGACY);
    }

    /// Directly these clients cannot speak with such a server at all: the yardstick is the dual
    /// one.
    @Test
    void modernClientsReachALegacyServer() throws Exception {
        assumeTrue(SuiteNotes.full(), "short form: the bridge to a legacy server is left out");
        try (var dual = new FixtureServer(node, "dual");
                var legacy = new FixtureServer(node, "legacy");
                var gateway = behind(legacy)) {
            var direct = run(dual.url(), MODERN, "bridge-direct");
            var behind = run(gateway.url(), MODERN, "bridge-behind");
            ConformanceFigures.server("legacy-server/" + MODERN + " behind=" + behind.figure());
            assertThat(behind.worseThan(direct)).isEmpty();
        }
    }

    private static void compare(String eras, String requirements) throws Exception {
        try (var server = new FixtureServer(node, eras);
                var gateway = behind(server)) {
            var name = eras + "-" + requirements;
            var direct = run(server.url(), requirements, name + "-direct");
            var behind = run(gateway.url(), requirements, name + "-behind");
            ConformanceFigures.server(
                    "%s-server/%s direct=%s behind=%s"
                            .formatted(eras, requirements, direct.figure(), behind.figure()));
            assertThat(direct.passed()).isEqualTo(direct.scored().size()).isGreaterThan(25);
            assertThat(behind.worseThan(direct)).isEmpty();
        }
    }

    private static ConformanceRun run(String url, String requirements, String name)
            throws InterruptedException {
        return ConformanceRun.of(node, url, requirements, folder.resolve(name));
    }

    private static GatewayUnderTest behind(FixtureServer server) {
        return new GatewayUnderTest(
                "{'prefix': 'never', 'servers': {'fixture': {'url': '" + server.url() + "'}}}");
    }
}
