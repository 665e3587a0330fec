package dev.spangate.telemetry;

import dev.spangate.linking.JournalRecord;
import dev.spangate.linking.JournalRecord.Checkpoint;
import dev.spangate.linking.RecordSink;
import dev.spangate.telemetry.Segments.Disk;
import dev.spangate.telemetry.TelemetryConfig.Audience;
import dev.spangate.telemetry.TelemetryConfig.Langfuse;
import dev.spangate.telemetry.TelemetryConfig.Otlp;
import dev.spangate.telemetry.TelemetryConfig.Protocol;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/// Stores what the linker produces, sends it to every destination and derives the metrics.
///
/// Start it, give [#sink] to the linker, let it resume from [#stored], then name it with
/// [#checkpointWith].
///
/// Guarantees:
/// 1. The sink neither throws nor blocks; where the disk does not keep up, memory is bounded and
///    drops are counted.
/// 2. A record is on disk within 50 ms; what is there survives a kill and is sent until it is
///    acknowledged, to each destination on its own.
/// 3. After a kill at most one request per destination repeats, with the same ids and times.
/// 4. No credential of the configuration is ever stored or sent, not even inside content.
public final class Telemetry implements AutoCloseable {
    private static final String INGESTION_VERSION = "x-langfuse-ingestion-version";

    private final TelemetryConfig config;
    private final Journal journal;
    private final Metrics metrics;
    private final List<Destination> destinations = new ArrayList<>();
    private final Destination local;
    private final RecentSpans recent;

    private Telemetry(
            TelemetryConfig config,
            Identity identity,
            Journal journal,
            Metrics metrics,
            Pace pace) {
        this.config = config;
        this.journal = journal;
        this.metrics = metrics;
        this.recent =
                new RecentSpans(new SpanEncoder(config, identity, Audience.ANY, config.capture()));
        this.local = localView(pace);
        var langfuse = config.langfuse();
        if (langfuse != null) {
            destinations.add(destination(identity, langfuse(langfuse), pace));
        }
        for (var otlp : config.otlp()) {
            destinations.add(destination(identity, otlp, pace));
        }
    }

    /// Opens the journal and begins to send; fails only where the configuration cannot hold.
    public static Telemetry start(TelemetryConfig config, Identity identity) {
        return start(config, identity, Disk.real(), Pace.USUAL);
    }

    static Telemetry start(TelemetryConfig config, Identity identity, Disk disk, Pace pace) {
        identity.secrets().add(ownSecrets(config));
        var preparation = new Preparation(config, identity.secrets());
        var metrics = new Metrics(config, identity);
        var intake =
                new Journal.Intake() {
                    @Override
                    public JournalRecord prepare(JournalRecord entry) {
                        return preparation.prepare(entry);
                    }

                    @Override
                    public void observe(JournalRecord entry) {
                        metrics.spans().observe(entry);
                    }
                };
        var journal = Journal.open(config, intake, disk);
        var telemetry = new Telemetry(config, identity, journal, metrics, pace);
        StatusMetrics.register(metrics, telemetry::status);
        telemetry.local.start();
        telemetry.destinations.forEach(Destination::start);
        return telemetry;
    }

    /// Sends every destination a request without a span: its address and its credentials are right
    /// if it takes that. Opens no journal; blocks for `patience` per destination at most, one after
    /// the other.
    public static List<DestinationCheck> check(TelemetryConfig config, Duration patience) {
        var all = new ArrayList<Otlp>();
        var langfuse = config.langfuse();
        if (langfuse != null) {
            all.add(langfuse(langfuse));
        }
        all.addAll(config.otlp());
        return all.stream().map(otlp -> DestinationCheck.of(withVersion(otlp), patience)).toList();
    }

    /// Where the linker's records go.
    public RecordSink sink() {
        return journal;
    }

    /// What an earlier process stored, from its last checkpoint on, for `TraceLinker.resume`; read
    /// lazily, each iteration anew.
    public Iterable<JournalRecord> stored() {
        return journal.stored();
    }

    /// Names who gives the linker's state for the head of each segment; called on a thread of the
    /// journal, one call at a time. Records on their way meanwhile are given back behind the
    /// checkpoint, also those that it holds already.
    public void checkpointWith(Supplier<Checkpoint> checkpoints) {
        journal.checkpointWith(checkpoints);
    }

    /// The last spans as they are exported, oldest first, bounded.
    public List<ExportedSpan> recent() {
        return recent.list();
    }

    /// How the journal and the destinations are doing.
    public TelemetryStatus status() {
        var counts = journal.counts();
        return new TelemetryStatus(
                config.journal().dir().toString(),
                journal.bytesOnDisk(),
                journal.bytesQueued(),
                journal.heldDrafts(),
                journal.releases(),
                counts.queueDrops(),
                counts.capDrops(),
                counts.failures(),
                counts.damaged(),
                counts.diskError(),
                destinations.stream().map(Destination::status).toList());
    }

