package dev.spangate.gateway;

import dev.spangate.llm.LlmConfig;
import dev.spangate.llm.ProviderCheck;
import dev.spangate.mcp.McpConfig;
import dev.spangate.mcp.McpServers;
import dev.spangate.proxy.Upstream;
import dev.spangate.telemetry.DestinationCheck;
import dev.spangate.telemetry.Telemetry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Everything that a configuration leads to, looked at side by side, told in its order.
final class Checkup {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(30);

    private final GatewayConfig config;
    private final ConcurrentLinkedQueue<Skew> clocks = new ConcurrentLinkedQueue<>();

    /// What another machine's clock says beside ours.
    private record Skew(String host, Duration ahead) {}

    private Checkup(GatewayConfig config) {
        this.config = config;
    }

    /// @param source for people: where the configuration comes from
    static List<Finding> of(GatewayConfig config, String source) {
        return new Checkup(config).run(source);
    }

    private List<Finding> run(String source) {
        var findings = new ArrayList<Finding>();
        findings.add(Finding.good("configuration", source));
        try (var upstream = Upstream.create();
                var servers = McpServers.of(config.mcp());
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var looks = new ArrayList<Future<List<Finding>>>();
            for (var look : looks(upstream, servers)) {
                looks.add(threads.submit(look));
            }
            for (var look : looks) {
                findings.addAll(look.get());
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("a check failed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandException("interrupted");
        }
        findings.add(clock());
        return findings;
    }

    private List<Callable<List<Finding>>> looks(Upstream upstream, McpServers servers) {
        var looks = new ArrayList<Callable<List<Finding>>>();
        looks.add(() ->
                List.of(
                        PortCheck.of("listen", config.listen().host(), config.listen().port(), "/"),
                        PortCheck.of(
                                "admin",
                                config.admin().host(),
                                config.admin().port(),
                                "/health/live")));
        for (var provider : config.llm().providers().values()) {
            if (!provider.name().equals(LlmConfig.CHECK)) {
                looks.add(() -> List.of(provider(provider, upstream)));
            }
        }
        for (String name : config.mcp().servers().keySet()) {
            if (!name.equals(McpConfig.CHECK)) {
                looks.add(() -> List.of(server(name, servers)));
            }
        }
        looks.add(this::destinations);
        looks.add(() -> List.of(JournalCheck.of(config.telemetry().journal())));
        return looks;
    }

    private Finding provider(LlmConfig.Provider provider, Upstream upstream) {
        var subject = "provider " + provider.name();
        var check = ProviderCheck.of(provider, upstream);
        if (check.clock() != null) {
            saw(provider.baseUrl().getHost(), check.clock());
        }
        var fix = check.fix() == null ? "" : check.fix();
        return switch (check.verdict()) {
            case GOOD -> Finding.good(subject, check.detail());
            case OPEN -> Finding.open(subject, check.detail());
            case BAD -> Finding.bad(subject, check.detail(), fix);
        };
    }

    private static Finding server(String name, McpServers servers) {
        var subject = "MCP server " + name;
        var check = servers.check(name, PATIENCE);
        return check.fix() == null
                ? Finding.good(subject, check.detail())
                : Finding.bad(subject, check.detail(), check.fix());
    }

    private List<Finding> destinations() {
        var checks = Telemetry.check(config.telemetry(), PATIENCE);
        if (checks.isEmpty()) {
            return List.of(
                    Finding.bad(
                            "destinations",
                            "none",
                            "spans go nowhere: set telemetry.langfuse or telemetry.otlp"));
        }
        var findings = new ArrayList<Finding>();
        checks.forEach(check -> findings.add(destination(check)));
        var langfuse = config.telemetry().langfuse();
        if (langfuse != null) {
            var health = LangfuseHealth.of(LangfuseReader.base(langfuse.host()));
            findings.add(health.finding());
            health.clock().ifPresent(clock -> saw(langfuse.host().getHost(), clock));
        }
        return findings;
    }

    private static Finding destination(DestinationCheck check) {
        var subject = "destination " + check.name();
        return check.problem() == null
                ? Finding.good(subject, "takes spans at " + check.url())
                : Finding.bad(
                        subject,
                        check.problem(),
                        check.name().equals("langfuse")
                                ? "telemetry.langfuse: host, public-key, secret-key"
                                : "telemetry.otlp (name: %s): endpoint, protocol, headers"
                                        .formatted(check.name()));
    }

    private void saw(String host, Instant theirs) {
        clocks.add(new Skew(host, Duration.between(Instant.now(), theirs)));
    }

    /// Spans carry this machine's times; backends sort by them.
    private Finding clock() {
        if (clocks.isEmpty()) {
            return Finding.open("clock", "nobody told the time");
        }
        var worst = clocks.peek();
        for (var skew : clocks) {
            if (skew.ahead().abs().compareTo(worst.ahead().abs()) > 0) {
                worst = skew;
            }
        }
        long seconds = worst.ahead().toSeconds();
        if (worst.ahead().abs().compareTo(CLOCK_TOLERANCE) > 0) {
            return Finding.bad(
                    "clock",
                    "%d s %s %s"
                            .formatted(
                                    Math.abs(seconds),
                                    seconds > 0 ? "behind" : "ahead of",
                                    worst.host()),
                    "set this machine's clock (NTP): spans get its times");
        }
        return Finding.good(
                "clock",
                "within " + CLOCK_TOLERANCE.toSeconds() + " s of " + clocks.size() + " others");
    }
}
