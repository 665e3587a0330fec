package dev.spangate.llm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spangate.proxy.SettingsException;
import dev.spangate.testing.Script;
import dev.spangate.testing.WireRequest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Requests to Bedrock bear a signature that AWS would accept: it is made again here from the bytes
/// that arrived (docs.aws.amazon.com: "Create a signed AWS API request").
class AwsSignatureTest {
    private static final Pattern AUTHORIZATION =
            Pattern.compile(
                    "AWS4-HMAC-SHA256 Credential=([^/]+)/([0-9]{8})/([^/]+)/bedrock/aws4_request,"
                            + " SignedHeaders=([^,]+), Signature=([0-9a-f]{64})");
    private static final String SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    private static final String ACCOUNT =
            """
            {"providers":{"bedrock":{"base-url":"$URL","aws":{"region":"us-west-2",
              "access-key-id":"AKIDEXAMPLE","secret-access-key":"%s"%s}}}}
            """;
    private static final String OK =
            "{\"output\":{\"message\":{\"role\":\"assistant\",\"content\":[{\"text\":\"hi\"}]}},\"stopReason\":\"end_turn\"}";

    /// Checks a request as its receiver would.
    ///
    /// @return the id of the key that signed it
    static String verify(WireRequest request, String secret, String region) {
        var found = AUTHORIZATION.matcher(request.header("authorization"));
        assertThat(found.matches()).as(request.header("authorization")).isTrue();
        assertThat(found.group(3)).isEqualTo(region);
        String date = request.header("x-amz-date");
        assertThat(date).startsWith(found.group(2));
        String scope = found.group(2) + "/" + region + "/bedrock/aws4_request";
        String text =
                String.join(
                        "\n",
                        "AWS4-HMAC-SHA256",
                        date,
                        scope,
                        ChatJson.digest(canonical(request, found.group(4))));
        byte[] key = ("AWS4" + secret).getBytes(UTF_8);
        for (String part : scope.split("/")) {
            key = hmac(key, part);
        }
        assertThat(HexFormat.of().formatHex(hmac(key, text))).isEqualTo(found.group(5));
        return found.group(1);
    }

