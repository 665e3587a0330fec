package dev.spangate.linking;

/// `spangate.link.method` (rule T4).
enum Method {
    CALL_ID("call-id"),
    SESSION("session"),
    TRACE_CONTEXT("trace-context"),
    ARGUMENTS("arguments"),
    RESULT("result"),
    NONE("none");

    private final String key;

    Method(String key) {
        this.key = key;
    }

    String key() {
        return key;
    }

    static Method of(String key) {
        for (var method : values()) {
            if (method.key.equals(key)) {
                return method;
            }
        }
        return NONE;
    }
}
