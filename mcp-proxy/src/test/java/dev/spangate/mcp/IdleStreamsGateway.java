package dev.spangate.mcp;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// The MCP side as a process of its own, which tells what it uses: `measure` prints heap, resident
/// memory, file descriptors and platform threads, `change` lets its one server's tools change. Ends
/// with its standard input.
final class IdleStreamsGateway {
    private IdleStreamsGateway() {}

    public static void main(String[] args) throws IOException {
        var server = new FakeServer("a").tools("t");
        try (var harness =
                McpHarness.of(
                        "{'downstream':{'keep-alive':'" + args[0] + "','session-idle':'1h'}}",
                        server)) {
            System.out.println(Json.object().put("port", harness.port()));
            var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line; (line = in.readLine()) != null; ) {
                switch (line) {
                    case "change" -> server.changes("tools");
                    case "measure" -> System.out.println(Json.text(measured()));
                    default -> throw new IllegalArgumentException(line);
                }
            }
        }
        System.exit(0);
    }

    private static tools.jackson.databind.node.ObjectNode measured() throws IOException {
        for (var i = 0; i < 3; i++) {
            System.gc();
        }
        var runtime = Runtime.getRuntime();
        try (var descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return Json.object()
                    .put("heap", runtime.totalMemory() - runtime.freeMemory())
                    .put("resident", status("VmRSS:") << 10)
                    .put("descriptors", descriptors.count())
                    .put("threads", status("Threads:"));
        }
    }

    private static long status(String name) throws IOException {
        for (var line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith(name)) {
                return Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        throw new IOException("/proc/self/status has no " + name);
    }
}
