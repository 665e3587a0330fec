package dev.spangate.demo;

import java.util.List;
import java.util.Map;

/// What a [ModelScript] decides.
public sealed interface Reply {
    /// A whole answer.
    ///
    /// @param text what the model says, empty for nothing
    /// @param calls the tools it wants, in order
    record Answer(String text, List<ToolWish> calls) implements Reply {
        public Answer {
            calls = List.copyOf(calls);
        }
    }

    /// A tool that the model wants: by its bare name, whatever prefix it is offered under.
    record ToolWish(String tool, Map<String, Object> arguments) {
        public ToolWish {
            arguments = Map.copyOf(arguments);
        }
    }

    /// An error in the dialect's own shape.
    record Failure(int status, String type, String message) implements Reply {}

    /// An answer that breaks off: that many frames of the stream, or half of an unstreamed body,
    /// then the connection is cut.
    record Half(Answer answer, int frames) implements Reply {}

    /// No answer at all: the request hangs until the model closes.
    record Silence() implements Reply {}

    /// Text alone: the final answer.
    static Answer text(String text) {
        return new Answer(text, List.of());
    }

    /// Tool calls without a word.
    static Answer calls(ToolWish... calls) {
        return new Answer("", List.of(calls));
    }

    /// One tool call.
    static ToolWish wish(String tool, Map<String, Object> arguments) {
        return new ToolWish(tool, arguments);
    }
}
