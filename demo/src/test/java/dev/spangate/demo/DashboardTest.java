package dev.spangate.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spangate.testing.LangfuseView;
import dev.spangate.testing.Promtool;
import dev.spangate.testing.SuiteNotes;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// The dashboard, the alert rules and the page about metrics name nothing that the process does not
/// expose: names and labels are looked up in a scrape after real traffic, failures included.
@Tag("e2e")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DashboardTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /// Words of PromQL, and what Prometheus adds itself.
    private static final Set<String> PROMQL =
            Set.of(
                    "sum",
                    "rate",
                    "increase",
                    "histogram_quantile",
                    "count",
                    "by",
                    "or",
                    "and",
                    "vector",
                    "label_values",
                    "up");

    private static final Set<String> PROMETHEUS_LABELS = Set.of("instance", "job", "le");
    private static final Pattern SELECTED =
            Pattern.compile("([a-z_][a-z0-9_]*)\\{([^}]*)}", Pattern.CASE_INSENSITIVE);
    private static final Pattern GROUPED = Pattern.compile("by \\(([^)]*)\\)");
    private static final Pattern LEGEND = Pattern.compile("\\{\\{\\s*([a-z_]+)\\s*}}");
    private static final Pattern WORD =
            Pattern.compile("(?<![$\\w.\"])[a-z_][a-z0-9_]*(?![\\w\"])");

    private final Assembly assembly = assembly();
    private String scrape;
    private Set<String> names;

    private static Assembly assembly() {
        try {
            return Assembly.travel();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @BeforeAll
    void letThereBeTraffic() throws Exception {
        assembly.set("openai-compatible", "llm", "providers", "down", "type")
                .set("http://127.0.0.1:1/v1", "llm", "providers", "down", "base-url")
                .set("1s", "linking", "hold");
        var gateway = assembly.start();
        try (var agent = assembly.agent(gateway.port(), "travel-agent", false, 1)) {
            agent.ask(TravelScript.FIRST_TURN);
        }
        assertThat(post(gateway.port(), "/down/v1/chat/completions")).isGreaterThanOrEqualTo(500);
        assertThat(post(gateway.port(), "/nobody/v1/chat/completions")).isEqualTo(404);
        var raw = RawMcp.open(gateway.port(), Map.of());
        raw.call(raw.exposed("forecast"), Map.of("city", "Nowhere"));
        assembly.sink.awaitSpans(
                spans -> {
                    var tools = LangfuseView.of(spans).observations().stream();
                    var methods =
                            tools.map(one -> one.span().text("spangate.link.method")).toList();
                    return methods.contains("none")
                            && spans.stream().anyMatch(s -> s.name().startsWith("invoke_agent"));
                },
                PATIENCE);
        scrape = get(gateway.adminPort(), "/metrics");
        names = new TreeSet<>();
        samples().forEach(sample -> names.add(sample.replaceFirst("[{ ].*", "")));
    }

    @AfterAll
    void stop() throws Exception {
        assembly.close();
    }

    @Test
    void theDashboardNamesOnlyWhatTheProcessExposes() throws Exception {
        var dashboard = Json.read(Files.readString(file("deploy/grafana/spangate.json")));
        var targets = new ArrayList<JsonNode>();
        dashboard.path("panels").forEach(panel -> panel.path("targets").forEach(targets::add));

        assertThat(targets).hasSizeGreaterThan(40);
        for (var target : targets) {
            String expression = Json.text(target, "expr");
            check(expression);
            var known = new HashSet<>(labelsOf(expression));
            LEGEND.matcher(Json.text(target, "legendFormat"))
                    .results()
                    .forEach(label -> assertThat(known).as(expression).contains(label.group(1)));
        }
    }

    @Test
    void everyPanelSaysWhatItShowsInAUnit() throws Exception {
        var dashboard = Json.read(Files.readString(file("deploy/grafana/spangate.json")));
        var titles = new HashSet<String>();
        var ids = new HashSet<Integer>();
        for (var panel : dashboard.path("panels")) {
            assertThat(titles.add(Json.text(panel, "title"))).as(panel.toString()).isTrue();
            assertThat(ids.add(panel.path("id").asInt())).isTrue();
            if (!Json.text(panel, "type").equals("row")) {
                assertThat(panel.at("/fieldConfig/defaults/unit").asString()).isNotEmpty();
            }
        }
    }

    @Test
    void theAlertRulesNameOnlyWhatTheProcessExposes() throws Exception {
        var rules =
                YAMLMapper.shared()
                        .readTree(Files.readString(file("deploy/prometheus/alerts.yaml")));
        var alerts = new HashSet<String>();
        for (var rule : rules.at("/groups/0/rules")) {
            check(rule.path("expr").asString());
            assertThat(alerts.add(rule.path("alert").asString())).isTrue();
            assertThat(rule.at("/annotations/summary").asString()).isNotEmpty();
            assertThat(rule.at("/labels/severity").asString()).isIn("critical", "warning", "info");
        }
        assertThat(alerts).hasSizeGreaterThan(8);
    }

    /// What design §8 promises, by name.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "gen_ai_client_inference_duration_seconds_count{",
                "gen_ai_client_inference_time_to_first_chunk_seconds_count{",
                "gen_ai_client_inference_usage_input_tokens_total{",
                "gen_ai_client_inference_operation_output_tokens_count{",
                "gen_ai_client_operation_duration_seconds_count{",
                "gen_ai_client_token_usage_count{",
                "gen_ai_invoke_agent_duration_seconds_count{",
                "gen_ai_invoke_agent_inference_calls_count{",
                "gen_ai_invoke_agent_tool_calls_count{",
                "gen_ai_execute_tool_duration_seconds_count{",
                "mcp_client_operation_duration_seconds_count{",
                "http_server_request_duration_seconds_count{",
                "http_server_active_requests{",
                "http_client_request_duration_seconds_count{",
                "spangate_tool_links_total{",
                "spangate_runs_total{",
                "spangate_llm_cost_usd_total{",
                "spangate_mcp_server_up{",
                "spangate_journal_depth{",
                "spangate_journal_dropped_total{",
                "jvm_memory_used_bytes{",
            })
    void whatIsPromisedIsThere(String sample) {
        assertThat(samples()).anyMatch(line -> line.startsWith(sample));
    }

    @Test
    void latencyAndErrorsAreToldPerServerAndPerTool() {
        assertThat(samples())
                .anyMatch(line ->
                        line.startsWith("gen_ai_execute_tool_duration_seconds_count{")
                                && line.contains("error_type=\"tool_error\"")
                                && line.contains("gen_ai_tool_name=\"send_mail\"")
                                && line.contains("spangate_mcp_server=\"tools\""))
                .anyMatch(line ->
                        line.startsWith("spangate_tool_links_total{")
                                && line.contains("spangate_link_method=\"none\""))
                .anyMatch(line ->
                        line.startsWith("http_client_request_duration_seconds_count{")
                                && line.contains("error_type="));
    }

    @Test
    void noLabelHoldsContentOrAnId() {
        assertThat(scrape).doesNotContain("Paris", "call_", "bob", "provider-key");
    }

    @Test
    void theDocumentationNamesOnlyWhatThereIs() throws Exception {
        var page = Files.readString(file("docs/observe.md"));
        var named =
                Pattern.compile(
                        "`((?:spangate|gen_ai|mcp_client|http|jvm|process)_[a-z0-9_]+)[`{]");
        var missing = new TreeSet<String>();
        named.matcher(page)
                .results()
                .map(found -> found.group(1))
                .filter(name -> names.stream().noneMatch(each -> each.startsWith(name)))
                .forEach(missing::add);

        assertThat(missing).isEmpty();
        assertThat(named.matcher(page).results().count()).isGreaterThan(10);
    }

    @Test
    void prometheusReadsTheRulesAndTheyFireWhenTheySay() throws Exception {
        var promtool = Promtool.find(SuiteNotes.full());
        assumeTrue(
                promtool.isPresent(),
                "no promtool on the path; ./spangate test e2e fetches Debian's prometheus package");
        var folder = file("deploy/prometheus");

        var checked = promtool.get().run(folder, "check", "rules", "alerts.yaml");
        var fired = promtool.get().run(folder, "test", "rules", "alerts.test.yaml");

        assertThat(checked.code()).as(checked.output()).isZero();
        assertThat(fired.code()).as(fired.output()).isZero();
    }

    /// Prometheus itself reads our text (names, types, escapes).
    @Test
    void prometheusReadsTheScrape() throws Exception {
        var promtool = Promtool.find(false);
        assumeTrue(promtool.isPresent(), "no promtool on the path");
        var ended = promtool.get().read(scrape, "check", "metrics");

        assertThat(ended.output()).doesNotContain("error while linting", "parse error");
    }

    private void check(String expression) {
        String bare = expression.replaceAll("\"[^\"]*\"", "").replaceAll("\\[[^]]*]", "");
        bare = bare.replaceAll("\\{[^}]*}", " ").replaceAll("by \\([^)]*\\)", " ");
        var used = new TreeSet<String>();
        WORD.matcher(bare)
                .results()
                .map(found -> found.group())
                .filter(word -> !PROMQL.contains(word))
                .forEach(used::add);
        assertThat(names).as(expression).containsAll(used);
        if (expression.startsWith("up{")) {
            return;
        }
        assertThat(used).as(expression).isNotEmpty();
        var known = labelsOf(expression);
        for (String label : mentioned(expression)) {
            assertThat(known).as(label + " in " + expression).contains(label);
        }
    }

    /// The labels of the metrics that an expression uses, as the scrape has them.
    private Set<String> labelsOf(String expression) {
        var labels = new HashSet<>(PROMETHEUS_LABELS);
        for (String sample : samples()) {
            String name = sample.replaceFirst("[{ ].*", "");
            if (expression.contains(name)) {
                Pattern.compile("([a-z_]+)=\"")
                        .matcher(sample)
                        .results()
                        .forEach(label -> labels.add(label.group(1)));
            }
        }
        return labels;
    }

    private static Set<String> mentioned(String expression) {
        var labels = new TreeSet<String>();
        GROUPED.matcher(expression)
                .results()
                .flatMap(found -> List.of(found.group(1).split(",")).stream())
                .forEach(label -> labels.add(label.strip()));
        SELECTED.matcher(expression)
                .results()
                .forEach(found ->
                        Pattern.compile("([a-z_]+)\\s*[=!]")
                                .matcher(found.group(2).replaceAll("\"[^\"]*\"", "\"\""))
                                .results()
                                .forEach(label -> labels.add(label.group(1))));
        return labels;
    }

    private List<String> samples() {
        return scrape.lines().filter(line -> !line.startsWith("#")).toList();
    }

    private static int post(int port, String path) throws Exception {
        var body = "{\"model\": \"m\", \"messages\": [{\"role\": \"user\", \"content\": \"hi\"}]}";
        var request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build();
        try (var client = HttpClient.newHttpClient()) {
            return client.send(request, BodyHandlers.ofString()).statusCode();
        }
    }

    private static String get(int port, String path) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build();
        try (var client = HttpClient.newHttpClient()) {
            return client.send(request, BodyHandlers.ofString()).body();
        }
    }

    private static Path file(String belowRoot) {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("spangate"))) {
            folder = folder.getParent();
        }
        return folder.resolve(belowRoot);
    }
}
