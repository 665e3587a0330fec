package dev.spangate.benchmarks.linking;

import java.util.List;

/// How a client hands a tool's result back to its model.
enum EchoStyle {
    VERBATIM(true),
    PARTS(true),
    JSON_CONTENT(true),
    JSON_WHOLE(true),
    STRUCTURED(true),
    TAGGED(true),
    LINED(true),
    PYTHON(true),
    TRUNCATED(true),
    /// As plain text in a user message, the call's id beside it.
    USER_TEXT(true),
    /// Quite other words: closes the call and proves nothing.
    REWRITTEN(false);

    private static final int CUT = 80;

    private final boolean tells;

    EchoStyle(boolean tells) {
        this.tells = tells;
    }

    /// The text of the result can be found in the echo.
    boolean tells() {
        return tells;
    }

    List<String> texts(Result result) {
        String text = result.text();
        return switch (this) {
            case VERBATIM, USER_TEXT -> List.of(text);
            case PARTS -> result.parts();
            case JSON_CONTENT -> List.of(result.content());
            case JSON_WHOLE -> List.of(result.json(false));
            case STRUCTURED -> List.of(result.structured().isEmpty() ? text : result.structured());
            case TAGGED -> List.of("<tool_result>\n" + text + "\n</tool_result>");
            case LINED -> List.of("Wall time: 0.3 seconds\nOutput:\n" + text);
            case PYTHON ->
                    List.of(
                            "[TextContent(type='text', text='"
                                    + text.replace("\n", "\\n")
                                    + "', annotations=None)]");
            case TRUNCATED ->
                    List.of(text.length() <= CUT ? text : text.substring(0, CUT) + "… [truncated]");
            case REWRITTEN -> List.of("The tool has completed; its output was stored.");
        };
    }
}
