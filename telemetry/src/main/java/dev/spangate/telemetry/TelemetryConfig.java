package dev.spangate.telemetry;

import dev.spangate.linking.Capture;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// `telemetry:` of the configuration; validated, every message names the YAML path.
///
/// @param langfuse Langfuse, fed directly; null when not configured
/// @param otlp further destinations
/// @param capture how much content is recorded at most
/// @param redact patterns (RE2) of what is never stored, and so never sent
/// @param semconv which generation of the conventions is written
/// @param legacyContent also write `gen_ai.prompt` and `gen_ai.completion`, which double a span
/// @param attributes extra span attributes: a constant, `${header.NAME}` or `${caller}`
/// @param resource OpenTelemetry resource attributes beside `service.name`
/// @param serviceName `service.name`
/// @param release `langfuse.release`; null for none
/// @param environment `langfuse.environment` where the caller has none; null for none
/// @param sampling which runs are kept
/// @param journal where and how records are kept until every destination has them
/// @param caps bounds of one span's content
/// @param metrics where metrics are pushed to beside the Prometheus text
public record TelemetryConfig(
        @Nullable Langfuse langfuse,
        List<Otlp> otlp,
        Capture capture,
        List<String> redact,
        Semconv semconv,
        boolean legacyContent,
        Map<String, String> attributes,
        Map<String, String> resource,
        String serviceName,
        @Nullable String release,
        @Nullable String environment,
        Sampling sampling,
        JournalSettings journal,
        Caps caps,
        MetricsExport metrics) {
    private static final List<String> SECRET_HEADERS =
            List.of(
                    "authorization",
                    "cookie",
                    "x-api-key",
                    "api-key",
                    "x-goog-api-key",
                    "x-spangate-key",
                    "proxy-authorization");

    public TelemetryConfig {
        otlp = List.copyOf(otlp);
        redact = List.copyOf(redact);
        attributes = Map.copyOf(attributes);
        resource = Map.copyOf(resource);
        attributes.forEach(TelemetryConfig::refuseSecretHeader);
        var names = new HashSet<String>();
        names.add(langfuse == null ? "" : "langfuse");
        for (int i = 0; i < otlp.size(); i++) {
            if (!names.add(otlp.get(i).name())) {
                throw new TelemetryException(
                        "telemetry.otlp[%d].name: '%s' names another destination already; give each its own name"
                                .formatted(i, otlp.get(i).name()));
            }
        }
    }

    /// Reads the YAML tree; environment variables of the process fill in where it is silent.
    public static TelemetryConfig from(@Nullable JsonNode tree) {
        return from(tree, System.getenv());
    }

    /// As [#from(JsonNode)], with the environment given.
    public static TelemetryConfig from(@Nullable JsonNode tree, Map<String, String> environment) {
        return new TelemetryConfigReader(environment).read(tree);
    }

    /// What holds without any configuration and without an environment.
    public static TelemetryConfig defaults() {
        return from(null, Map.of());
    }

    /// The same with another journal.
    public TelemetryConfig with(JournalSettings other) {
        return new TelemetryConfig(
                langfuse,
                otlp,
                capture,
                redact,
                semconv,
                legacyContent,
                attributes,
                resource,
                serviceName,
                release,
                environment,
                sampling,
                other,
                caps,
                metrics);
    }

    private static void refuseSecretHeader(String key, String value) {
        String lower = value.toLowerCase(Locale.ROOT);
        for (String header : SECRET_HEADERS) {
            if (lower.contains("${header." + header + "}")) {
                throw new TelemetryException(
                        "telemetry.attributes.%s: header %s carries credentials and is never recorded"
                                .formatted(key, header));
            }
        }
    }

    /// Which attribute names of the GenAI conventions are written.
    public enum Semconv {
        LATEST,
        /// The latest and the keys that older dashboards and gateway guides know.
        COMPAT,
        /// Older keys in place of those that replaced them.
        LEGACY
    }

    /// Whom a destination feeds.
    public enum Audience {
        /// `langfuse.*` and the conventions, no attempt spans: a Collector may pass it on.
        ANY,
        LANGFUSE,
        /// Conventions alone, with message parts and attempt spans.
        GENERIC
    }

    /// How OTLP travels.
    public enum Protocol {
        HTTP_PROTOBUF,
        GRPC
    }

    /// When written records are forced to the disk; the page cache survives a kill in any case.
    public enum Fsync {
        ALWAYS,
        INTERVAL,
        NEVER
    }

    /// Langfuse's own endpoint, with a project's key pair.
    ///
    /// @param host base URL, with or without `/api/public/otel`
    /// @param redact patterns of what is not sent there
    public record Langfuse(
            URI host,
            Credential publicKey,
            Credential secretKey,
            Capture capture,
            List<String> redact) {
        public Langfuse {
            redact = List.copyOf(redact);
            checkUrl("telemetry.langfuse.host", host);
        }
    }

    /// One OTLP destination.
    ///
    /// @param name names its cursor, its status and its metrics
    /// @param endpoint base URL or the full `/v1/traces`
    /// @param redact patterns of what is not sent there
    /// @param timeout of one request
    public record Otlp(
            String name,
            URI endpoint,
            Protocol protocol,
            Audience audience,
            Map<String, Credential> headers,
            Capture capture,
            List<String> redact,
            Duration timeout) {
        public Otlp {
            headers = Map.copyOf(headers);
            redact = List.copyOf(redact);
            checkUrl("telemetry.otlp." + name + ".endpoint", endpoint);
            if (!name.matches("[a-z0-9][a-z0-9_.-]{0,62}")) {
                throw new TelemetryException(
                        "telemetry.otlp.name: '%s' must be lower-case letters, digits, '-', '_' or '.'"
                                .formatted(name));
            }
        }
    }

    /// Sampling by run, for all destinations alike.
    ///
    /// @param ratio share of runs kept, 0 to 1
    /// @param keepErrors runs with an error are kept in any case
    /// @param keepCostAbove US dollars from which a run is kept in any case; infinite for never
    public record Sampling(double ratio, boolean keepErrors, double keepCostAbove) {
        public Sampling {
            if (!(ratio >= 0 && ratio <= 1)) {
                throw new TelemetryException(
                        "telemetry.sampling.ratio: %s must lie between 0 and 1".formatted(ratio));
            }
        }

        boolean keepsAll() {
            return ratio >= 1;
        }
    }

    /// Where and how records are kept.
    ///
    /// @param dir one folder per process
    /// @param maxBytes bound on disk; the oldest records go first, counted
    /// @param maxAge bound by age, counted likewise
    /// @param segmentBytes size of one file
    /// @param keep how long records stay after every destination has them
    /// @param drain how long a stop waits for the destinations
    public record JournalSettings(
            Path dir,
            Fsync fsync,
            long maxBytes,
            Duration maxAge,
            long segmentBytes,
            Duration keep,
            Duration drain) {
        public JournalSettings {
            if (segmentBytes < 4096 || segmentBytes > 1 << 30) {
                throw new TelemetryException(
                        "telemetry.journal.segment-bytes: %d must lie between 4096 and 1 GiB"
                                .formatted(segmentBytes));
            }
            if (maxBytes < 2 * segmentBytes) {
                throw new TelemetryException(
                        "telemetry.journal.max-bytes: %d must be at least twice segment-bytes (%d)"
                                .formatted(maxBytes, segmentBytes));
            }
        }
    }

    /// Bounds of content; what is cut stays valid JSON and is marked.
    ///
    /// @param valueChars longest input or output of a span
    /// @param attributeChars longest other attribute value
    /// @param queueBytes memory for records that wait for the disk
    public record Caps(int valueChars, int attributeChars, long queueBytes) {
        public Caps {
            if (valueChars < 256 || attributeChars < 64) {
                throw new TelemetryException(
                        "telemetry.caps: value-chars must be at least 256 and attribute-chars at least 64");
            }
        }
    }

    /// OTLP metrics.
    ///
    /// @param otlp push them to the OTLP destinations that are not Langfuse
    /// @param interval how often
    public record MetricsExport(boolean otlp, Duration interval) {}

    private static void checkUrl(String path, URI url) {
        if (url.getHost() == null
                || !("http".equals(url.getScheme()) || "https".equals(url.getScheme()))) {
            throw new TelemetryException(
                    "%s: '%s' is not an http or https URL".formatted(path, url));
        }
        if (url.getUserInfo() != null) {
            throw new TelemetryException(
                    "%s: credentials do not belong into the URL; use headers or the key pair"
                            .formatted(path));
        }
    }
}
