package dev.spangate.linking;

import java.util.List;

/// What tests of the run rules share.
abstract class RunFixture {
    static final String A = "call_a8f3k2m9x0";
    static final String B = "call_b7d1q4z8y2";

    final Stage stage = new Stage().expose("/mcp", "search");

    JournalRecord.Release placed(InferenceRecording inference) {
        return stage.recorded.released(inference.span());
    }

    List<JournalRecord.Release> tops() {
        return stage.recorded.named("invoke_agent");
    }

    String endOf(JournalRecord.Release top) {
        return String.valueOf(stage.recorded.draft(top).attributes().get("spangate.run.end"));
    }
}
