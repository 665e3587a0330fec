package dev.spangate.benchmarks.linking;

import dev.spangate.linking.TraceMode;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/// What kind of traffic a world has; built once in [Scenarios], then only read.
final class Traffic {
    int agents = 6;
    int scopes = 1;
    int runs = 3;
    int turns = 3;
    int calls = 3;
    int tools = Tool.SERVED.size();

    /// How many different sets of arguments there are; 0: every call has a new one.
    int sets;

    boolean samePrompts;
    int seconds = 40;

    /// How many open calls the linker may hold per caller; 0: as many as it does by default.
    int openCalls;

    /// What the agents' trace contexts do, one after the other.
    List<TraceMode> modes = List.of(TraceMode.JOIN);

    /// How many gateways share the traffic and a store; 0: one that needs no store.
    int replicas;

    List<ResultKind> results = List.of(ResultKind.UNIQUE);
    Function<RandomGenerator, Habits> habits = _ -> Habits.PLAIN;
    private final Map<Fault, Double> rates = new EnumMap<>(Fault.class);

    static Traffic of(Habits habits) {
        return new Traffic().habits(_ -> habits);
    }

    /// The same traffic, to be changed without changing this one.
    Traffic copy() {
        var copy = new Traffic();
        copy.agents = agents;
        copy.scopes = scopes;
        copy.runs = runs;
        copy.turns = turns;
        copy.calls = calls;
        copy.tools = tools;
        copy.sets = sets;
        copy.samePrompts = samePrompts;
        copy.seconds = seconds;
        copy.openCalls = openCalls;
        copy.modes = modes;
        copy.results = results;
        copy.habits = habits;
        copy.rates.putAll(rates);
        return copy;
    }

    Traffic habits(Function<RandomGenerator, Habits> value) {
        habits = value;
        return this;
    }

    /// Agents, and how many callers they share.
    Traffic agents(int count, int callers) {
        agents = count;
        scopes = callers;
        return this;
    }

    /// Runs per agent, turns with tools per run, calls per answer; the last two at most.
    Traffic size(int perAgent, int perRun, int perAnswer) {
        runs = perAgent;
        turns = perRun;
        calls = perAnswer;
        return this;
    }

    /// So many tools, so many sets of arguments.
    Traffic variety(int toolCount, int setCount) {
        tools = toolCount;
        sets = setCount;
        return this;
    }

    Traffic results(ResultKind... kinds) {
        results = List.of(kinds);
        return this;
    }

    Traffic modes(TraceMode... values) {
        modes = List.of(values);
        return this;
    }

    Traffic samePrompts() {
        samePrompts = true;
        return this;
    }

    /// In how many seconds kills and clock steps are spread.
    Traffic within(int time) {
        seconds = time;
        return this;
    }

    Traffic openCalls(int most) {
        openCalls = most;
        return this;
    }

    /// So many gateways; every request goes to any of them.
    Traffic replicas(int count) {
        replicas = count;
        return this;
    }

    Traffic fault(Fault fault, double rate) {
        rates.put(fault, rate);
        return this;
    }

    double rate(Fault fault) {
        return rates.getOrDefault(fault, 0.0);
    }
}
