package dev.spangate.gateway;

import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.http.DirectHandlers;
import java.util.Locale;

/// Answers what never reaches a route (broken HTTP, too large a body or header block) with a body
/// in the client's own protocol, and shows nothing of what was sent.
final class TransportErrors implements DirectHandler {
    private static final Status HEADERS_TOO_LARGE_431 =
            Status.create(431, "Request Header Fields Too Large");

    private final String maxBody;

    private TransportErrors(long maxBody) {
        this.maxBody = maxBody + " bytes";
    }

    static DirectHandlers handlers(long maxBody) {
        var handler = new TransportErrors(maxBody);
        var handlers = DirectHandlers.builder();
        for (var type : EventType.values()) {
            handlers.addHandler(type, handler);
        }
        return handlers.build();
    }

    /// As below, with the reason that Helidon would log together with what was sent.
    @Override
    public TransportResponse handle(
            TransportRequest request,
            EventType type,
            Status status,
            ServerResponseHeaders headers,
            Throwable reason,
            System.Logger logger) {
        return handle(request, type, status, headers, String.valueOf(reason.getMessage()));
    }

    @Override
    public TransportResponse handle(
            TransportRequest request,
            EventType type,
            Status status,
            ServerResponseHeaders headers,
            String message) {
        var answered = statusOf(type, status, message);
        return TransportResponse.builder()
                .status(answered)
                .headers(headers)
                .header(HeaderNames.CONTENT_TYPE, "application/json")
                .keepAlive(false)
                .entity(ErrorBody.of(pathOf(request), answered, code(answered), explain(answered)))
                .build();
    }

    /// Helidon answers a header block over the limit with 400; RFC 6585 §5 has 431 for it.
    private static Status statusOf(EventType type, Status status, String message) {
        var reason = message == null ? "" : message.toLowerCase(Locale.ROOT);
        boolean tooLarge =
                type == EventType.BAD_REQUEST
                        && reason.contains("header")
                        && (reason.contains("size") || reason.contains("exceed"));
        return tooLarge ? HEADERS_TOO_LARGE_431 : status;
    }

    private static String code(Status status) {
        return status.reasonPhrase().toLowerCase(Locale.ROOT).replaceAll("[^a-z]+", "_");
    }

    private String explain(Status status) {
        return switch (status.code()) {
            case 413 -> "The body is larger than " + maxBody + " (listen.max-body)";
            case 431 -> "The headers are larger than allowed (listen.max-headers)";
            case 414 -> "The request line is longer than allowed";
            case 400 -> "This is not a valid HTTP request";
            case 505 -> "HTTP/1.1 or HTTP/2 is needed";
            default -> status.reasonPhrase();
        };
    }

    private static String pathOf(TransportRequest request) {
        var path = request.path();
        return path == null ? "" : path;
    }
}
