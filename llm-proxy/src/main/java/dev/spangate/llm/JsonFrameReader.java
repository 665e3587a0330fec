package dev.spangate.llm;

import static java.nio.charset.StandardCharsets.US_ASCII;

import tools.jackson.databind.JsonNode;

/// Reads answers in which each frame holds one JSON value, and the last perhaps `[DONE]`.
abstract class JsonFrameReader implements AnswerReader {
    private static final byte[] DONE = "[DONE]".getBytes(US_ASCII);

    /// An ASCII letter written as an escape could hide a key.
    private static final byte[] ESCAPE = "\\u00".getBytes(US_ASCII);

    private static final int LONGEST_DONE = 16;

    final Answer answer;
    private final byte[][] marks;

    /// @param marks see [#marks]
    JsonFrameReader(Answer answer, byte[][] marks) {
        this.answer = answer;
        this.marks = marks;
    }

    /// What stands in every frame that may complete a tool call or the answer.
    static byte[][] marks(String... texts) {
        byte[][] marks = new byte[texts.length + 2][];
        for (int i = 0; i < texts.length; i++) {
            marks[i] = texts[i].getBytes(US_ASCII);
        }
        marks[texts.length] = ESCAPE;
        marks[texts.length + 1] = DONE;
        return marks;
    }

    @Override
    public boolean critical(Frame frame) {
        for (byte[] mark : marks) {
            if (frame.contains(mark)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public final void frame(Frame frame) {
        byte[] data = frame.data();
        if (data.length == 0) {
            return;
        }
        if (data.length < LONGEST_DONE && new String(data, US_ASCII).strip().equals("[DONE]")) {
            answer.over();
            return;
        }
        Json.answer(data)
                .ifPresentOrElse(
                        json -> event(frame.event(), json),
                        () -> answer.unread("a frame that is not JSON"));
    }

    /// Reads what one frame holds.
    ///
    /// @param name the frame's event name where the framing has one
    abstract void event(String name, JsonNode json);

    /// Takes over an `{"error":{…}}`; false where there is none.
    final boolean failed(JsonNode json) {
        var error = json.path("error");
        if (error.isObject()) {
            answer.failed(Json.errorType(error, "provider_error"), Json.text(error, "message"));
        }
        return error.isObject();
    }
}
