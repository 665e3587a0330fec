package dev.spangate.llm;

import dev.spangate.linking.ToolCall;
import dev.spangate.linking.ToolResult;
import dev.spangate.llm.FrameReader.Framing;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/// What was read of an answer, comparable.
record Snapshot(Answer answer, List<ToolCall> calls, List<ToolResult> results, int firstTokens) {
    static Snapshot ofStream(Dialect dialect, Framing framing, InputStream in) throws IOException {
        var listener = new Listener();
        var answer = new Answer(listener);
        var reader = dialect.reader(answer);
        var frames = framing.reader(in, 32 << 20);
        for (var frame = frames.next(); frame != null; frame = frames.next()) {
            int before = listener.calls.size();
            boolean overBefore = answer.isOver();
            boolean critical = reader.critical(frame);
            if (!frame.whole()) {
                answer.unread("torn");
            }
            reader.frame(frame);
            if (!critical && (listener.calls.size() > before || (answer.isOver() && !overBefore))) {
                throw new AssertionError(
                        "not critical: "
                                + new String(frame.raw(), java.nio.charset.StandardCharsets.UTF_8));
            }
        }
        return new Snapshot(answer, listener.calls, listener.results, listener.firstTokens);
    }

    static Snapshot ofBody(Dialect dialect, byte[] body) {
        var listener = new Listener();
        var answer = new Answer(listener);
        dialect.reader(answer).body(Json.answer(body).orElseThrow());
        return new Snapshot(answer, listener.calls, listener.results, listener.firstTokens);
    }

    /// Everything that a span or the linker sees of it.
    String text() {
        return calls
                + "|"
                + results
                + "|"
                + answer.output()
                + "|"
                + answer.message()
                + "|"
                + answer.usage()
                + "|"
                + answer.finishReasons()
                + "|"
                + answer.model()
                + answer.id()
                + answer.isComplete()
                + answer.isPaused()
                + answer.errorType()
                + answer.unread()
                + firstTokens;
    }

    static final class Listener implements Answer.Listener {
        private final List<ToolCall> calls = new ArrayList<>();
        private final List<ToolResult> results = new ArrayList<>();
        private int firstTokens;

        @Override
        public void firstToken() {
            firstTokens++;
        }

        @Override
        public void toolCall(ToolCall call) {
            calls.add(call);
        }

        @Override
        public void toolResult(ToolResult result) {
            results.add(result);
        }

        @Override
        public void unread() {}
    }
}
