package dev.spangate.llm;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

/// Finds in a path what some dialects put there instead of into the body.
final class RequestPath {
    private RequestPath() {}

    /// Azure: `/openai/deployments/{deployment}/…`; empty if there is none.
    static String deployment(String path) {
        return segmentAfter(path, "/deployments/");
    }

    /// Bedrock: `/model/{id}/…`.
    static String bedrockModel(String path) {
        return segmentAfter(path, "/model/");
    }

    /// Google: `/v1beta/models/{model}:method`.
    static String geminiModel(String path) {
        String segment = segmentAfter(path, "/models/");
        int colon = segment.lastIndexOf(':');
        return colon < 0 ? segment : segment.substring(0, colon);
    }

    private static String segmentAfter(String path, String mark) {
        int at = path.indexOf(mark);
        if (at < 0) {
            return "";
        }
        int from = at + mark.length();
        int slash = path.indexOf('/', from);
        String segment = slash < 0 ? path.substring(from) : path.substring(from, slash);
        try {
            return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return segment;
        }
    }
}
