package dev.spangate.mcp;

import dev.spangate.proxy.Secret;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;

/// The last lines that a child process wrote to its standard error, without the secrets we know or
/// recognise.
final class ChildErrors {
    private static final int MAX_LINES = 5;
    private static final int MAX_LINE = 300;
    private static final Pattern CREDENTIAL =
            Pattern.compile(
                    "(?i)((?:(?:api[-_]?key|token|secret|password|authorization)[\"']?\\s*[=:]\\s*[\"']?)"
                            + "(?:(?:bearer|basic)\\s+)?|\\b(?:bearer|basic)\\s+)[^\\s\"',;]+"
                            + "|\\b(?:sk|pk|sgk|ghp|gho|github_pat|xox[a-z]|glpat)[-_][A-Za-z0-9_-]{8,}"
                            + "|(?<=://)[^/\\s@]+@");

    private final List<String> secrets;
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<String> lines = new ArrayDeque<>();

    ChildErrors(Collection<Secret> secrets) {
        this.secrets =
                secrets.stream()
                        .map(Secret::reveal)
                        .filter(secret -> secret.length() >= 4)
                        .toList();
    }

    /// Keeps a line and returns it as it may be shown.
    String add(String line) {
        var shown = redact(line);
        lock.lock();
        try {
            if (!shown.isBlank()) {
                lines.addLast(shown.strip());
            }
            while (lines.size() > MAX_LINES) {
                lines.removeFirst();
            }
        } finally {
            lock.unlock();
        }
        return shown;
    }

    /// The lines kept, oldest first, as one text; empty where nothing was written.
    String tail() {
        lock.lock();
        try {
            return String.join(" | ", lines);
        } finally {
            lock.unlock();
        }
    }

    String redact(String line) {
        var shown = line;
        for (var secret : secrets) {
            shown = shown.replace(secret, "***");
        }
        shown = CREDENTIAL.matcher(shown).replaceAll("$1***");
        return shown.length() > MAX_LINE ? shown.substring(0, MAX_LINE) + "…" : shown;
    }
}
