package dev.spangate.proxy;

/// The configuration is wrong; the message names the path and the way out (exit code 64).
public final class SettingsException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /// @param path where, as in `mcp.servers.files.command`
    /// @param problem what is wrong and what would be right; never a secret
    public SettingsException(String path, String problem) {
        super(path + ": " + problem);
    }
}
