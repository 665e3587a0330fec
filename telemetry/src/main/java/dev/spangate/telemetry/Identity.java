package dev.spangate.telemetry;

import dev.spangate.linking.Capture;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.resources.Resource;
import java.util.function.Function;

/// Who exports.
///
/// @param gateway the configuration's `name`
/// @param version of this program
/// @param secrets what must never leave: every credential of the configuration
/// @param captureOf how much a caller lets be recorded, by its name; asked anew for each span
public record Identity(
        String gateway, String version, KnownSecrets secrets, Function<String, Capture> captureOf) {
    static final String SCOPE = "spangate";

    /// For callers that leave nothing out.
    public Identity(String gateway, String version, KnownSecrets secrets) {
        this(gateway, version, secrets, _ -> Capture.FULL);
    }

    @Override
    public String toString() {
        return "Identity[gateway=%s, version=%s]".formatted(gateway, version);
    }

    Resource resource(TelemetryConfig config) {
        var attributes = Attributes.builder();
        config.resource().forEach(attributes::put);
        attributes.put("service.name", config.serviceName());
        if (!config.resource().containsKey("service.version")) {
            attributes.put("service.version", version);
        }
        return Resource.create(attributes.build());
    }
}
