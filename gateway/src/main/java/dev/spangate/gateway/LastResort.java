package dev.spangate.gateway;

import io.helidon.http.HeaderValues;
import io.helidon.http.HttpException;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.lang.System.Logger.Level;
import java.util.Arrays;
import java.util.stream.Collectors;

/// What no proxy answered: an unknown path, and a bug's 500. The proxies render their own
/// protocols' errors; nothing of a request is logged here.
final class LastResort {
    private static final System.Logger LOG = System.getLogger("spangate.http");
    private static final int DEEPEST = 25;

    private LastResort() {}

    static void addTo(HttpRouting.Builder routing) {
        routing.any(LastResort::notFound)
                .error(HttpException.class, LastResort::refused)
                .error(Throwable.class, LastResort::bug);
    }

    private static void notFound(ServerRequest request, ServerResponse response) {
        answer(request, response, Status.NOT_FOUND_404, "not_found", "Nothing is served here");
    }

    private static void refused(
            ServerRequest request, ServerResponse response, HttpException refusal) {
        answer(
                request,
                response,
                refusal.status(),
                "http_" + refusal.status().code(),
                refusal.status().reasonPhrase());
    }

    /// A message of a bug may quote the request, so only its kind and place are logged.
    private static void bug(ServerRequest request, ServerResponse response, Throwable bug) {
        if (bug instanceof CloseConnectionException close) {
            throw close;
        }
        LOG.log(Level.ERROR, "request failed, a defect of the gateway: " + whereabouts(bug));
        answer(
                request,
                response,
                Status.INTERNAL_SERVER_ERROR_500,
                "internal_error",
                "The gateway failed; its log tells more");
    }

    private static String whereabouts(Throwable bug) {
        return Arrays.stream(bug.getStackTrace())
                .limit(DEEPEST)
                .map(frame -> "\n    at " + frame)
                .collect(Collectors.joining("", bug.getClass().getName(), ""));
    }

    private static void answer(
            ServerRequest request,
            ServerResponse response,
            Status status,
            String code,
            String message) {
        if (response.isSent()) {
            throw new CloseConnectionException("the answer has begun");
        }
        response.status(status)
                .header(HeaderValues.CONTENT_TYPE_JSON)
                .send(ErrorBody.of(request.prologue().uriPath().path(), status, code, message));
    }
}
