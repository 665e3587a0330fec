package dev.spangate.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.linking.JournalRecord.Draft;
import dev.spangate.linking.Level;
import dev.spangate.linking.ObservationType;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MetricsTest {
    private final Metrics metrics =
            new Metrics(Samples.config(Path.of("unused"), "{}"), Samples.identity());

    @Test
    void anInferenceIsMeasuredByTheConventionsAndByTheirOlderNames() throws IOException {
        metrics.spans().observe(Samples.release(Samples.generation(1)));
        assertThat(text())
                .contains(
                        "# TYPE gen_ai_client_inference_duration_seconds histogram",
                        "gen_ai_client_inference_duration_seconds_bucket{gen_ai_operation_name=\"chat\",gen_ai_provider_name=\"openai\","
                                + "gen_ai_request_model=\"gpt-4.1-mini\",gen_ai_response_model=\"gpt-4.1-mini-2025-04-14\",server_address=\"api.openai.com\",le=\"1.28\"} 1",
                        "gen_ai_client_inference_duration_seconds_sum{",
                        "gen_ai_client_inference_time_to_first_chunk_seconds_count{",
                        "gen_ai_client_inference_usage_input_tokens_total{",
                        "gen_ai_client_token_usage_count{",
                        "gen_ai_client_operation_duration_seconds_count{",
                        "spangate_llm_cost_usd_total{")
                .contains("\"} 310\n", "\"} 0.9\n", "\"} 128\n");
    }

    @Test
    void toolExecutionsAreMeasuredPerServerAndTool() throws IOException {
        metrics.spans()
                .observe(Samples.linked(Samples.span(2), null, Samples.span(1), tool("weather")));
        assertThat(text())
                .contains(
                        "mcp_client_operation_duration_seconds_count{gen_ai_operation_name=\"execute_tool\",gen_ai_tool_name=\"weather\","
                                + "mcp_method_name=\"tools/call\",spangate_mcp_server=\"weather-server\"} 1",
                        "gen_ai_execute_tool_duration_seconds_count{gen_ai_tool_name=\"weather\",spangate_mcp_server=\"weather-server\"} 1",
                        "spangate_tool_links_total{spangate_link_confidence=\"certain\",spangate_link_method=\"call-id\"} 1");
    }

    @Test
    void namesThatNobodyAcceptedAreNoLabels() throws IOException {
        for (int i = 0; i < 50; i++) {
            metrics.spans().observe(failedInference("invented-" + i));
            var unknown = new HashMap<>(Samples.tool(2, "").attributes());
            unknown.put("gen_ai.tool.name", "invented-" + i);
            metrics.spans().observe(with(Samples.tool(2, ""), unknown));
        }
        assertThat(text()).doesNotContain("invented").contains("gen_ai_request_model=\"_OTHER\"");
    }

    @Test
    void inferredToolsAreNoExecutionsOfOurs() throws IOException {
        var attributes = new HashMap<>(Samples.tool(2, "").attributes());
        attributes.put("spangate.tool.observed", "inferred");
        metrics.spans().observe(with(Samples.tool(2, ""), attributes));
        assertThat(text()).doesNotContain("gen_ai_execute_tool_duration");
    }

    @Test
    void othersMayHookInRequestsAndValues() throws IOException {
        metrics.begun("traffic");
        metrics.begun("traffic");
        metrics.served("traffic", "POST", "/openai/*", 502, Duration.ofMillis(30));
        metrics.gauge(
                "spangate.mcp.server.up",
                "{server}",
                "Whether it answers \\ or not",
                () -> List.of(new Metrics.Reading(Map.of("server", "a \"quoted\" one"), 1)));
        assertThat(text())
                .contains(
                        "http_server_active_requests{spangate_listener=\"traffic\"} 1\n",
                        "http_server_request_duration_seconds_bucket{error_type=\"502\",http_request_method=\"POST\",http_response_status_code=\"502\","
                                + "http_route=\"/openai/*\",spangate_listener=\"traffic\",le=\"0.05\"} 1\n",
                        "# HELP spangate_mcp_server_up Whether it answers \\\\ or not\n",
                        "spangate_mcp_server_up{server=\"a \\\"quoted\\\" one\"} 1\n");
    }

    @Test
    void theProcessItselfIsMeasured() throws IOException {
        assertThat(text())
                .contains(
                        "jvm_memory_used_bytes{",
                        "jvm_thread_count ",
                        "jvm_cpu_time_seconds_total ",
                        "process_uptime_seconds ");
    }

    @Test
    void everySampleLineIsWellFormed() throws IOException {
        metrics.spans().observe(Samples.release(Samples.generation(1)));
        for (String line : text().lines().toList()) {
            assertThat(line)
                    .matches(
                            "# (HELP|TYPE) .+|[a-z_0-9]+(\\{([a-z_0-9]+=\"[^\"]*\",?)+\\})? (-?[0-9.e-]+|\\+Inf|NaN)");
        }
    }

    private String text() throws IOException {
        var out = new StringBuilder();
        metrics.writePrometheus(out);
        return out.toString();
    }

    private static Draft tool(String name) {
        var attributes = new HashMap<>(Samples.tool(2, "").attributes());
        attributes.put("gen_ai.tool.name", name);
        attributes.put("spangate.mcp.server", name + "-server");
        return with(Samples.tool(2, ""), attributes);
    }

    private static Draft failedInference(String model) {
        return new Draft(
                Samples.span(1),
                ObservationType.GENERATION,
                "chat " + model,
                true,
                Samples.NOW,
                Samples.NOW + 1,
                Level.ERROR,
                "no such model",
                true,
                0,
                null,
                null,
                null,
                null,
                null,
                Map.of(),
                Map.of("gen_ai.operation.name", "chat", "gen_ai.request.model", model),
                null);
    }

    static Draft with(Draft draft, Map<String, Object> attributes) {
        return new Draft(
                draft.spanId(),
                draft.type(),
                draft.name(),
                draft.client(),
                draft.startNanos(),
                draft.endNanos(),
                draft.level(),
                draft.statusMessage(),
                draft.error(),
                draft.completionStartNanos(),
                draft.input(),
                draft.output(),
                draft.inputFrom(),
                draft.outputFrom(),
                draft.usage(),
                draft.cost(),
                attributes,
                draft.evidence());
    }
}
