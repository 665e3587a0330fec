package dev.spangate.mcp;

import dev.spangate.proxy.Settings;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// What names in the configuration must be like: none may be taken for another one.
final class ConfiguredNames {
    /// What model APIs take as a tool's name, and the dot that MCP has beside (SEP-986).
    private static final Pattern TOOL = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

    private ConfiguredNames() {}

    /// Checks the names of servers and virtual servers of a configuration.
    ///
    /// @throws dev.spangate.proxy.SettingsException two look alike
    static void check(Settings mcp, Collection<String> servers, Collection<String> virtual) {
        var known = new ArrayList<String>();
        servers.forEach(name -> add(mcp, "servers." + name, name, known));
        virtual.forEach(name -> add(mcp, "virtual." + name, name, known));
    }

    private static void add(Settings mcp, String key, String name, List<String> known) {
        refuse(mcp, key, name, known);
        known.add(name);
    }

    /// Refuses a name that looks like one of others.
    ///
    /// @throws dev.spangate.proxy.SettingsException with the other name
    static void refuse(Settings at, String key, String name, Collection<String> others) {
        var other = LookAlikes.of(name, others);
        if (other != null) {
            throw at.problem(
                    key,
                    "looks like '"
                            + other
                            + "', and so would the names of its tools; choose another name");
        }
    }

    /// Checks what tools of one server are to be called.
    ///
    /// @param shown own name → shown name
    /// @throws dev.spangate.proxy.SettingsException a name no client takes, or one given twice
    static void checkShown(Settings tools, Map<String, String> shown) {
        var known = new ArrayList<String>();
        shown.forEach((own, name) -> {
            if (!TOOL.matcher(name).matches()) {
                throw tools.problem(
                        own,
                        "must become 1 to 64 letters, digits, '_', '-' or '.', was '" + name + "'");
            }
            if (known.contains(name)) {
                throw tools.problem(own, "another tool is shown as '" + name + "', too");
            }
            refuse(tools, own, name, known);
            known.add(name);
        });
    }
}
