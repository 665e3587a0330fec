package dev.spangate.gateway;

import picocli.CommandLine.Help.Ansi;

/// How text gets onto a terminal: colours only where there is one that wants them (`NO_COLOR` and
/// `CLICOLOR` count), and nothing that a client chose may steer it.
///
/// @param colours escape sequences are written
record Terminal(boolean colours) {
    /// Without colours.
    static final Terminal PLAIN = new Terminal(false);

    private static final String ESCAPE = "\u001b[";

    /// As the process's own output is.
    static Terminal ofProcess() {
        return new Terminal(Ansi.AUTO.enabled());
    }

    String good(String text) {
        return coloured("32", text);
    }

    String doubtful(String text) {
        return coloured("33", text);
    }

    String bad(String text) {
        return coloured("31", text);
    }

    String bold(String text) {
        return coloured("1", text);
    }

    private String coloured(String code, String text) {
        return colours ? ESCAPE + code + "m" + text + ESCAPE + "0m" : text;
    }

    /// The text without characters that a terminal obeys or that reorder a line.
    static String plain(String text) {
        var plain = new StringBuilder(text.length());
        text.codePoints()
                .map(c ->
                        Character.isISOControl(c) || Character.getType(c) == Character.FORMAT
                                ? '?'
                                : c)
                .forEach(plain::appendCodePoint);
        return plain.toString();
    }
}
