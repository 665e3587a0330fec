package dev.spangate.demo;

import java.util.List;
import java.util.Map;

/// An ordinary client of a model: it holds the conversation in its provider's own shape.
interface LlmClient {
    /// The user says something.
    void user(String text);

    /// Asks for the next answer and adds it to the conversation.
    Answer next(List<SampleTool> tools);

    /// Adds the results of an answer's tool calls.
    void results(List<Result> results);

    /// The model's answer.
    record Answer(String text, List<Call> calls) {
        public Answer {
            calls = List.copyOf(calls);
        }
    }

    /// A tool call that the model asked for.
    record Call(String id, String name, Map<String, Object> arguments) {}

    /// What the tool brought.
    record Result(Call call, SampleTool.ToolOutcome outcome) {}
}
