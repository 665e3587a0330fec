package dev.spangate.mcp;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Makes `requestState` values of our own: signed, bound to a credential, expiring.
///
/// The key lives as long as the process: what a state names does, too.
final class RequestStates {
    private static final String MARK = "sg1.";
    private static final String ALGORITHM = "HmacSHA256";

    private final SecureRandom random = new SecureRandom();
    private final SecretKeySpec key;

    RequestStates() {
        var bytes = new byte[32];
        random.nextBytes(bytes);
        this.key = new SecretKeySpec(bytes, ALGORITHM);
    }

    /// An unguessable id.
    String newId() {
        var bytes = new byte[18];
        random.nextBytes(bytes);
        return encode(bytes);
    }

    /// Whether a value claims to be one of ours.
    static boolean isOurs(String state) {
        return state.startsWith(MARK);
    }

    /// @param caller the credential that alone may use it
    /// @param expiresMillis epoch milliseconds
    String sign(String id, String caller, long expiresMillis) {
        var payload = id + "." + expiresMillis;
        return MARK + payload + "." + encode(mac(payload + "." + caller));
    }

    /// The id in a state that we gave to this credential and that has not expired.
    Optional<String> verify(String state, String caller, long nowMillis) {
        var parts = state.split("\\.", -1);
        if (!isOurs(state) || parts.length != 4) {
            return Optional.empty();
        }
        var expected = encode(mac(parts[1] + "." + parts[2] + "." + caller));
        boolean genuine =
                MessageDigest.isEqual(
                        expected.getBytes(StandardCharsets.US_ASCII),
                        parts[3].getBytes(StandardCharsets.UTF_8));
        return genuine && Long.parseLong(parts[2]) >= nowMillis
                ? Optional.of(parts[1])
                : Optional.empty();
    }

    private byte[] mac(String text) {
        try {
            var mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
