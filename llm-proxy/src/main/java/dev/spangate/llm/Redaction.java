package dev.spangate.llm;

import dev.spangate.proxy.Authentication;
import dev.spangate.proxy.HttpField;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// The credentials that went out with one request, and how they are kept out of what comes back.
record Redaction(List<String> secrets) {
    private static final String MASK = "***";

    /// Shorter values are no secrets, and replacing them would garble.
    private static final int SHORTEST = 8;

    /// Of the header lines that were sent.
    static Redaction of(List<HttpField> fields) {
        var secrets = new ArrayList<String>();
        for (var field : fields) {
            if (Authentication.isCredential(field.name())) {
                String value = field.value();
                secrets.add(value.substring(value.indexOf(' ') + 1));
            }
        }
        secrets.removeIf(secret -> secret.length() < SHORTEST);
        return new Redaction(secrets);
    }

    /// The bytes themselves where no secret is in them.
    byte[] clean(byte[] bytes) {
        // One char per byte, so that bytes which are no UTF-8 survive.
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        String clean = clean(text);
        return clean.equals(text) ? bytes : clean.getBytes(StandardCharsets.ISO_8859_1);
    }

    String clean(String text) {
        String clean = text;
        for (String secret : secrets) {
            clean = clean.replace(secret, MASK);
        }
        return clean;
    }
}
