package dev.spangate.demo;

/// An ordinary agent: asks the model, runs the tools it wants, and again, until it has an answer.
///
/// It knows nothing of tracing.
final class Agent implements AutoCloseable {
    private static final int MAX_STEPS = 10;

    private final LlmClient llm;
    private final ToolBelt tools;
    private int inferences;

    Agent(LlmClient llm, ToolBelt tools) {
        this.llm = llm;
        this.tools = tools;
    }

    /// One user turn: from the user's message to the final answer.
    String ask(String text) {
        llm.user(text);
        for (int step = 0; step < MAX_STEPS; step++) {
            var offered = tools.definitions();
            var answer = llm.next(offered);
            inferences++;
            if (answer.calls().isEmpty()) {
                return answer.text();
            }
            llm.results(tools.call(answer.calls(), offered));
        }
        throw new IllegalStateException("no answer after " + MAX_STEPS + " steps");
    }

    /// Answers it got from the model so far.
    int inferences() {
        return inferences;
    }

    /// Tool calls it carried out so far.
    int executions() {
        return tools.executions();
    }

    @Override
    public void close() {
        tools.close();
    }
}