    /// Sends again on purpose, to one destination, what it acknowledged since then and
    /// `telemetry.journal.keep` still holds; blocks until it is done. Rows double where the backend
    /// does not merge them.
    ///
    /// @throws TelemetryException if no destination has that name
    public Replay replay(String destination, Instant since) {
        var to =
                destinations.stream()
                        .filter(candidate -> candidate.cursor().name().equals(destination))
                        .findFirst()
                        .orElseThrow(() -> new TelemetryException(unknown(destination)));
        try {
            var again = journal.again(to.cursor(), since);
            try {
                return to.replay(again);
            } finally {
                journal.forget(again);
            }
        } catch (IOException e) {
            return new Replay(destination, 0, 0, "the journal cannot be read: " + e);
        }
    }

    private String unknown(String destination) {
        var names = destinations.stream().map(known -> known.cursor().name()).toList();
        return "no destination '%s'; there are: %s"
                .formatted(destination, names.isEmpty() ? "none" : String.join(", ", names));
    }

    /// The process's metrics.
    public Metrics metrics() {
        return metrics;
    }

    /// Writes out what is queued and sends for at most `telemetry.journal.drain`; the rest stays in
    /// the journal.
    @Override
    public void close() {
        long deadline = System.nanoTime() + config.journal().drain().toNanos();
        journal.flush();
        local.stop(deadline);
        destinations.forEach(destination -> destination.stop(deadline));
        local.close();
        destinations.forEach(Destination::close);
        journal.close();
        metrics.close();
    }

    private Destination destination(Identity identity, Otlp otlp, Pace pace) {
        var quarantine = new Quarantine(otlp.name(), journal.folder().dir());
        return new Destination(
                journal.cursor(otlp.name(), true),
                otlp.endpoint().toString(),
                new EncodingOutlet(
                        new SpanEncoder(
                                config,
                                identity,
                                otlp.audience(),
                                otlp.capture(),
                                Redaction.of(otlp.redact())),
                        OtlpTransport.of(withVersion(otlp)),
                        quarantine),
                quarantine,
                pace);
    }

    private Destination localView(Pace pace) {
        return new Destination(
                journal.cursor("local", false),
                "local",
                recent,
                new Quarantine("local", journal.folder().dir()),
                pace);
    }

    /// Langfuse stores at once only what says that it knows version 4.
    private static Otlp withVersion(Otlp otlp) {
        String path = otlp.endpoint().getPath();
        boolean langfuse =
                otlp.audience() == Audience.LANGFUSE
                        || (path != null && path.contains("/api/public/otel"));
        boolean said =
                otlp.headers().keySet().stream().anyMatch(INGESTION_VERSION::equalsIgnoreCase);
        if (!langfuse || said) {
            return otlp;
        }
        var headers = new HashMap<>(otlp.headers());
        headers.put(INGESTION_VERSION, new Credential("4"));
        return new Otlp(
                otlp.name(),
                otlp.endpoint(),
                otlp.protocol(),
                otlp.audience(),
                headers,
                otlp.capture(),
                otlp.redact(),
                otlp.timeout());
    }

    /// Langfuse's endpoint is OTLP over HTTP with Basic authentication and its version header.
    private static Otlp langfuse(Langfuse langfuse) {
        String pair = langfuse.publicKey().value() + ":" + langfuse.secretKey().value();
        String basic = Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
        return new Otlp(
                "langfuse",
                langfuseUrl(langfuse.host()),
                Protocol.HTTP_PROTOBUF,
                Audience.LANGFUSE,
                Map.of("Authorization", new Credential("Basic " + basic)),
                langfuse.capture(),
                langfuse.redact(),
                Duration.ofSeconds(60));
    }

    static URI langfuseUrl(URI host) {
        String path = host.getPath() == null ? "" : host.getPath().replaceAll("/+$", "");
        if (path.endsWith("/v1/traces")) {
            return host;
        }
        String base = path.endsWith("/api/public/otel") ? path : path + "/api/public/otel";
        return host.resolve(base + "/v1/traces");
    }

    private static List<String> ownSecrets(TelemetryConfig config) {
        var secrets = new ArrayList<String>();
        var langfuse = config.langfuse();
        if (langfuse != null) {
            secrets.add(langfuse.secretKey().value());
            secrets.add(langfuse.publicKey().value() + ":" + langfuse.secretKey().value());
        }
        for (var otlp : config.otlp()) {
            otlp.headers()
                    .forEach((name, value) -> {
                        if (carriesSecret(name)) {
                            secrets.add(value.value());
                        }
                    });
        }
        return secrets;
    }

    private static boolean carriesSecret(String header) {
        String name = header.toLowerCase(Locale.ROOT);
        return name.contains("auth")
                || name.contains("key")
                || name.contains("token")
                || name.contains("secret");
    }
}
