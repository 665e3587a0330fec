package dev.spangate.llm;

import dev.spangate.linking.ToolCall;
import dev.spangate.linking.ToolResult;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Writes one answer in a client's dialect while it is read in a provider's. For one thread.
abstract class Emitter implements Answer.Listener {
    private static final Set<String> LENGTH =
            Set.of("length", "max_tokens", "max_output_tokens", "model_context_window_exceeded");
    private static final Set<String> FILTER = Set.of("content_filter", "refusal");

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private @Nullable Answer answer;
    private boolean failed;

    /// Why an answer ended, whatever the dialect calls it.
    enum Stop {
        END,
        LENGTH,
        TOOLS,
        FILTER
    }

    /// What is read; set before anything is.
    final void reads(Answer source) {
        answer = source;
    }

    final Answer answer() {
        if (answer == null) {
            throw new IllegalStateException("nothing is read");
        }
        return answer;
    }

    /// The bytes written since the last call.
    final byte[] take() {
        byte[] bytes = out.toByteArray();
        out.reset();
        return bytes;
    }

    final void write(String text) {
        out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    /// The provider's stream has ended; a broken answer gets no end of ours.
    final void endOfStream() {
        if (!failed && answer().isComplete()) {
            finish(stop());
        }
    }

    @Override
    public final void failed(String type, String message) {
        failed = true;
        broken(type, message);
    }

    final Stop stop() {
        var reasons = answer().finishReasons();
        String reason = reasons.isEmpty() ? "" : reasons.getFirst();
        if (LENGTH.contains(reason)) {
            return Stop.LENGTH;
        }
        if (FILTER.contains(reason)) {
            return Stop.FILTER;
        }
        var message = answer().message();
        boolean calls =
                message != null && message.calls().stream().anyMatch(call -> !call.byProvider());
        return calls ? Stop.TOOLS : Stop.END;
    }

    /// Writes the end of a stream.
    abstract void finish(Stop stop);

    /// Writes an error into a stream.
    abstract void broken(String type, String message);

    /// The whole answer, unstreamed.
    abstract JsonNode whole();

    /// An error body.
    abstract byte[] error(int status, String type, String message);

    @Override
    public void firstToken() {}

    @Override
    public void toolCall(ToolCall call) {}

    @Override
    public void toolResult(ToolResult result) {}

    @Override
    public void unread() {}
}
