package dev.spangate.benchmarks.ladder;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The same request to every target in turn, round after round: CPU per request in a closed loop,
/// added latency in an open one.
///
/// CPU is what the kernel counted for the target's process; added latency is the difference to
/// `direct` in the same round.
final class Requests {
    private static final int OPEN_CONNECTIONS = 64;

    private final Progress progress;
    private final Pacing pacing;
    private final Map<String, Map<String, Figure>> cpuByWork = new LinkedHashMap<>();
    private final Table table =
            new Table(
                    "work",
                    "target",
                    "CPU µs/request",
                    "requests/s",
                    "p50 ms",
                    "added p50 ms",
                    "added p99 ms",
                    "failed");

    /// How long and how often.
    ///
    /// @param seconds of one measurement
    /// @param rounds how often each is made
    /// @param warmUp seconds of load before the first one, for a target that compiles as it runs
    record Pacing(double seconds, int rounds, double warmUp) {}

    /// One kind of work.
    ///
    /// @param connections of the closed loop
    /// @param rate requests per second of the open loop
    record Work(String name, int connections, double rate, Request request) {}

    /// Makes the request for a target.
    @FunctionalInterface
    interface Request {
        Exchange to(Target target) throws IOException;
    }

    Requests(Progress progress, Pacing pacing) {
        this.progress = progress;
        this.pacing = pacing;
    }

    /// One target, the request for it, and what it showed: a value per round.
    private static final class Subject {
        final Target target;
        final Exchange exchange;
        final List<Double> cpu = new ArrayList<>();
        final List<Double> perSecond = new ArrayList<>();
        final List<Double> p50 = new ArrayList<>();
        final List<Double> addedP50 = new ArrayList<>();
        final List<Double> addedP99 = new ArrayList<>();
        long failed;

        Subject(Target target, Exchange exchange) {
            this.target = target;
            this.exchange = exchange;
        }
    }

    void measure(Work work, List<Target> targets) throws IOException, InterruptedException {
        progress.say(work.name() + ": warming up");
        var subjects = new ArrayList<Subject>();
        for (var target : targets) {
            var exchange = work.request().to(target);
            subjects.add(new Subject(target, exchange));
            WarmUp.of(target, exchange, work.connections(), warmUp(target));
        }
        for (int round = 1; round <= pacing.rounds(); round++) {
            progress.say("%s: round %d of %d".formatted(work.name(), round, pacing.rounds()));
            for (var subject : subjects) {
                closed(work, subject);
            }
            open(work, subjects);
        }
        tell(work, subjects);
    }

    /// nginx is as fast at once as it will ever be.
    private double warmUp(Target target) {
        boolean compiles = target.process() != null && !target.name().equals("nginx");
        return compiles ? pacing.warmUp() : pacing.seconds() / 3;
    }

    private void closed(Work work, Subject subject) throws IOException, InterruptedException {
        var target = subject.target;
        double before = target.cpuSeconds();
        var run =
                Load.closed(target.base(), subject.exchange, work.connections(), pacing.seconds());
        double micros = (target.cpuSeconds() - before) * 1e6 / Math.max(1, run.requests());
        subject.cpu.add(target.process() == null ? Double.NaN : micros);
        subject.perSecond.add(run.requests() / pacing.seconds());
        subject.failed += run.failures();
    }

    private void open(Work work, List<Subject> subjects) throws InterruptedException {
        double directP50 = Double.NaN;
        double directP99 = Double.NaN;
        for (var subject : subjects) {
            var run =
                    Load.open(
                            subject.target.base(),
                            subject.exchange,
                            OPEN_CONNECTIONS,
                            work.rate(),
                            pacing.seconds());
            double p50 = run.latencies().millis(50);
            double p99 = run.latencies().millis(99);
            if (subject.target.name().equals("direct")) {
                directP50 = p50;
                directP99 = p99;
            }
            subject.p50.add(p50);
            subject.addedP50.add(p50 - directP50);
            subject.addedP99.add(p99 - directP99);
            subject.failed += run.failures();
        }
    }

    private void tell(Work work, List<Subject> subjects) {
        var cpu = new HashMap<String, Figure>();
        for (var its : subjects) {
            boolean direct = its.target.name().equals("direct");
            cpu.put(its.target.name(), Figure.of(its.cpu));
            table.row(
                    work.name(),
                    its.target.name(),
                    Figure.of(its.cpu),
                    "%.0f".formatted(Figure.of(its.perSecond).median()),
                    Figure.of(its.p50),
                    direct ? "-" : Figure.of(its.addedP50),
                    direct ? "-" : Figure.of(its.addedP99),
                    its.failed);
        }
        cpuByWork.put(work.name(), cpu);
    }

    /// Median CPU microseconds per request; NaN where it was not measured.
    double cpu(String work, String target) {
        var figure = cpuByWork.getOrDefault(work, Map.of()).get(target);
        return figure == null ? Double.NaN : figure.median();
    }

    void print(PrintStream out) {
        table.print(out);
    }
}
