package dev.spangate.proxy;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/// A credential; shows itself nowhere but where [#reveal] is called.
public final class Secret {
    private final String value;

    private Secret(String value) {
        this.value = value;
    }

    public static Secret of(String value) {
        return new Secret(value);
    }

    /// The credential itself: only for the header it belongs into.
    public String reveal() {
        return value;
    }

    /// Compares in constant time.
    public boolean matches(String candidate) {
        return MessageDigest.isEqual(
                value.getBytes(StandardCharsets.UTF_8), candidate.getBytes(StandardCharsets.UTF_8));
    }

    /// Equal credentials; tells whether a configuration changed.
    @Override
    public boolean equals(Object other) {
        return other instanceof Secret secret && matches(secret.value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return "***";
    }
}
