package dev.spangate.gateway;

import dev.spangate.proxy.Secret;
import dev.spangate.proxy.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// `admin:`, where operators come to: health, metrics, `/api`. Never on the traffic port.
///
/// @param host address or name to bind
/// @param port 0 for any free one
/// @param token what `/api` wants as `Authorization: Bearer`; without one `/api` answers loopback
///   listeners only
/// @param allowedHosts accepted in `Host` beside loopback names
/// @param serversFile where servers that came through the API are kept; none: until the end
public record AdminConfig(
        String host,
        int port,
        Optional<Secret> token,
        List<String> allowedHosts,
        Optional<Path> serversFile) {
    private static final int PORT = 9090;

    public AdminConfig {
        allowedHosts = List.copyOf(allowedHosts);
    }

    boolean loopback() {
        return Loopback.is(host);
    }

    /// The same on another port; 0 for any free one.
    public AdminConfig withPort(int other) {
        return new AdminConfig(host, other, token, allowedHosts, serversFile);
    }

    static AdminConfig from(Settings settings) {
        var admin =
                new AdminConfig(
                        settings.text("host").orElse("127.0.0.1"),
                        settings.integer("port", PORT, 0, 65_535),
                        settings.text("token").filter(text -> !text.isBlank()).map(Secret::of),
                        settings.texts("allowed-hosts"),
                        settings.text("servers-file").map(Path::of));
        settings.end();
        return admin;
    }
}
