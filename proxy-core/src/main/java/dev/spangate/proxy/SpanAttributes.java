package dev.spangate.proxy;

import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a caller's spans carry beside what they say of themselves: `telemetry.attributes`.
final class SpanAttributes {
    private static final Pattern VARIABLE =
            Pattern.compile("\\$\\{(?:header\\.([A-Za-z0-9_-]+)|(caller))}");

    private SpanAttributes() {}

    static Map<String, String> of(Caller caller, Headers headers) {
        if (caller.attributes().isEmpty()) {
            return Map.of();
        }
        var attributes = new HashMap<String, String>();
        caller.attributes()
                .forEach((key, template) -> {
                    var value = value(template, caller, headers);
                    if (!value.isBlank()) {
                        attributes.put(key, value);
                    }
                });
        return attributes;
    }

    /// A header that is not there, is too long, or carries credentials counts as empty.
    private static String value(String template, Caller caller, Headers headers) {
        return VARIABLE.matcher(template)
                .replaceAll(found ->
                        Matcher.quoteReplacement(
                                found.group(2) != null
                                        ? caller.name()
                                        : header(found.group(1), headers)));
    }

    private static String header(String name, Headers headers) {
        return Authentication.isCredential(name)
                ? ""
                : headers.first(HeaderNames.create(name)).flatMap(Origins::sane).orElse("");
    }
}
