package dev.spangate.telemetry;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Short names for JSON in tests.
final class Json {
    private Json() {}

    static JsonNode read(String text) {
        return JsonMapper.shared().readTree(text);
    }
}
