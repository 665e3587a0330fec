package dev.spangate.llm;

/// Error bodies in the shapes that clients of each family parse.
final class ErrorBodies {
    private ErrorBodies() {}

    /// `{"error":{"message","type","param","code"}}`.
    static byte[] openAi(String type, String message) {
        var body = Json.nodes().objectNode();
        body.putObject("error")
                .put("message", message)
                .put("type", type)
                .putNull("param")
                .put("code", type);
        return Json.writeBytes(body);
    }

    /// `{"type":"error","error":{"type","message"}}`; types are those of Anthropic's reference,
    /// which its client libraries turn into exceptions.
    static byte[] anthropic(int status, String message) {
        var body = Json.nodes().objectNode().put("type", "error");
        body.putObject("error").put("type", anthropicType(status)).put("message", message);
        return Json.writeBytes(body);
    }

    /// `{"error":{"code","message","status"}}`.
    static byte[] google(int status, String message) {
        var body = Json.nodes().objectNode();
        body.putObject("error")
                .put("code", status)
                .put("message", message)
                .put("status", googleStatus(status));
        return Json.writeBytes(body);
    }

    private static String googleStatus(int status) {
        return switch (status) {
            case 400, 413, 422 -> "INVALID_ARGUMENT";
            case 401 -> "UNAUTHENTICATED";
            case 403 -> "PERMISSION_DENIED";
            case 404 -> "NOT_FOUND";
            case 429 -> "RESOURCE_EXHAUSTED";
            case 504 -> "DEADLINE_EXCEEDED";
            case 502, 503 -> "UNAVAILABLE";
            default -> "INTERNAL";
        };
    }

    private static String anthropicType(int status) {
        return switch (status) {
            case 400, 422 -> "invalid_request_error";
            case 401 -> "authentication_error";
            case 403 -> "permission_error";
            case 404 -> "not_found_error";
            case 413 -> "request_too_large";
            case 429 -> "rate_limit_error";
            case 503, 529 -> "overloaded_error";
            case 504 -> "timeout_error";
            default -> "api_error";
        };
    }
}