    private static String canonical(WireRequest request, String signedHeaders) {
        int query = request.target().indexOf('?');
        String path = query < 0 ? request.target() : request.target().substring(0, query);
        var parameters = new TreeMap<String, String>();
        if (query >= 0) {
            for (String pair : request.target().substring(query + 1).split("&")) {
                int equals = pair.indexOf('=');
                parameters.put(pair.substring(0, equals), pair.substring(equals + 1));
            }
        }
        var headers = new StringBuilder();
        for (String name : signedHeaders.split(";")) {
            headers.append(name).append(':').append(request.header(name).strip()).append('\n');
        }
        return String.join(
                "\n",
                request.method(),
                path.replace("%", "%25"),
                parameters.entrySet().stream()
                        .map(each -> each.getKey() + "=" + each.getValue())
                        .collect(Collectors.joining("&")),
                headers.toString(),
                signedHeaders,
                ChatJson.digest(request.body()));
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(UTF_8));
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/bedrock/model/anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse",
                "/bedrock/model/eu.anthropic.claude-haiku-4-5/converse",
                "/bedrock/model/arn%3Aaws%3Abedrock%3Aus-west-2%3A1%3Ainference-profile%2Fx/converse",
                "/bedrock/model/plain/converse?a=1&b=2",
                "/bedrock/model/plain/count-tokens"
            })
    void theReceiverFindsTheSignatureRight(String path) throws Exception {
        String body =
                "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"gr\u00fc\u00df dich\"}]}]}";
        try (var bench = LlmBench.start(_ -> Script.json(OK), ACCOUNT.formatted(SECRET, ""))) {
            assertThat(bench.post(path, body, "X-Amzn-Extra: 1").status()).isEqualTo(200);
            var sent = bench.upstream.requests().getFirst();
            assertThat(verify(sent, SECRET, "us-west-2")).isEqualTo("AKIDEXAMPLE");
            assertThat(sent.body()).isEqualTo(body);
            assertThat(sent.header("x-amzn-extra")).isEqualTo("1");
        }
    }

    /// A verifier that accepts everything would prove nothing.
    @Test
    void aChangedBodyOrAnotherSecretIsFoundWrong() throws Exception {
        try (var bench = LlmBench.start(_ -> Script.json(OK), ACCOUNT.formatted(SECRET, ""))) {
            bench.post("/bedrock/model/plain/converse", "{\"messages\":[]}");
            var sent = bench.upstream.requests().getFirst();
            assertThatThrownBy(() -> verify(sent, "another secret", "us-west-2"))
                    .isInstanceOf(AssertionError.class);
        }
    }

    @Test
    void aSessionTokenIsSignedAndSentAndNowhereElse() throws Exception {
        String token = ",\"session-token\":\"session-token-canary\"";
        try (var bench = LlmBench.start(_ -> Script.json(OK), ACCOUNT.formatted(SECRET, token))) {
            bench.post(
                    "/bedrock/model/plain/converse",
                    "{\"messages\":[]}",
                    "X-Amz-Security-Token: of-the-client",
                    "X-Amz-Date: 20200101T000000Z",
                    "Authorization: AWS4-HMAC-SHA256 Credential=AKIDCLIENT/x, Signature=0");
            var sent = bench.upstream.requests().getFirst();
            assertThat(sent.header("x-amz-security-token")).isEqualTo("session-token-canary");
            assertThat(sent.rawHead()).doesNotContain("of-the-client", "AKIDCLIENT", "20200101");
            verify(sent, SECRET, "us-west-2");
            bench.draft();
            assertThat(bench.drafts.toString())
                    .doesNotContain("session-token-canary", SECRET, "of-the-client");
        }
    }

    /// AWS repeats the canonical request when a signature is wrong; credentials in it are masked.
    @Test
    void anErrorThatRepeatsWhatWasSignedIsFreeOfIt() throws Exception {
        String token = ",\"session-token\":\"session-token-canary\"";
        var echo =
                Script.answer(
                        403,
                        "application/json",
                        "{\"message\":\"x-amz-security-token:session-token-canary does not match\"}");
        try (var bench = LlmBench.start(_ -> echo, ACCOUNT.formatted(SECRET, token))) {
            var answer = bench.post("/bedrock/model/plain/converse", "{\"messages\":[]}");
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.body()).doesNotContain("session-token-canary");
            bench.draft();
            assertThat(bench.drafts.toString()).doesNotContain("session-token-canary");
        }
    }

    @Test
    void withoutKeyAndAccountItIs401ThatNamesBoth() throws Exception {
        String none = "{\"providers\":{\"bedrock\":{\"base-url\":\"$URL\"}}}";
        try (var bench = LlmBench.start(_ -> Script.json(OK), none)) {
            var answer =
                    bench.post(
                            "/bedrock/model/m/converse",
                            "{}",
                            "Authorization: AWS4-HMAC-SHA256 Credential=AKIDCLIENT/x, Signature=0");
            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.body())
                    .contains("llm.providers.bedrock.api-key", "llm.providers.bedrock.aws")
                    .doesNotContain("AKIDCLIENT");
            assertThat(bench.upstream.requests()).isEmpty();
        }
    }

    private static LlmConfig.Provider read(String json, Map<String, String> environment) {
        var tree = Json.object("{\"providers\":{\"bedrock\":" + json.replace('\'', '"') + "}}");
        return LlmConfig.from(tree.orElseThrow(), environment).providers().get("bedrock");
    }

    @Test
    void whereTheFileIsSilentTheEnvironmentSpeaks() {
        var environment =
                Map.of(
                        "AWS_ACCESS_KEY_ID", "AKIDENV",
                        "AWS_SECRET_ACCESS_KEY", "s",
                        "AWS_SESSION_TOKEN", "t",
                        "AWS_REGION", "eu-west-1");
        var provider = read("{}", environment);
        assertThat(provider.baseUrl())
                .hasToString("https://bedrock-runtime.eu-west-1.amazonaws.com");
        assertThat(provider.aws().accessKeyId().reveal()).isEqualTo("AKIDENV");
        assertThat(provider.aws().sessionToken().reveal()).isEqualTo("t");
        var inFile =
                read(
                        "{'aws':{'region':'us-east-1','access-key-id':'AKIDFILE','secret-access-key':'f'}}",
                        environment);
        assertThat(inFile.aws().accessKeyId().reveal()).isEqualTo("AKIDFILE");
        assertThat(inFile.aws().sessionToken()).isNull();
        assertThat(inFile.baseUrl()).hasToString("https://bedrock-runtime.us-east-1.amazonaws.com");
        assertThat(inFile.toString()).doesNotContain("AKIDFILE");
        var bearer = read("{}", Map.of("AWS_BEARER_TOKEN_BEDROCK", "b", "AWS_REGION", "us-east-1"));
        assertThat(bearer.apiKey().reveal()).isEqualTo("b");
        assertThat(bearer.aws()).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | llm.providers.bedrock.base-url: is required",
                "{'base-url':'http://h','aws':{'access-key-id':'a'}} | llm.providers.bedrock.aws.secret-access-key: is required",
                "{'base-url':'http://h','aws':{'secret-access-key':'a'}} | llm.providers.bedrock.aws.access-key-id: is required",
                "{'base-url':'http://h','aws':{'access-key-id':'a','secret-access-key':'b'}} | llm.providers.bedrock.aws.region: is required",
                "{'base-url':'http://h','aws':{'regoin':'a'}} | llm.providers.bedrock.aws.regoin: unknown key; did you mean `region`?"
            })
    void whatIsWrongIsNamedByItsPath(String json, String message) {
        assertThatThrownBy(() -> read(json, Map.of()))
                .isInstanceOf(SettingsException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void anotherProviderHasNoAccount() {
        var tree = Json.object("{\"providers\":{\"openai\":{\"aws\":{\"region\":\"x\"}}}}");
        assertThatThrownBy(() -> LlmConfig.from(tree.orElseThrow(), Map.of()))
                .hasMessageContaining("llm.providers.openai.aws: unknown key");
        var others = LlmConfig.from(null, Map.of("AWS_BEARER_TOKEN_BEDROCK", "b"));
        assertThat(List.copyOf(others.providers().keySet())).isEmpty();
    }
}
