package dev.spangate.telemetry;

import io.opentelemetry.sdk.common.export.GrpcResponse;
import java.time.Duration;
import java.util.Locale;

/// Reads gRPC statuses of OTLP endpoints (OTLP specification, "Failures").
final class GrpcReceipts {
    private GrpcReceipts() {}

    static Receipt of(GrpcResponse response, String url) {
        String description = response.getStatusDescription();
        String text =
                "%s from %s: %s"
                        .formatted(
                                response.getStatusCode(),
                                url,
                                description == null ? "" : description);
        return switch (response.getStatusCode()) {
            case OK -> new Receipt.Accepted();
            case UNAUTHENTICATED, PERMISSION_DENIED ->
                    new Receipt.Misdirected(text + "; check the headers of this destination");
            case UNIMPLEMENTED, NOT_FOUND ->
                    new Receipt.Misdirected(
                            text
                                    + "; there is no OTLP over gRPC: check the port or use http/protobuf");
            case RESOURCE_EXHAUSTED ->
                    text.toLowerCase(Locale.ROOT).contains("larger than max")
                            ? new Receipt.Refused(text)
                            : new Receipt.Later(text, Duration.ZERO);
            case INVALID_ARGUMENT, ALREADY_EXISTS, FAILED_PRECONDITION -> new Receipt.Refused(text);
            default -> new Receipt.Later(text, Duration.ZERO);
        };
    }
}
