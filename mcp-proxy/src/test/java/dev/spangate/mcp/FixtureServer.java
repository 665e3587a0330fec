package dev.spangate.mcp;

import dev.spangate.testing.NodeTools;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/// The conformance fixture of `src/test/js`, as a process of its own.
final class FixtureServer implements AutoCloseable {
    private final Process process;
    private final int port;

    /// @param eras `legacy` or `dual`
    FixtureServer(NodeTools node, String eras) {
        try {
            process =
                    new ProcessBuilder(
                                    node.node().toString(),
                                    Path.of("src/test/js/fixture.mjs").toAbsolutePath().toString(),
                                    eras)
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start();
            var out =
                    new BufferedReader(
                            new InputStreamReader(
                                    process.getInputStream(), StandardCharsets.UTF_8));
            port = Json.parse(String.valueOf(out.readLine())).get("port").intValue();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String url() {
        return "http://127.0.0.1:" + port + "/mcp";
    }

    @Override
    public void close() {
        process.destroy();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
