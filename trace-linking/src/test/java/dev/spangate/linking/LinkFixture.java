package dev.spangate.linking;

import java.util.List;

/// What tests of the link rules share: an agent that was answered with calls, and short questions.
abstract class LinkFixture {
    static final String A = "call_a8f3k2m9x0";
    static final String B = "call_b7d1q4z8y2";
    static final String LONG = "a result that is long enough to prove something";

    final Stage stage = new Stage().expose("/mcp", "search", "fetch");

    Stage.Agent asked(String scope, ToolCall... calls) {
        return asked(stage.agent(scope), calls);
    }

    Stage.Agent asked(Stage.Agent agent, ToolCall... calls) {
        agent.says("go " + List.of(calls));
        agent.calls(agent.ask(), calls);
        return agent;
    }

    static String linkedTo(JournalRecord.Release release) {
        return String.valueOf(release.attributes().get("gen_ai.tool.call.id"));
    }

    JournalRecord.Release placed(ToolRecording execution) {
        return stage.recorded.released(execution.span());
    }
}
