package dev.spangate.llm;

import dev.spangate.proxy.SseFrame;

/// One piece of a streamed answer: its bytes as they came, and the JSON in it.
final class Frame {
    private final byte[] raw;
    private final byte[] data;
    private final String event;
    private final boolean whole;

    /// @param raw the bytes as they came, framing included
    /// @param data the JSON in it, empty if there is none
    /// @param event the event's name where the framing has one
    /// @param whole false for a piece of something too large to hold: relay it, read nothing of it
    Frame(byte[] raw, byte[] data, String event, boolean whole) {
        this.raw = raw;
        this.data = data;
        this.event = event;
        this.whole = whole;
    }

    static Frame of(SseFrame frame) {
        return new Frame(
                frame.raw(), frame.whole() ? frame.data() : new byte[0], "", frame.whole());
    }

    byte[] raw() {
        return raw;
    }

    byte[] data() {
        return data;
    }

    String event() {
        return event;
    }

    boolean whole() {
        return whole;
    }

    /// The raw bytes hold this ASCII text somewhere.
    boolean contains(byte[] text) {
        return indexOf(text, 0) >= 0;
    }

    /// Where this ASCII text comes next in the raw bytes, -1 if nowhere.
    int indexOf(byte[] text, int from) {
        int last = raw.length - text.length;
        for (int i = from; i <= last; i++) {
            if (raw[i] == text[0] && matches(i, text)) {
                return i;
            }
        }
        return -1;
    }

    private boolean matches(int from, byte[] text) {
        for (int i = 1; i < text.length; i++) {
            if (raw[from + i] != text[i]) {
                return false;
            }
        }
        return true;
    }
}
