package dev.spangate.gateway;

import dev.spangate.linking.Capture;
import dev.spangate.telemetry.TelemetryConfig;
import dev.spangate.telemetry.TelemetryConfig.Langfuse;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// One verification: the gateway, the marked run, and every place where it must arrive.
final class Verification {
    private static final Duration LOOK_EVERY = Duration.ofMillis(250);

    private final Settings settings;
    private final AdminCall admin;
    private final List<Finding> findings = new ArrayList<>();
    private Consumer<Finding> told = _ -> {};

    /// What is to be verified.
    ///
    /// @param traffic the gateway's traffic listener
    /// @param key a caller's key
    /// @param peer where verify plays a provider and an MCP server
    /// @param plan the run
    /// @param wish the arguments that the played model gives
    /// @param places where to read back from
    /// @param patience for each place
    record Settings(
            URI traffic,
            Optional<String> key,
            Optional<URI> peer,
            MarkedRun.Plan plan,
            ObjectNode wish,
            Places places,
            Duration patience) {
        /// Without the key.
        @Override
        public String toString() {
            return "Settings[" + traffic + ", " + plan + "]";
        }
    }

    /// Where to read back from, beside the gateway itself.
    ///
    /// @param langfuse its keys, if any
    /// @param langfuseUrl another address than the configuration's
    /// @param otlpFile what a Collector writes, if any
    /// @param telemetry what is recorded at all
    record Places(
            Optional<Langfuse> langfuse,
            Optional<URI> langfuseUrl,
            @Nullable Path otlpFile,
            TelemetryConfig telemetry) {}

    /// What came of it.
    record Outcome(String marker, @Nullable String traceId, List<Finding> findings) {
        boolean good() {
            return findings.stream().noneMatch(Finding::isBad);
        }

        String sentence() {
            return good()
                    ? "verified: trace " + traceId
                    : "not verified: "
                            + findings.stream().filter(Finding::isBad).count()
                            + " of "
                            + findings.size()
                            + " hops failed"
                            + (traceId == null ? "" : " (trace " + traceId + ")");
        }

        JsonNode json() {
            var document = JsonNodeFactory.instance.objectNode();
            document.put("good", good()).put("marker", marker).put("traceId", traceId);
            document.set("findings", Finding.json(findings));
            return document;
        }
    }

    Verification(Settings settings, AdminCall admin) {
        this.settings = settings;
        this.admin = admin;
    }

    /// Who hears of each finding at once.
    void tellEach(Consumer<Finding> listener) {
        told = listener;
    }

    Outcome run() {
        String traceId = null;
        try {
            greet();
            var done = send();
            var own = new GatewayChains(admin);
            traceId = trace(own);
            boolean content = settings.places.telemetry().capture() == Capture.FULL;
            readBack(own, traceId, done, content);
            destinations();
            var langfuse = langfuse();
            if (langfuse.isPresent()) {
                readBack(langfuse.get(), traceId, done, content && contentAtLangfuse());
            } else {
                add(Finding.open("read back from Langfuse", "no keys of Langfuse are configured"));
            }
            if (settings.places.otlpFile() != null) {
                var file = new CollectorFile(settings.places.otlpFile());
                readBack(file, traceId, done, content);
            }
        } catch (HopException failed) {
            add(failed.finding());
        }
        return new Outcome(settings.plan.marker(), traceId, List.copyOf(findings));
    }

    private void greet() {
        try {
            var status = admin.get("/api/status");
            add(
                    Finding.good(
                            "gateway",
                            "%s %s"
                                    .formatted(
                                            status.path("name").asString(""),
                                            status.path("version").asString(""))));
        } catch (CommandException e) {
            throw new HopException(
                    "gateway",
                    String.valueOf(e.getMessage()),
                    "verify needs the admin listener, to see what was recorded: --config, or --admin and --token");
        }
    }

    private MarkedRun.Done send() {
        try (var calls = new MarkedCalls(settings.traffic, settings.key, settings.plan.marker())) {
            if (settings.peer.isEmpty()) {
                return MarkedRun.run(calls, settings.plan, this::add);
            }
            try (var _ = VerifyPeer.start(settings.peer.get(), settings.wish)) {
                return MarkedRun.run(calls, settings.plan, this::add);
            }
        }
    }

