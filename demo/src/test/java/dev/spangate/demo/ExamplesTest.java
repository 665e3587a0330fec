package dev.spangate.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spangate.testing.LangfuseView;
import dev.spangate.testing.SinkSpan;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Every agent below `examples/`, run as its README says, behind a gateway of the test's.
@Tag("examples")
class ExamplesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Test
    void theJavaAgentsChainsAreWhole() throws Exception {
        assumeTrue(onPath("mvn"), "no mvn on the path");
        run("java-agent");
    }

    @Test
    void theJavaScriptAgentsChainsAreWhole() throws Exception {
        assumeTrue(onPath("npm"), "no npm on the path");
        run("js-agent");
    }

    private static void run(String example) throws Exception {
        try (var assembly = Assembly.travel()) {
            int port = assembly.start().port();
            String output = command(example, "http://127.0.0.1:" + port);

            assertThat(output)
                    .contains("mailbox full: cannot deliver to bob")
                    .contains("Oslo: 4 C");
            var spans = assembly.sink.awaitSpans(ExamplesTest::bothRunsEnded, PATIENCE);
            var runs =
                    LangfuseView.of(spans).traces().stream()
                            .filter(t -> !t.typed("TOOL").isEmpty())
                            .toList();
            assertThat(runs).hasSize(2);
            for (LangfuseView.Trace run : runs) {
                assertThat(run.faults()).as(run.chain()).isEmpty();
                for (var tool : run.typed("TOOL")) {
                    assertThat(tool.span().links())
                            .as(run.chain())
                            .anySatisfy(
                                    link -> assertThat(run.observation(link.spanId())).isPresent());
                    assertThat(tool.span().text("spangate.link.confidence")).isEqualTo("certain");
                }
            }
            assertThat(runs.getFirst().typed("TOOL")).hasSize(5);
            assertThat(runs.getLast().typed("TOOL")).hasSize(1);
        }
    }

    private static boolean bothRunsEnded(List<SinkSpan> spans) {
        return LangfuseView.of(spans).traces().stream()
                        .filter(trace -> !trace.typed("AGENT").isEmpty())
                        .count()
                == 2;
    }

    private static String command(String example, String gateway) throws Exception {
        var folder = root().resolve("examples").resolve(example);
        Path log = Files.createTempFile(example, ".log");
        var builder =
                new ProcessBuilder(folder.resolve("run.sh").toString())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile());
        builder.environment().put("SPANGATE_URL", gateway);
        var process = builder.start();
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        String output = Files.readString(log, StandardCharsets.UTF_8);
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }

    private static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("spangate"))) {
            folder = folder.getParent();
        }
        return folder;
    }

    private static boolean onPath(String program) throws IOException, InterruptedException {
        return new ProcessBuilder("sh", "-c", "command -v " + program).start().waitFor() == 0;
    }
}
