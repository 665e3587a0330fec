package dev.spangate.telemetry;

import dev.spangate.linking.Capture;
import dev.spangate.telemetry.TelemetryConfig.Audience;
import dev.spangate.telemetry.TelemetryConfig.Caps;
import dev.spangate.telemetry.TelemetryConfig.Fsync;
import dev.spangate.telemetry.TelemetryConfig.JournalSettings;
import dev.spangate.telemetry.TelemetryConfig.Langfuse;
import dev.spangate.telemetry.TelemetryConfig.MetricsExport;
import dev.spangate.telemetry.TelemetryConfig.Otlp;
import dev.spangate.telemetry.TelemetryConfig.Protocol;
import dev.spangate.telemetry.TelemetryConfig.Sampling;
import dev.spangate.telemetry.TelemetryConfig.Semconv;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Makes a [TelemetryConfig] of the YAML tree and, where that is silent, of the variables that
/// OpenTelemetry and Langfuse define.
final class TelemetryConfigReader {
    private static final String DEFAULT_LANGFUSE = "https://cloud.langfuse.com";

    private final Map<String, String> env;

    TelemetryConfigReader(Map<String, String> env) {
        this.env = env;
    }

    TelemetryConfig read(@Nullable JsonNode tree) {
        var root = ConfigNode.of("telemetry", tree);
        root.allow(
                "langfuse",
                "otlp",
                "capture",
                "redact",
                "semconv",
                "legacy-content",
                "attributes",
                "resource",
                "service-name",
                "release",
                "environment",
                "sampling",
                "journal",
                "caps",
                "metrics");
        var capture = root.choice("capture", Capture.FULL);
        var resource = resource(root.child("resource").strings());
        String service = resource.remove("service.name");
        return new TelemetryConfig(
                langfuse(root.child("langfuse"), capture),
                otlp(root, capture),
                capture,
                patterns(root),
                root.choice("semconv", semconv()),
                root.flag("legacy-content", false),
                root.child("attributes").strings(),
                resource,
                root.text("service-name", either("OTEL_SERVICE_NAME", service, "spangate")),
                root.optional("release", env.get("LANGFUSE_RELEASE")),
                root.optional("environment", environment(resource)),
                sampling(root.child("sampling")),
                journal(root.child("journal")),
                caps(root.child("caps")),
                metrics(root.child("metrics")));
    }

    private @Nullable Langfuse langfuse(ConfigNode node, Capture capture) {
        node.allow("host", "public-key", "secret-key", "capture", "redact");
        String publicKey = node.optional("public-key", env.get("LANGFUSE_PUBLIC_KEY"));
        String secretKey = node.optional("secret-key", env.get("LANGFUSE_SECRET_KEY"));
        if (publicKey == null && secretKey == null && node.absent()) {
            return null;
        }
        if (publicKey == null || secretKey == null) {
            throw new TelemetryException(
                    "telemetry.langfuse.%s is missing: a project's key pair has both (Langfuse, project settings, API keys)"
                            .formatted(publicKey == null ? "public-key" : "secret-key"));
        }
        String host = either("LANGFUSE_HOST", env.get("LANGFUSE_BASE_URL"), DEFAULT_LANGFUSE);
        return new Langfuse(
                node.url("host", host),
                new Credential(publicKey),
                new Credential(secretKey),
                node.choice("capture", capture).and(capture),
                patterns(node));
    }

    private List<Otlp> otlp(ConfigNode root, Capture capture) {
        var result = new ArrayList<Otlp>();
        for (var node : root.list("otlp")) {
            node.allow(
                    "endpoint",
                    "protocol",
                    "for",
                    "headers",
                    "capture",
                    "redact",
                    "name",
                    "timeout");
            var endpoint = node.url("endpoint", null);
            var headers = new LinkedHashMap<String, Credential>();
            node.child("headers").strings().forEach((k, v) -> headers.put(k, new Credential(v)));
            result.add(
                    new Otlp(
                            node.text(
                                    "name",
                                    "otlp" + (result.isEmpty() ? "" : "-" + (result.size() + 1))),
                            endpoint,
                            protocol(node.text("protocol", guess(endpoint)), node.path("protocol")),
                            node.choice("for", Audience.ANY),
                            headers,
                            node.choice("capture", capture).and(capture),
                            patterns(node),
                            node.duration("timeout", timeout())));
        }
        if (root.absent("otlp")) {
            var fromEnvironment = otlpOfEnvironment(capture);
            if (fromEnvironment != null) {
                result.add(fromEnvironment);
            }
        }
        return result;
    }

