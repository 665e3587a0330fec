package dev.spangate.redis;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// `linking.redis:` of the configuration.
///
/// @param url `redis://host[:port][/database]`, or `rediss://` for TLS; without credentials
/// @param username of an ACL user; null for the default one
/// @param password its password; null for none
/// @param ca PEM file with the certificates to trust instead of the platform's; null for those
/// @param prefix what the names of all keys begin with
/// @param timeout for a connection and for an answer, before the store counts as not answering
public record RedisConfig(
        URI url,
        @Nullable String username,
        @Nullable String password,
        @Nullable Path ca,
        String prefix,
        Duration timeout) {
    /// The documented defaults.
    public static RedisConfig of(URI url) {
        return new RedisConfig(url, null, null, null, "spangate", Duration.ofSeconds(2));
    }

    /// Host and port alone, for people.
    public String address() {
        return url.getHost() + ":" + port();
    }

    int port() {
        return url.getPort() < 0 ? 6379 : url.getPort();
    }

    boolean tls() {
        return "rediss".equals(url.getScheme());
    }

    /// Number of the database, 0 unless the path says otherwise.
    int database() {
        String path = url.getPath() == null ? "" : url.getPath().replace("/", "");
        return path.isEmpty() ? 0 : Integer.parseInt(path);
    }

    /// Without the password.
    @Override
    public String toString() {
        return "RedisConfig[" + url.getScheme() + "://" + address() + ", prefix=" + prefix + "]";
    }
}
