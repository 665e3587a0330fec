package dev.spangate.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/// AWS's keys count as secrets wherever they were read, so that nothing recorded holds them.
class AwsSecretsTest {
    private static final String BEDROCK = "llm: { providers: { bedrock: { type: bedrock } } }";

    @Test
    void theyAreTakenFromTheEnvironment() {
        var config =
                GatewayConfig.parse(
                        BEDROCK,
                        Map.of(
                                "AWS_REGION", "eu-central-1",
                                "AWS_ACCESS_KEY_ID", "AKIDEXAMPLE",
                                "AWS_SECRET_ACCESS_KEY", "secret-of-the-environment",
                                "AWS_SESSION_TOKEN", "token-of-the-environment"));
        assertThat(config.secrets())
                .contains("secret-of-the-environment", "token-of-the-environment");
        assertThat(config.llm().providers().get("bedrock").baseUrl().getHost())
                .isEqualTo("bedrock-runtime.eu-central-1.amazonaws.com");
    }

    @Test
    void theyAreTakenFromTheFile() {
        var config =
                GatewayConfig.parse(
                        """
                        llm:
                          providers:
                            bedrock:
                              aws: { region: us-east-1, access-key-id: AKID, secret-access-key: secret-of-the-file }
                        """,
                        Map.of());
        assertThat(config.secrets()).contains("secret-of-the-file");
        assertThat(config.toString()).doesNotContain("secret-of-the-file");
    }

    @Test
    void otherProvidersDoNotReadThem() {
        var config =
                GatewayConfig.parse(
                        "llm: { providers: { openai: { api-key: k } } }",
                        Map.of("AWS_SECRET_ACCESS_KEY", "secret-of-the-environment"));
        assertThat(config.secrets()).doesNotContain("secret-of-the-environment");
    }
}
