package dev.spangate.gateway;

import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// `spangate journal`: what waits to be sent, and to whom; `journal replay` sends again.
@Command(
        name = "journal",
        description = "What waits to be sent, and to whom (of a running gateway).",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  spangate journal",
            "  spangate journal replay --to langfuse --since 2h",
        })
final class JournalCommand implements Callable<Integer> {
    @Mixin private final AdminCall gateway = new AdminCall();

    @Option(names = "--json", description = "As JSON.")
    private boolean json;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        var status = gateway.get("/api/telemetry");
        var out = spec.commandLine().getOut();
        if (json) {
            out.println(status.toPrettyString());
        } else {
            print(status, out);
        }
        return Main.DONE;
    }

    /// Sends again on purpose.
    @Command(
            name = "replay",
            description =
                    "Send again to one destination what it acknowledged and telemetry.journal.keep still holds.",
            mixinStandardHelpOptions = true)
    int replay(
            @Mixin AdminCall target,
            @Option(names = "--to", required = true, paramLabel = "DESTINATION") String to,
            @Option(
                            names = "--since",
                            required = true,
                            paramLabel = "TIME",
                            description = "2h, 30m, 1d or 2026-11-24T18:00:00Z")
                    String since) {
        var body = JsonNodeFactory.instance.objectNode();
        body.put("to", to).put("since", instant(since).toString());
        var replay = target.post("/api/telemetry/replay", body, Duration.ofHours(1));
        var out = spec.commandLine().getOut();
        out.printf(
                "%s: %d spans sent again%s%n",
                to,
                replay.path("sent").asLong(0),
                replay.path("unreadable").asLong(0) == 0
                        ? ""
                        : ", " + replay.path("unreadable").asLong(0) + " no longer whole");
        String error = replay.path("error").asString("");
        if (!error.isEmpty()) {
            throw new CommandException(to + ": stopped early: " + error);
        }
        return Main.DONE;
    }

    private static void print(JsonNode status, PrintWriter out) {
        out.printf(
                "journal %s: %s on disk, %d spans held until their place is final%n",
                status.path("journal").asString(""),
                size(status.path("bytesOnDisk").asLong(0)),
                status.path("heldDrafts").asInt(0));
        warn(
                status,
                "droppedFromQueue",
                "records dropped: the disk did not take them in time",
                out);
        warn(status, "droppedByCap", "spans dropped unsent: max-bytes or max-age", out);
        warn(status, "damaged", "damaged stretches were skipped", out);
        warn(status, "failures", "records could not be stored: see the log", out);
        if (!status.path("diskError").asString("").isEmpty()) {
            out.println("  the disk refuses records: " + status.path("diskError").asString());
        }
        if (status.path("destinations").isEmpty()) {
            out.println("no destinations: set telemetry.langfuse or telemetry.otlp");
        }
        status.path("destinations").forEach(destination -> printDestination(destination, out));
    }

    private static void printDestination(JsonNode destination, PrintWriter out) {
        long depth = destination.path("depth").asLong(0);
        out.printf(
                "%s (%s)%n  %s, %d sent, %d in quarantine%n",
                destination.path("name").asString(""),
                destination.path("url").asString(""),
                depth == 0
                        ? "nothing waits"
                        : depth
                                + " wait, the oldest for "
                                + age(destination.path("ageMillis").asLong(0)),
                destination.path("sent").asLong(0),
                destination.path("quarantined").asLong(0));
        String error = destination.path("lastError").asString("");
        if (!error.isEmpty()) {
            boolean over =
                    destination.path("lastSuccessMillis").asLong(0)
                            > destination.path("lastErrorMillis").asLong(0);
            out.printf(
                    "  last error%s, %s: %s%n",
                    over ? " (over)" : "",
                    Instant.ofEpochMilli(destination.path("lastErrorMillis").asLong(0)),
                    error);
        }
    }

    private static void warn(JsonNode status, String key, String text, PrintWriter out) {
        long count = status.path(key).asLong(0);
        if (count > 0) {
            out.printf("  %d %s%n", count, text);
        }
    }

    private static String size(long bytes) {
        return bytes < 1 << 20
                ? bytes / 1024 + " KB"
                : String.format(Locale.ROOT, "%.1f MB", bytes / 1048576.0);
    }

    private static String age(long millis) {
        var age = Duration.ofMillis(millis);
        return age.toHours() > 0
                ? "%dh %dm".formatted(age.toHours(), age.toMinutesPart())
                : age.toMinutes() > 0
                        ? "%dm %ds".formatted(age.toMinutes(), age.toSecondsPart())
                        : age.toSeconds() + "s";
    }

    /// A point in time, or how long ago.
    static Instant instant(String text) {
        var ago = Pattern.compile("([0-9]{1,6})(s|m|h|d)").matcher(text);
        if (ago.matches()) {
            long amount = Long.parseLong(ago.group(1));
            return Instant.now()
                    .minus(
                            switch (ago.group(2)) {
                                case "s" -> Duration.ofSeconds(amount);
                                case "m" -> Duration.ofMinutes(amount);
                                case "h" -> Duration.ofHours(amount);
                                default -> Duration.ofDays(amount);
                            });
        }
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException _) {
            throw new ConfigException(
                    "--since: '%s' is neither 30m, 2h, 1d nor 2026-11-24T18:00:00Z"
                            .formatted(text));
        }
    }
}
