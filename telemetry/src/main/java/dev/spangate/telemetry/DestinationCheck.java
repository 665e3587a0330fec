package dev.spangate.telemetry;

import dev.spangate.telemetry.TelemetryConfig.Otlp;
import dev.spangate.telemetry.TelemetryConfig.Protocol;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How a destination took a request without a span.
///
/// @param name as configured
/// @param url where it was sent to, without credentials
/// @param problem what it answered and what to change; null where it took it
public record DestinationCheck(String name, String url, @Nullable String problem) {
    static DestinationCheck of(Otlp otlp, Duration patience) {
        var hurried =
                new Otlp(
                        otlp.name(),
                        otlp.endpoint(),
                        otlp.protocol(),
                        otlp.audience(),
                        otlp.headers(),
                        otlp.capture(),
                        otlp.redact(),
                        patience);
        var url =
                otlp.protocol() == Protocol.GRPC
                        ? otlp.endpoint().toString()
                        : OtlpTransport.tracesUrl(otlp.endpoint()).toString();
        try (var transport = OtlpTransport.of(hurried)) {
            return new DestinationCheck(otlp.name(), url, problem(transport.send(List.of())));
        }
    }

    private static @Nullable String problem(Receipt receipt) {
        return switch (receipt) {
            case Receipt.Accepted _ -> null;
            case Receipt.Later(var reason, _) -> reason;
            case Receipt.Misdirected(var hint) -> hint;
            case Receipt.Refused(var reason) -> reason;
        };
    }
}
