package dev.spangate.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spangate.testing.CollectorProgram;
import dev.spangate.testing.FakeLangfuse;
import dev.spangate.testing.LangfuseView;
import dev.spangate.testing.SinkSpan;
import dev.spangate.testing.SuiteNotes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `examples/agentgateway-guide/run.sh` as its README says, with the real Collector: the guide's
/// way of the traces and its attribute names, read back by `spangate verify`.
@Tag("collector")
class GuideRecipeTest {
    /// An address of this machine that nothing else uses: its ports cannot be taken meanwhile.
    private static final String HOST = "127.77.8." + (2 + ProcessHandle.current().pid() % 250);

    private static Path program;

    @TempDir Path dir;

    /// What a script printed and how it ended.
    private record Ended(int code, String output) {}

    @BeforeAll
    static void build() throws Exception {
        var built = CollectorProgram.get(SuiteNotes.full());
        if (built.program().isEmpty()) {
            SuiteNotes.skipped("collector", built.reason());
        }
        assumeTrue(built.program().isPresent(), built.reason());
        program = built.program().get();
    }

    @Test
    void theMarkedRunReachesLangfuseThroughTheCollectorAndIsReadBack() throws Exception {
        try (var langfuse = FakeLangfuse.start().lateBy(2)) {
            var ended =
                    run(
                            Map.of(
                                    "LANGFUSE_HOST", langfuse.uri().toString(),
                                    "LANGFUSE_PUBLIC_KEY", FakeLangfuse.PUBLIC_KEY,
                                    "LANGFUSE_SECRET_KEY", FakeLangfuse.SECRET_KEY));

            assertThat(ended.code()).as(ended.output()).isZero();
            assertThat(ended.output())
                    .contains("✓ sent to collector", "✓ read back from Langfuse")
                    .contains("✓ read back from " + dir.resolve("work/spans.json"))
                    .contains("verified: trace")
                    .doesNotContain(FakeLangfuse.SECRET_KEY, "✗");
            checkGuidesAttributes(langfuse.spans());
        }
    }

    /// The Collector's credentials are wrong: verify says where to look, and nothing is lost
    /// before.
    @Test
    void aCollectorWithWrongKeysIsTheHopThatFails() throws Exception {
        try (var langfuse = FakeLangfuse.start()) {
            var ended =
                    run(
                            Map.of(
                                    "LANGFUSE_HOST",
                                    langfuse.uri().toString(),
                                    "LANGFUSE_PUBLIC_KEY",
                                    FakeLangfuse.PUBLIC_KEY,
                                    "LANGFUSE_SECRET_KEY",
                                    "sk-lf-of-another-project"));

            assertThat(ended.code()).isEqualTo(1);
            assertThat(ended.output())
                    .contains(
                            "✓ sent to collector", "✗ read back from Langfuse", "401", "key pair");
            assertThat(langfuse.spans()).isEmpty();
        }
    }

    @Test
    void withoutAnAccountTheCollectorsFileIsEnough() throws Exception {
        var ended = run(Map.of());

        assertThat(ended.code()).as(ended.output()).isZero();
        assertThat(ended.output())
                .contains("Collector to a file", "– read back from Langfuse")
                .contains("✓ read back from " + dir.resolve("work/spans.json"));
        var written = Files.readString(dir.resolve("work/spans.json"));
        assertThat(written).contains("gen_ai.prompt", "gen_ai.completion", "spangate.link.method");
    }

    @Test
    void withoutACollectorItSaysHowToGetOne() throws Exception {
        var home = Files.createDirectory(dir.resolve("home"));

        var ended = run(Map.of("OTELCOL", "", "HOME", home.toString(), "PATH", "/usr/bin:/bin"));

        assertThat(ended.code()).isEqualTo(69);
        assertThat(ended.output()).contains("./spangate test collector");
    }

    /// The guide's tables "Trace Attributes" and "Gateway Metadata".
    private static void checkGuidesAttributes(List<SinkSpan> spans) {
        var run =
                LangfuseView.of(spans).traces().stream()
                        .filter(trace -> !trace.typed("AGENT").isEmpty())
                        .findFirst()
                        .orElseThrow();
        assertThat(run.faults()).as(run.chain()).isEmpty();
        var chat = run.typed("GENERATION").getFirst().span();
        assertThat(chat.attributes())
                .containsKeys("gen_ai.prompt", "gen_ai.completion")
                .containsEntry("gen_ai.system", "spangate-verify")
                .containsEntry("gen_ai.request.model", "check")
                .containsEntry("gen_ai.response.model", "check")
                .containsEntry("gen_ai.usage.prompt_tokens", 40L)
                .containsEntry("gen_ai.usage.completion_tokens", 12L)
                .containsEntry("gen_ai.usage.total_tokens", 52L)
                .containsEntry("gen_ai.streaming", false)
                .containsEntry("gateway", "agentgateway-system/ai-gateway");
        assertThat(chat.text("gen_ai.prompt")).contains("\"role\":\"user\"");
        assertThat(chat.text("endpoint")).startsWith(HOST + ":");
        assertThat(chat.text("route")).isNotEmpty();
        assertThat(chat.text("listener")).isEqualTo("traffic");
        var tool = run.typed("TOOL").getFirst().span();
        assertThat(tool.text("mcp.method.name")).isEqualTo("tools/call");
        assertThat(tool.text("spangate.link.method")).isNotIn("", "none");
    }

    private Ended run(Map<String, String> environment) throws Exception {
        Path work = Files.createDirectory(dir.resolve("work"));
        Path script = root().resolve("examples/agentgateway-guide/run.sh");
        Path output = dir.resolve("output.txt");
        var builder =
                new ProcessBuilder(script.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile());
        var own = builder.environment();
        own.keySet().removeIf(name -> name.startsWith("LANGFUSE_") || name.startsWith("OPENAI_"));
        own.put("OTELCOL", program.toString());
        own.put("SPANGATE", launcher().toString());
        own.put("GUIDE_DIR", work.toString());
        own.put("GUIDE_HOST", HOST);
        for (String port :
                List.of("GUIDE_GRPC_PORT", "GUIDE_PORT", "GUIDE_ADMIN_PORT", "GUIDE_VERIFY_PORT")) {
            own.put(port, Integer.toString(port()));
        }
        own.putAll(environment);
        var process = builder.start();
        if (!process.waitFor(2, TimeUnit.MINUTES)) {
            process.destroy();
            throw new AssertionError("no end: " + Files.readString(output));
        }
        return new Ended(process.exitValue(), Files.readString(output));
    }

    /// What `./spangate` does, with the class path of this test.
    private Path launcher() throws IOException {
        var line = new ArrayList<String>();
        for (String part : JavaProcess.command("dev.spangate.gateway.Main")) {
            line.add("'" + part + "'");
        }
        var script = dir.resolve("spangate");
        Files.writeString(script, "#!/bin/sh\nexec " + String.join(" ", line) + " \"$@\"\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        return script;
    }

    private static int port() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
            return socket.getLocalPort();
        }
    }

    private static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("spangate"))) {
            folder = folder.getParent();
        }
        return folder;
    }
}
