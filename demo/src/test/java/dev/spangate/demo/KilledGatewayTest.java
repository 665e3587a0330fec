package dev.spangate.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.testing.LangfuseObservation;
import dev.spangate.testing.LangfuseView;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// kill -9 of the gateway in the middle of a tool call; it is started again, the agent reconnects
/// and finishes.
@Tag("e2e")
class KilledGatewayTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int MANY_TRIES = 200;

    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicReference<Exception> failure = new AtomicReference<>();
    private Assembly assembly;
    private GatewayProcess gateway;

    @Test
    void nothingRecordedIsMissingAndNoSpanHasAParentThatNeverCame() throws Exception {
        try (var parts = Assembly.of(new StepScript(), List.of(lookUp()))) {
            assembly = parts.set(freePort(), "listen", "port");
            gateway = assembly.startProcess(Map.of());
            try (var agent = assembly.agent(gateway.port(), "survivor", false, MANY_TRIES)) {
                assertThat(agent.ask("Look three things up.")).isEqualTo("all found");
                assertThat(failure.get()).isNull();
            }

            var spans =
                    assembly.sink.awaitSpans(
                            arrived ->
                                    LangfuseView.of(arrived).traces().stream()
                                            .anyMatch(trace -> trace.typed("AGENT").size() == 1),
                            PATIENCE);
            var view = LangfuseView.of(spans);
            var run =
                    view.traces().stream()
                            .filter(t -> !t.typed("AGENT").isEmpty())
                            .findFirst()
                            .orElseThrow();

            assertThat(view.traces())
                    .allSatisfy(trace -> assertThat(trace.orphans()).as(trace.chain()).isEmpty());
            // One batch may be sent again after a kill: spans are counted by their ids.
            assertThat(run.typed("GENERATION").stream().map(LangfuseObservation::spanId).distinct())
                    .as(run.chain())
                    .hasSize(4);
            assertThat(run.typed("AGENT").stream().map(LangfuseObservation::spanId).distinct())
                    .as(run.chain())
                    .hasSize(1);
            assertThat(outputs(view))
                    .contains("found number 1", "found number 3", "found number 4");
            assertThat(view.observations())
                    .extracting(LangfuseObservation::spanId)
                    .as("a batch may repeat after a kill, with identical ids and times")
                    .satisfies(ids ->
                            assertThat(repeats(view)).allMatch(KilledGatewayTest::identical));
        }
    }

    /// The second call kills the gateway that waits for its result; the third is its repetition.
    private SampleTool lookUp() {
        return new SampleTool(
                "look_up",
                "Looks something up.",
                Map.of("what", "what to look up"),
                arguments -> {
                    int number = calls.incrementAndGet();
                    if (number == 2) {
                        killAndStartAgain();
                    }
                    return SampleTool.ToolOutcome.ok("found number " + number);
                });
    }

    private void killAndStartAgain() {
        try {
            assembly.sink.awaitSpans(1, PATIENCE);
            gateway.kill();
            gateway = assembly.startProcess(Map.of());
        } catch (Exception e) {
            failure.set(e);
        }
    }

    private static List<String> outputs(LangfuseView view) {
        return view.observations().stream()
                .filter(o -> o.type().equals("TOOL"))
                .map(o -> String.valueOf(o.output()))
                .toList();
    }

    private static List<List<LangfuseObservation>> repeats(LangfuseView view) {
        var repeats = new ArrayList<List<LangfuseObservation>>();
        view.observations().stream()
                .collect(java.util.stream.Collectors.groupingBy(LangfuseObservation::spanId))
                .values()
                .forEach(repeats::add);
        return repeats;
    }

    private static boolean identical(List<LangfuseObservation> same) {
        return same.stream().map(o -> o.startNanos() + "-" + o.endNanos()).distinct().count() == 1;
    }

    private static int freePort() throws Exception {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /// Three tool calls, one after the other, then the end.
    private record StepScript() implements ModelScript {
        @Override
        public Reply reply(Conversation conversation) {
            int step = conversation.step();
            return step < 3
                    ? Reply.calls(Reply.wish("look_up", Map.of("what", "thing " + step)))
                    : Reply.text("all found");
        }
    }
}
