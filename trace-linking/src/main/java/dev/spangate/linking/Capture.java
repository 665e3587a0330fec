package dev.spangate.linking;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// How much content a caller's spans carry; whoever stores a draft leaves out the rest.
public enum Capture {
    /// Messages, tool arguments and results.
    FULL,
    /// Everything but content.
    METADATA,
    /// As [#METADATA], also without session, user, status messages and extra attributes.
    NONE;

    /// The draft's attribute that says it, where it is not everything.
    public static final String ATTRIBUTE = "spangate.capture";

    /// The narrower of two.
    public Capture and(Capture other) {
        return compareTo(other) >= 0 ? this : other;
    }

    /// Into what is stored of the linker's state; nothing where it is everything.
    void onto(ObjectNode json) {
        if (this != FULL) {
            json.put("capture", key());
        }
    }

    /// Into the attributes of a draft.
    void onto(Map<String, Object> attributes) {
        if (this != FULL) {
            attributes.put(ATTRIBUTE, key());
        }
    }

    /// What a draft's attributes say; FULL where they say nothing.
    public static Capture of(@Nullable Map<String, Object> attributes) {
        var said = attributes == null ? null : attributes.get(ATTRIBUTE);
        return said == null ? FULL : stored(said.toString());
    }

    /// As [#onto] wrote it; what is not understood counts as the narrowest.
    static Capture stored(@Nullable String name) {
        for (var capture : values()) {
            if (name == null || capture.key().equals(name)) {
                return capture;
            }
        }
        return NONE;
    }

    private String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
