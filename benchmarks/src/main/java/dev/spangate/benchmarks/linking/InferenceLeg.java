package dev.spangate.benchmarks.linking;

import dev.spangate.linking.InferenceEnd;
import dev.spangate.linking.InferenceStart;
import dev.spangate.linking.ToolCall;
import dev.spangate.linking.ToolResult;

/// The way on which the gateway hears of one LLM call: told to the linker, or over the wire.
interface InferenceLeg {
    /// Opens the legs of a world.
    interface Opener {
        /// @param streamed the client asks for a stream
        InferenceLeg open(Port port, InferenceStart start, boolean streamed);
    }

    /// The span's id; a name to be replaced later where it is not known before the end.
    String spanId();

    void firstToken();

    /// Content has reached the client.
    void answered();

    /// A piece that the gateway cannot read.
    void unread();

    void toolCall(ToolCall call);

    void toolResult(ToolResult result);

    void end(InferenceEnd end);

    /// The client leaves in the middle.
    void leave();
}