    /// OpenTelemetry's OTLP exporter variables; a signal-specific endpoint is taken as it is.
    private @Nullable Otlp otlpOfEnvironment(Capture capture) {
        String endpoint = traces("ENDPOINT");
        if (endpoint == null || "none".equals(env.get("OTEL_TRACES_EXPORTER"))) {
            return null;
        }
        var url = ConfigNode.parseUrl("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint);
        String protocol = traces("PROTOCOL");
        var headers = new LinkedHashMap<String, Credential>();
        pairs(traces("HEADERS")).forEach((k, v) -> headers.put(k, new Credential(v)));
        return new Otlp(
                "otlp",
                url,
                protocol(protocol == null ? guess(url) : protocol, "OTEL_EXPORTER_OTLP_PROTOCOL"),
                Audience.ANY,
                headers,
                capture,
                List.of(),
                timeout());
    }

    private static List<String> patterns(ConfigNode node) {
        var patterns = node.texts("redact");
        patterns.forEach(pattern -> Redaction.compiled(node.path("redact"), pattern));
        return patterns;
    }

    private Semconv semconv() {
        String optIn = env.getOrDefault("OTEL_SEMCONV_STABILITY_OPT_IN", "");
        return optIn.contains("gen_ai_latest_experimental") ? Semconv.LATEST : Semconv.COMPAT;
    }

    private Map<String, String> resource(Map<String, String> configured) {
        var result = new LinkedHashMap<>(pairs(env.get("OTEL_RESOURCE_ATTRIBUTES")));
        result.putAll(configured);
        return result;
    }

    private @Nullable String environment(Map<String, String> resource) {
        String langfuse = env.get("LANGFUSE_TRACING_ENVIRONMENT");
        return langfuse != null ? langfuse : resource.get("deployment.environment.name");
    }

    private static Sampling sampling(ConfigNode node) {
        node.allow("ratio", "keep-errors", "keep-cost-above");
        return new Sampling(
                node.number("ratio", 1),
                node.flag("keep-errors", true),
                node.number("keep-cost-above", Double.POSITIVE_INFINITY));
    }

    private JournalSettings journal(ConfigNode node) {
        node.allow("dir", "fsync", "max-bytes", "max-age", "segment-bytes", "keep", "drain");
        String state = env.get("XDG_STATE_HOME");
        var base =
                state == null || state.isBlank()
                        ? Path.of(System.getProperty("user.home"), ".local", "state")
                        : Path.of(state);
        return new JournalSettings(
                Path.of(node.text("dir", base.resolve("spangate").resolve("journal").toString())),
                node.choice("fsync", Fsync.INTERVAL),
                node.bytes("max-bytes", 2L << 30),
                node.duration("max-age", Duration.ofDays(7)),
                node.bytes("segment-bytes", 32L << 20),
                node.duration("keep", Duration.ZERO),
                node.duration("drain", Duration.ofSeconds(5)));
    }

    private static Caps caps(ConfigNode node) {
        node.allow("value-chars", "attribute-chars", "queue-bytes");
        return new Caps(
                (int) Math.min(node.bytes("value-chars", 400_000), 4_000_000),
                (int) Math.min(node.bytes("attribute-chars", 16_000), 1_000_000),
                node.bytes("queue-bytes", 64L << 20));
    }

    private static MetricsExport metrics(ConfigNode node) {
        node.allow("otlp", "interval");
        return new MetricsExport(
                node.flag("otlp", false), node.duration("interval", Duration.ofSeconds(60)));
    }

    private Duration timeout() {
        String millis = traces("TIMEOUT");
        return millis != null && millis.matches("[0-9]{1,9}")
                ? Duration.ofMillis(Long.parseLong(millis))
                : Duration.ofSeconds(60);
    }

    private @Nullable String traces(String name) {
        String specific = env.get("OTEL_EXPORTER_OTLP_TRACES_" + name);
        return specific != null ? specific : env.get("OTEL_EXPORTER_OTLP_" + name);
    }

    private String either(String variable, @Nullable String second, String third) {
        String first = env.get(variable);
        return first != null ? first : second != null ? second : third;
    }

    private static String guess(URI endpoint) {
        return endpoint.getPort() == 4317 ? "grpc" : "http/protobuf";
    }

    private static Protocol protocol(String text, String path) {
        return switch (text) {
            case "grpc" -> Protocol.GRPC;
            case "http/protobuf", "http" -> Protocol.HTTP_PROTOBUF;
            default ->
                    throw new TelemetryException(
                            "%s: '%s' is neither http/protobuf nor grpc".formatted(path, text));
        };
    }

    /// `k=v,k2=v2` with percent-encoded values (W3C Baggage form, as OpenTelemetry uses it).
    private static Map<String, String> pairs(@Nullable String text) {
        var result = new LinkedHashMap<String, String>();
        if (text != null) {
            for (String pair : text.split(",", -1)) {
                int equals = pair.indexOf('=');
                if (equals > 0) {
                    result.put(
                            pair.substring(0, equals).strip(),
                            decoded(pair.substring(equals + 1).strip()));
                }
            }
        }
        return result;
    }

    private static String decoded(String value) {
        try {
            return URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return value;
        }
    }
}
