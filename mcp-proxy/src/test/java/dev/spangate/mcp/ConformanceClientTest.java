package dev.spangate.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spangate.testing.NodeTools;
import dev.spangate.testing.SuiteNotes;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The official conformance suite's client scenarios against what the gateway says to servers.
///
/// Left out are those of the authorization-code flow, which needs a person at a browser.
@Tag("conformance")
class ConformanceClientTest {
    private static final long PATIENCE_SECONDS = 120;

    @TempDir static Path folder;
    private static NodeTools node;
    private static Path launcher;

    @BeforeAll
    static void install() throws IOException, URISyntaxException {
        try {
            node = NodeTools.with("@modelcontextprotocol/conformance@0.2.0-alpha.12");
        } catch (NodeTools.Missing missing) {
            SuiteNotes.skipped("conformance", missing.getMessage());
            assumeTrue(false, missing.getMessage());
        }
        launcher = folder.resolve("client.sh");
        Files.writeString(
                launcher,
                "#!/bin/sh\nexec '%s/bin/java' -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp '%s' %s \"$@\"\n"
                        .formatted(
                                System.getProperty("java.home"),
                                TestClassPath.of(ConformanceClient.class),
                                ConformanceClient.class.getName()));
        Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwx------"));
    }

    @AfterAll
    static void figures() {
        ConformanceFigures.tell();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "initialize",
                "tools_call",
                "elicitation-sep1034-client-defaults",
                "sse-retry",
                "request-metadata",
                "sep-2322-client-request-state",
                "http-standard-headers",
                "http-custom-headers",
                "http-invalid-tool-headers",
                "json-schema-ref-no-deref",
                "json-schema-2020-12-preservation"
            })
    void theGatewayIsAClientThatConforms(String scenario) throws InterruptedException {
        ConformanceFigures.clientStarts();
        var output =
                node.run(
                        Map.of(),
                        PATIENCE_SECONDS,
                        node.file("@modelcontextprotocol/conformance/dist/index.js").toString(),
                        "client",
                        "--scenario",
                        scenario,
                        "--timeout",
                        "60000",
                        "--command",
                        launcher.toString());

        assertThat(output.exit()).as("%s%n%s", output.out(), output.err()).isZero();
        assertThat(output.out() + output.err()).contains("OVERALL: PASSED");
        ConformanceFigures.clientPassed(scenario);
    }
}