    private String trace(GatewayChains own) {
        return await(() -> own.trace(settings.plan.marker()), Optional::isPresent)
                .orElseThrow(() ->
                        new HopException(
                                own.place(),
                                "no trace of the run",
                                own.fix()
                                        + "; is --admin the same gateway's as --url? Does telemetry.sampling leave runs out?"));
    }

    private void readBack(ReadBack from, String traceId, MarkedRun.Done done, boolean content) {
        try {
            var spans =
                    await(
                            () -> from.spans(traceId),
                            seen -> ChainCheck.gaps(seen, done.callId(), content).isEmpty());
            var gaps = ChainCheck.gaps(spans, done.callId(), content);
            if (gaps.isEmpty()) {
                add(Finding.good(from.place(), whole(spans, content)));
            } else if (spans.isEmpty()) {
                add(Finding.bad(from.place(), "nothing of the trace", from.fix()));
            } else {
                add(Finding.bad(from.place(), String.join("; ", gaps), fix(from, gaps)));
            }
        } catch (HopException failed) {
            add(failed.finding());
        }
    }

    private static String whole(List<SeenSpan> spans, boolean content) {
        var link =
                spans.stream()
                        .filter(SeenSpan::isLinked)
                        .map(span -> span.linkMethod() + " (" + span.confidence() + ")")
                        .findFirst()
                        .orElse("");
        return "%d spans, linked by %s, tokens%s"
                .formatted(
                        spans.size(),
                        link,
                        content ? ", inputs and outputs" : "; no content (capture)");
    }

    private static String fix(ReadBack from, List<String> gaps) {
        boolean onlyContent =
                gaps.stream()
                        .allMatch(gap -> gap.startsWith("no input") || gap.startsWith("no output"));
        if (from instanceof GatewayChains) {
            return gaps.stream().anyMatch(gap -> gap.startsWith("no token"))
                    ? "the provider says no usage: llm.providers.NAME.stream-usage, or another --model"
                    : from.fix();
        }
        return onlyContent
                ? "content is left out on the way: `capture` of that destination, a caller's `capture`, or a Collector processor that deletes attributes"
                : from.fix();
    }

    private void destinations() {
        var status = await(() -> admin.get("/api/telemetry"), Verification::settled);
        var all = status.path("destinations");
        if (all.isEmpty()) {
            add(
                    Finding.bad(
                            "destinations",
                            "none",
                            "spans go nowhere: set telemetry.langfuse or telemetry.otlp"));
        }
        for (var destination : all) {
            add(finding(destination));
        }
    }

    private static Finding finding(JsonNode destination) {
        var subject = "sent to " + destination.path("name").asString("");
        var url = destination.path("url").asString("");
        long depth = destination.path("depth").asLong(0);
        if (depth == 0) {
            return Finding.good(subject, url);
        }
        var error = destination.path("lastError").asString("");
        return Finding.bad(
                subject,
                error.isEmpty() ? depth + " spans wait, " + url : error,
                "the journal keeps them until it is mended: ./spangate doctor, ./spangate journal");
    }

    private static boolean settled(JsonNode status) {
        for (var destination : status.path("destinations")) {
            if (destination.path("depth").asLong(0) > 0) {
                return false;
            }
        }
        return true;
    }

    private Optional<LangfuseReader> langfuse() {
        var places = settings.places;
        return places.langfuse()
                .map(keys ->
                        new LangfuseReader(
                                places.langfuseUrl().orElse(keys.host()),
                                keys.publicKey().value(),
                                keys.secretKey().value(),
                                HttpClient.newBuilder()
                                        .connectTimeout(Duration.ofSeconds(10))
                                        .build()));
    }

    private boolean contentAtLangfuse() {
        return settings.places.langfuse().map(keys -> keys.capture() == Capture.FULL).orElse(true);
    }

    /// What a look gave last: as soon as it is enough, or when patience is over.
    private <T> T await(Supplier<T> look, Predicate<T> enough) {
        long end = System.nanoTime() + settings.patience.toNanos();
        while (true) {
            var seen = look.get();
            if (enough.test(seen) || System.nanoTime() - end > 0) {
                return seen;
            }
            try {
                Thread.sleep(LOOK_EVERY);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CommandException("interrupted");
            }
        }
    }

    private void add(Finding finding) {
        findings.add(finding);
        told.accept(finding);
    }
}
