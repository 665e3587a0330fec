package dev.spangate.telemetry;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.resources.Resource;

/// Who exports.
///
/// @param gateway the configuration's `name`
/// @param version of this program
/// @param secrets what must never leave: every credential of the configuration
public record Identity(String gateway, String version, KnownSecrets secrets) {
    static final String SCOPE = "spangate";

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
