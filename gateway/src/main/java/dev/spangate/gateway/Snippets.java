package dev.spangate.gateway;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// How a client is pointed at a gateway.
///
/// The texts lie beside this class, one per client: `{url}` is the gateway's address, lines that
/// start with `key|` hold for gateways with callers, lines with `open|` for those without.
public final class Snippets {
    /// Whom there is a text for.
    public static final List<String> CLIENTS =
            List.of("claude-code", "codex", "cursor", "vscode", "opencode", "openai");

    private Snippets() {}

    /// The text for one of [#CLIENTS].
    ///
    /// @param url the gateway's address without a slash at the end
    /// @param keyed clients need a key of ours, in the variable `SPANGATE_KEY`
    public static String of(String client, String url, boolean keyed) {
        var text = new StringBuilder();
        for (var line : template(client).lines().toList()) {
            if (line.startsWith("key|") || line.startsWith("open|")) {
                if (line.startsWith("key|") == keyed) {
                    text.append(line.substring(line.indexOf('|') + 1)).append('\n');
                }
            } else {
                text.append(line).append('\n');
            }
        }
        return text.toString().replace("{url}", url);
    }

    private static String template(String client) {
        try (var in = Snippets.class.getResourceAsStream("connect-" + client + ".txt")) {
            if (in == null) {
                throw new IllegalArgumentException("no snippet for " + client);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
