package dev.spangate.benchmarks.linking;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the command line asks for.
///
/// @param full the long form, with a million open calls
/// @param seed everything follows from it
/// @param only names of scenarios; empty for all
/// @param open how many open calls the last part holds; 0 leaves it out
/// @param world the seed of one world: each scenario runs that one alone; null for all of its own
record Options(boolean full, long seed, List<String> only, int open, @Nullable Long world) {
    static final String HELP =
            """
            Links tool executions of simulated agents and compares with what is known to be true.

            Usage: linking [--short] [--seed N] [--scenario NAME]... [--open N] [--list] [--help]

              --short          fewer worlds per scenario: under 40 seconds
              --seed N         another set of worlds (default 1); equal seeds give equal figures
              --scenario NAME  only that one; may be repeated
              --world N        only the world that a message names
              --open N         also hold N open tool calls and match against them (full form: 1000000)
              --list           the scenarios, what happens in them and what the wire tells

            Exit codes: 0 goals met, 1 a wrong link, a broken record, too low a recall or too much memory,
                        64 wrong usage.
            Goals: precision 1.0 for certain and for probable, recall 0.999 where the wire tells,
                   400 bytes per open tool call.
            """;

    Options {
        only = List.copyOf(only);
    }

    /// Reads the arguments; throws [IllegalArgumentException] with a message for people.
    static Options of(List<String> args) {
        boolean full = !Boolean.getBoolean("spangate.short");
        long seed = 1;
        int open = -1;
        Long world = null;
        var only = new ArrayList<String>();
        for (int i = 0; i < args.size(); i++) {
            switch (args.get(i)) {
                case "--short" -> full = false;
                case "--seed" -> seed = Long.parseLong(value(args, ++i));
                case "--world" -> world = Long.valueOf(value(args, ++i));
                case "--open" -> open = Integer.parseInt(value(args, ++i));
                case "--scenario" -> only.add(known(value(args, ++i)));
                default ->
                        throw new IllegalArgumentException(
                                "unknown argument " + args.get(i) + "\n\n" + HELP);
            }
        }
        int million = full && only.isEmpty() && world == null ? 1_000_000 : 0;
        return new Options(full, seed, only, open < 0 ? million : open, world);
    }

    private static String value(List<String> args, int at) {
        if (at >= args.size()) {
            throw new IllegalArgumentException(args.getLast() + " needs a value\n\n" + HELP);
        }
        return args.get(at);
    }

    private static String known(String name) {
        var names = new ArrayList<>(Scenarios.all().stream().map(Scenario::name).toList());
        Interleavings.KINDS.forEach(kind -> names.add(Interleavings.scenario(kind).name()));
        if (!names.contains(name)) {
            throw new IllegalArgumentException("no scenario " + name + "; there are " + names);
        }
        return name;
    }
}
