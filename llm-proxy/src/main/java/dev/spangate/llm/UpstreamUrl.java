package dev.spangate.llm;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Joins a provider's base URL and a request's path, whichever of them holds the API's version.
final class UpstreamUrl {
    private static final Pattern VERSION = Pattern.compile("v[0-9]+([a-z]+[0-9]*)?");

    /// Dot segments, written in whatever way, could leave the base URL's path.
    private static final Pattern DOTS = Pattern.compile("(?i)(\\.|%2e){1,2}");

    private UpstreamUrl() {}

    /// @param path raw, starts with a slash
    /// @param query raw, or null
    static URI of(LlmConfig.Provider provider, Endpoint endpoint, String path, String query) {
        check(path);
        String base = trimmed(provider.baseUrl().getRawPath());
        String joined =
                switch (provider.type()) {
                    case AZURE -> azure(base, path);
                    case GEMINI -> versioned(base, endpoint, gemini(endpoint, path));
                    default -> versioned(base, endpoint, path);
                };
        String text =
                provider.baseUrl().getScheme()
                        + "://"
                        + provider.baseUrl().getRawAuthority()
                        + joined
                        + (query.isEmpty() ? "" : "?" + query);
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            throw new Refusal(
                    400, "invalid_path", "the request's path or query is not a valid URI");
        }
    }

    private static String versioned(String base, Endpoint endpoint, String path) {
        String first = segment(path);
        boolean versionInPath = VERSION.matcher(first).matches();
        if (VERSION.matcher(base.substring(base.lastIndexOf('/') + 1)).matches()) {
            return base + (versionInPath ? path.substring(1 + first.length()) : path);
        }
        boolean bare = endpoint != Endpoint.OTHER && path.equals(endpoint.suffix());
        return base + (bare && endpoint.versioned() ? "/v1" + path : path);
    }

    /// What Google serves in OpenAI's shape stands below a path of its own.
    private static String gemini(Endpoint endpoint, String path) {
        return endpoint.versioned() && path.startsWith("/v1/")
                ? "/v1beta/openai" + path.substring("/v1".length())
                : path;
    }

    /// Azure's paths begin with `/openai`; the version is in the query, or `v1` behind it.
    private static String azure(String base, String path) {
        String root = base.replaceFirst("/openai(/v1)?$", "");
        return root + (path.startsWith("/openai/") ? path : "/openai" + path);
    }

    private static void check(String path) {
        for (String segment : path.split("/", -1)) {
            if (DOTS.matcher(segment).matches()) {
                throw new Refusal(400, "invalid_path", "the request's path holds a dot segment");
            }
        }
    }

    private static String trimmed(@Nullable String path) {
        String text = path == null ? "" : path;
        return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    }

    /// The first segment of a path.
    static String segment(String path) {
        int slash = path.indexOf('/', 1);
        return slash < 0 ? path.substring(Math.min(1, path.length())) : path.substring(1, slash);
    }
}
