package dev.spangate.benchmarks.linking;

import dev.spangate.linking.InferenceEnd;
import dev.spangate.linking.InferenceRecording;
import dev.spangate.linking.InferenceStart;
import dev.spangate.linking.ToolCall;
import dev.spangate.linking.ToolResult;
import java.util.function.Consumer;

/// Tells the linker itself, as a proxy would.
record ToldLeg(Port port, InferenceRecording recording) implements InferenceLeg {
    static InferenceLeg open(Port port, InferenceStart start, boolean streamed) {
        var recording = port.start(start);
        port.tell(recording::sent);
        return new ToldLeg(port, recording);
    }

    @Override
    public String spanId() {
        return recording.span().spanId();
    }

    @Override
    public void firstToken() {
        tell(InferenceRecording::firstToken);
    }

    @Override
    public void answered() {
        tell(InferenceRecording::answered);
    }

    @Override
    public void unread() {
        tell(InferenceRecording::unread);
    }

    @Override
    public void toolCall(ToolCall call) {
        tell(each -> each.toolCall(call));
    }

    @Override
    public void toolResult(ToolResult result) {
        tell(each -> each.toolResult(result));
    }

    @Override
    public void end(InferenceEnd end) {
        tell(each -> each.end(end));
    }

    @Override
    public void leave() {
        tell(InferenceRecording::close);
    }

    private void tell(Consumer<InferenceRecording> message) {
        port.tell(() -> message.accept(recording));
    }
}
