package dev.spangate.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spangate.linking.Capture;
import dev.spangate.telemetry.TelemetryConfig.Audience;
import dev.spangate.telemetry.TelemetryConfig.Fsync;
import dev.spangate.telemetry.TelemetryConfig.Protocol;
import dev.spangate.telemetry.TelemetryConfig.Semconv;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TelemetryConfigTest {
    @Test
    void everythingCanBeSaid() {
        var config =
                read(
                        """
                        {"langfuse":{"host":"https://eu.langfuse.com","public-key":"pk","secret-key":"sk-secret"},
                         "otlp":[{"endpoint":"http://localhost:4317","protocol":"grpc","for":"generic","name":"jaeger",
                                  "headers":{"x-key":"v"},"capture":"metadata","timeout":"5s"},
                                 {"endpoint":"http://localhost:4318"}],
                         "capture":"full","semconv":"latest","legacy-content":true,"attributes":{"team":"${header.x-team}"},
                         "environment":"prod","release":"r1","sampling":{"ratio":0.5,"keep-errors":false,"keep-cost-above":0.1},
                         "journal":{"dir":"/tmp/j","fsync":"always","max-bytes":"1GB","max-age":"2d","segment-bytes":"1MB",
                                    "keep":"1h","drain":"3s"},
                         "caps":{"value-chars":1000,"attribute-chars":100,"queue-bytes":"8MB"},"metrics":{"otlp":true,"interval":"10s"}}\
                        """,
                        Map.of());
        assertThat(config.langfuse().host()).isEqualTo(URI.create("https://eu.langfuse.com"));
        var jaeger = config.otlp().getFirst();
        assertThat(jaeger.protocol()).isEqualTo(Protocol.GRPC);
        assertThat(jaeger.audience()).isEqualTo(Audience.GENERIC);
        assertThat(jaeger.capture()).isEqualTo(Capture.METADATA);
        assertThat(jaeger.timeout()).isEqualTo(Duration.ofSeconds(5));
        var second = config.otlp().get(1);
        assertThat(second.name()).isEqualTo("otlp-2");
        assertThat(second.protocol()).isEqualTo(Protocol.HTTP_PROTOBUF);
        assertThat(second.audience()).isEqualTo(Audience.ANY);
        assertThat(config.semconv()).isEqualTo(Semconv.LATEST);
        assertThat(config.journal().fsync()).isEqualTo(Fsync.ALWAYS);
        assertThat(config.journal().maxBytes()).isEqualTo(1L << 30);
        assertThat(config.journal().maxAge()).isEqualTo(Duration.ofDays(2));
        assertThat(config.caps().queueBytes()).isEqualTo(8L << 20);
        assertThat(config.metrics().interval()).isEqualTo(Duration.ofSeconds(10));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"langfuze\":{}} | telemetry.langfuze: unknown key; nearest valid key: langfuse",
                "{\"journal\":{\"dirr\":\"x\"}} | telemetry.journal.dirr: unknown key; nearest valid key: dir",
                "{\"langfuse\":{\"public-key\":\"pk\"}} | telemetry.langfuse.secret-key is missing",
                "{\"otlp\":[{}]} | telemetry.otlp[0].endpoint is missing",
                "{\"otlp\":[{\"endpoint\":\"localhost:4318\"}]} | is not an http or https URL",
                "{\"otlp\":[{\"endpoint\":\"http://a:b@host\"}]} | credentials do not belong into the URL",
                "{\"otlp\":[{\"endpoint\":\"http://h\",\"protocol\":\"json\"}]} | telemetry.otlp[0].protocol: 'json'",
                "{\"otlp\":{}} | telemetry.otlp must be a list",
                "{\"capture\":\"some\"} | telemetry.capture: 'some' is none of [full, metadata, none]",
                "{\"sampling\":{\"ratio\":2}} | telemetry.sampling.ratio",
                "{\"sampling\":{\"ratio\":\"half\"}} | telemetry.sampling.ratio: 'half' is not a number",
                "{\"journal\":{\"max-age\":\"long\"}} | telemetry.journal.max-age: 'long' is no duration",
                "{\"journal\":{\"max-bytes\":\"1KB\"}} | telemetry.journal.max-bytes: 1024 must be at least twice",
                "{\"legacy-content\":\"maybe\"} | telemetry.legacy-content must be true or false",
                "{\"attributes\":{\"k\":\"${header.Authorization}\"}} | carries credentials and is never recorded",
                "{\"otlp\":[{\"endpoint\":\"http://h\",\"name\":\"a\"},{\"endpoint\":\"http://h\",\"name\":\"a\"}]} | names another destination already"
            })
    void everyMistakeNamesItsPathAndTheFix(String json, String message) {
        assertThatThrownBy(() -> read(json, Map.of()))
                .isInstanceOf(TelemetryException.class)
                .hasMessageContaining("telemetry.")
                .hasMessageContaining(message);
    }

    @Test
    void variablesOfOpenTelemetryAndLangfuseFillInWhereTheFileIsSilent() {
        var config =
                read(
                        "{}",
                        Map.of(
                                "LANGFUSE_PUBLIC_KEY", "pk-1",
                                "LANGFUSE_SECRET_KEY", "sk-1",
                                "LANGFUSE_HOST", "https://langfuse.internal",
                                "OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318",
                                "OTEL_EXPORTER_OTLP_HEADERS", "x-key=a%20b,y=z",
                                "OTEL_EXPORTER_OTLP_TIMEOUT", "5000",
                                "OTEL_SERVICE_NAME", "edge",
                                "OTEL_RESOURCE_ATTRIBUTES",
                                        "deployment.environment.name=Prod,service.version=9"));
        assertThat(config.langfuse().host().getHost()).isEqualTo("langfuse.internal");
        var otlp = config.otlp().getFirst();
        assertThat(otlp.headers().get("x-key").value()).isEqualTo("a b");
        assertThat(otlp.timeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(config.serviceName()).isEqualTo("edge");
        assertThat(config.environment()).isEqualTo("Prod");
        assertThat(config.resource()).containsEntry("service.version", "9");
    }

    @Test
    void theFileOutranksTheVariables() {
        var config =
                read(
                        "{\"otlp\":[],\"service-name\":\"mine\"}",
                        Map.of(
                                "OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318",
                                "OTEL_SERVICE_NAME", "theirs"));
        assertThat(config.otlp()).isEmpty();
        assertThat(config.serviceName()).isEqualTo("mine");
    }

    @Test
    void theProtocolFollowsTheUsualPort() {
        var config = read("{\"otlp\":[{\"endpoint\":\"http://localhost:4317\"}]}", Map.of());
        assertThat(config.otlp().getFirst().protocol()).isEqualTo(Protocol.GRPC);
    }

    @Test
    void credentialsDoNotShowThemselves() {
        var config =
                read(
                        "{\"langfuse\":{\"public-key\":\"pk-canary\",\"secret-key\":\"sk-canary\"},"
                                + "\"otlp\":[{\"endpoint\":\"http://h\",\"headers\":{\"authorization\":\"Bearer canary\"}}]}",
                        Map.of());
        assertThat(config.toString()).doesNotContain("canary");
        assertThat(Samples.identity("canary").toString()).doesNotContain("canary");
    }

    @ParameterizedTest
    @CsvSource({
        "http://h:4318, http://h:4318/v1/traces",
        "http://h:4318/, http://h:4318/v1/traces",
        "http://h/otel, http://h/otel/v1/traces",
        "http://h/v1/traces, http://h/v1/traces",
        "http://h/x?k=v, http://h/x/v1/traces?k=v"
    })
    void anEndpointIsABaseOrTheFullPath(URI endpoint, String url) {
        assertThat(OtlpTransport.tracesUrl(endpoint)).hasToString(url);
        assertThat(MetricsPush.metricsUrl(endpoint))
                .hasToString(url.replace("/traces", "/metrics"));
    }

    @ParameterizedTest
    @CsvSource({
        "https://cloud.langfuse.com, https://cloud.langfuse.com/api/public/otel/v1/traces",
        "https://h/langfuse/, https://h/langfuse/api/public/otel/v1/traces",
        "https://h/api/public/otel, https://h/api/public/otel/v1/traces",
        "https://h/api/public/otel/v1/traces, https://h/api/public/otel/v1/traces"
    })
    void aLangfuseHostIsABaseOrTheFullPath(URI host, String url) {
        assertThat(Telemetry.langfuseUrl(host)).hasToString(url);
    }

    private static TelemetryConfig read(String json, Map<String, String> environment) {
        return TelemetryConfig.from(Json.read(json), environment);
    }
}
