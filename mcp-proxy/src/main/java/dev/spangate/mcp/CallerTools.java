package dev.spangate.mcp;

import dev.spangate.proxy.Settings;
import java.util.List;

/// Which servers and tools one caller may use: `callers[].mcp`.
///
/// A pattern is `server/tool` with globs on both sides; without a slash it names whole servers. A
/// server of which no tool is allowed does not exist for the caller: neither do its prompts and
/// resources.
///
/// @param allow what is allowed; empty allows everything
/// @param deny what is taken away again
public record CallerTools(List<String> allow, List<String> deny) {
    public CallerTools {
        allow = List.copyOf(allow);
        deny = List.copyOf(deny);
    }

    /// Reads the mapping at `callers[].mcp`; absent allows everything.
    ///
    /// @throws dev.spangate.proxy.SettingsException a key is unknown, a pattern empty
    public static CallerTools from(Settings settings) {
        var tools = new CallerTools(settings.texts("allow"), settings.texts("deny"));
        refuseEmpty(settings, "allow", tools.allow);
        refuseEmpty(settings, "deny", tools.deny);
        settings.end();
        return tools;
    }

    /// Everything.
    public static CallerTools all() {
        return new CallerTools(List.of(), List.of());
    }

    /// Whether anything of the server may be seen.
    boolean sees(String server) {
        return (allow.isEmpty() || patterns(allow).stream().anyMatch(each -> each.concerns(server)))
                && patterns(deny).stream().noneMatch(each -> each.wholly(server));
    }

    /// Whether a tool, by its server's own name for it, may be seen and called.
    boolean sees(String server, String tool) {
        return (allow.isEmpty()
                        || patterns(allow).stream().anyMatch(each -> each.matches(server, tool)))
                && patterns(deny).stream().noneMatch(each -> each.matches(server, tool));
    }

    private static List<ToolPattern> patterns(List<String> texts) {
        return ToolPattern.all(texts);
    }

    private static void refuseEmpty(Settings settings, String key, List<String> patterns) {
        for (var pattern : patterns) {
            var parsed = ToolPattern.of(pattern.strip());
            if (parsed.server().isEmpty() || parsed.tool().isEmpty()) {
                throw settings.problem(
                        key,
                        "needs patterns such as `server` or `server/tool`, was '" + pattern + "'");
            }
        }
    }
}
