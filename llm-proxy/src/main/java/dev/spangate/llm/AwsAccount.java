package dev.spangate.llm;

import dev.spangate.proxy.Secret;
import dev.spangate.proxy.Settings;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// In whose name requests to AWS are signed, and for which region.
///
/// @param region for example `eu-central-1`
/// @param accessKeyId names the key
/// @param secretAccessKey signs; never sent
/// @param sessionToken of temporary credentials, null for lasting ones
public record AwsAccount(
        String region, Secret accessKeyId, Secret secretAccessKey, @Nullable Secret sessionToken) {

    /// Reads `aws` of a provider. Keys come as a pair from one place: the file, else the variables
    /// that AWS's own tools read; so does the region.
    ///
    /// @return empty where neither names a key
    static Optional<AwsAccount> read(Settings settings, Map<String, String> environment) {
        var inFile = settings.text("access-key-id");
        var secret = settings.text("secret-access-key");
        var token = settings.text("session-token");
        if (inFile.isPresent() != secret.isPresent()) {
            throw settings.problem(
                    inFile.isPresent() ? "secret-access-key" : "access-key-id",
                    "is required beside the other half of the key");
        }
        if (inFile.isEmpty()) {
            inFile = variable(environment, "AWS_ACCESS_KEY_ID");
            secret = variable(environment, "AWS_SECRET_ACCESS_KEY");
            token = variable(environment, "AWS_SESSION_TOKEN");
        }
        var region = region(settings, environment);
        settings.end();
        if (inFile.isEmpty() || secret.isEmpty()) {
            return Optional.empty();
        }
        Supplier<RuntimeException> unknown =
                () -> settings.problem("region", "is required, here or in AWS_REGION");
        return Optional.of(
                new AwsAccount(
                        region.orElseThrow(unknown),
                        Secret.of(inFile.get()),
                        Secret.of(secret.get()),
                        token.map(Secret::of).orElse(null)));
    }

    /// The region of the file, else of the environment.
    static Optional<String> region(Settings settings, Map<String, String> environment) {
        return settings.text("region")
                .or(() -> variable(environment, "AWS_REGION"))
                .or(() -> variable(environment, "AWS_DEFAULT_REGION"));
    }

    private static Optional<String> variable(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
    }
}
