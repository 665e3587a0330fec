package dev.spangate.llm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.linking.ExposedTool;
import dev.spangate.linking.Origin;
import dev.spangate.linking.ToolStart;
import dev.spangate.testing.Script;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/// A client that executes a tool the moment it has read the call finds it issued (L6).
class RelayOrderTest {
    private static final String ID = "call_Zk81Hd02mQpLx7Rt";
    private static final String CHAT =
            "{\"model\":\"m\",\"stream\":%s,\"messages\":[{\"role\":\"user\",\"content\":\"go\"}]}";

    @Test
    void l6FrameThatCompletesACallIsReadFirst() throws Exception {
        String open =
                "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\""
                        + ID
                        + "\",\"type\":\"function\",\"function\":{\"name\":\"echo\",\"arguments\":\"{\\\"x\\\":\"}}]},\"finish_reason\":null}]}\n\n";
        String close =
                "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"1}\"}}]},\"finish_reason\":null}]}\n\n";
        String end =
                "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"tool_calls\"}]}\n\ndata: [DONE]\n\n";
        for (int round = 0; round < 20; round++) {
            var go = new CountDownLatch(1);
            var script = Script.sseHead().chunk(open).chunk(close).await(go).chunk(end).lastChunk();
            try (var bench = LlmBench.start(script);
                    var client = bench.client()) {
                expose(bench);
                client.request("POST", "/openai/v1/chat/completions", CHAT.formatted("true"));
                client.readUntil("1}");
                String trace = execute(bench);
                go.countDown();
                client.readUntil("[DONE]");
                assertThat(trace).isEqualTo(bench.traceOf(bench.draft().spanId()));
            }
        }
    }

    @Test
    void l6LastPieceOfAnUnstreamedBodyIsWrittenWhenItHasBeenRead() throws Exception {
        String body =
                "{\"id\":\"c\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\""
                        + ID
                        + "\",\"type\":\"function\",\"function\":{\"name\":\"echo\",\"arguments\":\"{\\\"x\\\":1}\"}}]},\"finish_reason\":\"tool_calls\"}]}";
        for (int round = 0; round < 20; round++) {
            try (var bench = LlmBench.start(Script.json(body))) {
                expose(bench);
                bench.post("/openai/v1/chat/completions", CHAT.formatted("false"));
                String trace = execute(bench);
                assertThat(trace).isEqualTo(bench.traceOf(bench.draft().spanId()));
            }
        }
    }

    private static void expose(LlmBench bench) {
        bench.linker().expose("/mcp", List.of(new ExposedTool("echo", "server", null)));
    }

    /// The trace that an execution is told to propagate.
    private static String execute(LlmBench bench) {
        var start =
                new ToolStart(
                        Origin.of("anonymous"),
                        "/mcp",
                        "server",
                        "echo",
                        "{\"x\":1.0}",
                        Map.of(),
                        null,
                        Map.of());
        try (var recording = bench.linker().start(start)) {
            return recording.span().traceId();
        }
    }
}
