package dev.spangate.mcp;

import dev.spangate.proxy.Secret;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// The environment of a child process: a short list of harmless variables of ours, and what its
/// entry configures.
///
/// Nothing else of the gateway's environment, where provider keys live, reaches a server.
final class ChildEnvironment {
    private static final Set<String> PASSED =
            Set.of(
                    "PATH",
                    "HOME",
                    "USER",
                    "LOGNAME",
                    "SHELL",
                    "TERM",
                    "LANG",
                    "LANGUAGE",
                    "TZ",
                    "TMPDIR",
                    "TMP",
                    "TEMP",
                    "XDG_CACHE_HOME",
                    "XDG_CONFIG_HOME",
                    "XDG_DATA_HOME",
                    "XDG_RUNTIME_DIR",
                    "SYSTEMROOT",
                    "SYSTEMDRIVE",
                    "WINDIR",
                    "COMSPEC",
                    "PATHEXT",
                    "APPDATA",
                    "LOCALAPPDATA",
                    "USERPROFILE",
                    "USERNAME",
                    "HOMEDRIVE",
                    "HOMEPATH",
                    "PROCESSOR_ARCHITECTURE",
                    "PROGRAMFILES");

    private ChildEnvironment() {}

    static Map<String, String> of(Map<String, String> ours, Map<String, Secret> configured) {
        var environment = new LinkedHashMap<String, String>();
        ours.forEach((name, value) -> {
            if (PASSED.contains(name) || name.startsWith("LC_")) {
                environment.put(name, value);
            }
        });
        configured.forEach((name, value) -> environment.put(name, value.reveal()));
        return environment;
    }
}
