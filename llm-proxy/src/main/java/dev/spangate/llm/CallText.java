package dev.spangate.llm;

import dev.spangate.linking.ToolCall;
import org.jspecify.annotations.Nullable;

/// One tool call while its pieces arrive; knows when its arguments are a whole JSON object.
final class CallText {
    private final boolean byProvider;
    private final StringBuilder arguments = new StringBuilder();
    private @Nullable String id;
    private String name = "";
    private boolean reported;
    private boolean custom;

    private int depth;
    private boolean inString;
    private boolean escaped;
    private boolean whole;

    CallText(boolean byProvider) {
        this.byProvider = byProvider;
    }

    /// A call that is known at once.
    ///
    /// @param json its arguments
    static CallText of(@Nullable String callId, String toolName, String json, boolean byProvider) {
        var call = new CallText(byProvider);
        call.named(callId, toolName);
        call.arguments.append(json);
        return call;
    }

    /// Id and name; what is empty leaves what was known.
    void named(@Nullable String callId, String toolName) {
        if (callId != null && !callId.isEmpty()) {
            id = callId;
        }
        if (!toolName.isEmpty()) {
            name = toolName;
        }
    }

    /// The arguments are free text, not JSON.
    void freeText() {
        custom = true;
    }

    /// Appends a piece of the arguments; each character is looked at once.
    void append(String piece) {
        arguments.append(piece);
        for (int i = 0; i < piece.length(); i++) {
            look(piece.charAt(i));
        }
    }

    /// Replaces the arguments, where the dialect repeats them whole.
    void replace(String all) {
        if (!arguments.toString().equals(all)) {
            arguments.setLength(0);
            depth = 0;
            inString = false;
            escaped = false;
            whole = false;
            append(all);
        }
    }

    private void look(char c) {
        if (escaped) {
            escaped = false;
        } else if (inString) {
            escaped = c == '\\';
            inString = c != '"';
        } else if (c == '"') {
            inString = true;
        } else if (c == '{' || c == '[') {
            depth++;
        } else if (c == '}' || c == ']') {
            depth--;
            whole = whole || depth == 0;
        }
    }

    /// The arguments are a whole object and the name is known: a client may act on it.
    boolean actionable() {
        return whole && !custom && !name.isEmpty();
    }

    /// True once: the caller reports the call now.
    boolean reportable() {
        boolean first = !reported && !name.isEmpty();
        reported = true;
        return first;
    }

    boolean isByProvider() {
        return byProvider;
    }

    int length() {
        return arguments.length();
    }

    /// As the model wrote it, for people.
    String rawArguments() {
        return arguments.toString();
    }

    ToolCall toolCall() {
        String text = arguments.toString();
        String json = custom ? Json.write(Json.nodes().stringNode(text)) : text;
        return new ToolCall(id, name, json.isBlank() ? "{}" : json, byProvider);
    }
}
