package dev.spangate.linking;

import java.time.Duration;
import java.util.List;

/// `linking:` of the configuration.
///
/// @param window how old a tool call may be to be linked by arguments alone (rule L5)
/// @param hold how long an execution without candidates waits (rule L5)
/// @param idle after how much silence a run ends (rule R5)
/// @param callIdKeys keys of `params._meta` that hold the model's tool-call id (rule L1)
/// @param maxOpenCalls bound on open tool calls per caller (rule L11)
/// @param maxRuns bound on live runs per caller (rule L11); twice as many inferences are
///   remembered, about 1 KB each in a checkpoint before it is compressed
public record LinkingConfig(
        Duration window,
        Duration hold,
        Duration idle,
        List<String> callIdKeys,
        int maxOpenCalls,
        int maxRuns) {
    public LinkingConfig {
        callIdKeys = List.copyOf(callIdKeys);
    }

    /// The documented defaults.
    public static LinkingConfig defaults() {
        return new LinkingConfig(
                Duration.ofMinutes(2),
                Duration.ofSeconds(5),
                Duration.ofMinutes(10),
                List.of("claudecode/toolUseId", "callId"),
                1_000_000,
                100_000);
    }
}
