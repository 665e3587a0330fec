package dev.spangate.benchmarks.ladder;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/// First byte and later chunks of streams: delay from the upstream's stamp to the client, one
/// stream at a time; and the CPU of many at once.
final class Streams {
    private static final int EVENTS = 24;
    private static final int CONCURRENT = 32;

    private final Progress progress;
    private final Requests.Pacing pacing;

    Streams(Progress progress, Requests.Pacing pacing) {
        this.progress = progress;
        this.pacing = pacing;
    }

    private static final class Subject {
        final Target target;
        final List<Double> first = new ArrayList<>();
        final List<Double> addedFirst = new ArrayList<>();
        final List<Double> addedLater = new ArrayList<>();
        final List<Double> addedLater99 = new ArrayList<>();
        final List<Double> cpu = new ArrayList<>();
        long broken;

        Subject(Target target) {
            this.target = target;
        }
    }

    void measure(List<Target> targets, PrintStream out) throws IOException, InterruptedException {
        var subjects = new ArrayList<Subject>();
        progress.say("LLM stream: warming up");
        for (var target : targets) {
            subjects.add(new Subject(target));
            WarmUp.of(target, stream(target), CONCURRENT, pacing.warmUp() / 2);
        }
        for (int round = 1; round <= pacing.rounds(); round++) {
            progress.say("LLM stream: round %d of %d".formatted(round, pacing.rounds()));
            double[] direct = new double[3];
            for (var subject : subjects) {
                alone(subject, direct);
            }
            for (var subject : subjects) {
                together(subject);
            }
        }
        var table =
                new Table(
                        "target",
                        "first event p50 ms",
                        "added first p50 ms",
                        "added later p50 ms",
                        "added later p99 ms",
                        "CPU µs/event",
                        "broken");
        for (var its : subjects) {
            table.row(
                    its.target.name(),
                    Figure.of(its.first),
                    Figure.of(its.addedFirst),
                    Figure.of(its.addedLater),
                    Figure.of(its.addedLater99),
                    Figure.of(its.cpu),
                    its.broken);
        }
        out.printf("%nLLM stream, %d events 5 ms apart%n%n", EVENTS);
        table.print(out);
    }

    private static Exchange stream(Target target) {
        return target.chat("bench", true, 1000);
    }

    private void alone(Subject subject, double[] direct) throws IOException {
        var target = subject.target;
        var probe = new StreamProbe();
        probe.run(target.base(), stream(target), (int) Math.max(5, pacing.seconds() * 7));
        double first = probe.first().millis(50);
        double later = probe.later().millis(50);
        double later99 = probe.later().millis(99);
        subject.broken += probe.broken();
        subject.first.add(first);
        if (target.name().equals("direct")) {
            direct[0] = first;
            direct[1] = later;
            direct[2] = later99;
        } else {
            subject.addedFirst.add(first - direct[0]);
            subject.addedLater.add(later - direct[1]);
            subject.addedLater99.add(later99 - direct[2]);
        }
    }

    private void together(Subject subject) throws IOException, InterruptedException {
        var target = subject.target;
        double before = target.cpuSeconds();
        var run = Load.closed(target.base(), stream(target), CONCURRENT, pacing.seconds());
        double micros = (target.cpuSeconds() - before) * 1e6 / Math.max(1, run.requests() * EVENTS);
        subject.cpu.add(target.process() == null ? Double.NaN : micros);
        subject.broken += run.failures();
    }
}
