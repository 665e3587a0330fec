package dev.spangate.llm;

import dev.spangate.proxy.HttpField;
import dev.spangate.proxy.UpstreamRequest;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

/// Signs requests to Bedrock (AWS Signature Version 4) with the AWS SDK's own signer.
///
/// Signed are the method, the path, the query, the host, the content type and the body: what a
/// connection adds or a client sends beside them may change without breaking the signature.
///
/// @param clock when the signature is made; AWS takes five minutes of difference
record AwsSignature(Clock clock) {
    private static final String SERVICE = "bedrock";

    /// Lines of another signature: a client's own, made for our address.
    private static final Set<String> REPLACED =
            Set.of(
                    "authorization",
                    "x-amz-date",
                    "x-amz-content-sha256",
                    "x-amz-security-token",
                    "x-amz-region-set",
                    "amz-sdk-invocation-id",
                    "amz-sdk-request");

    static final AwsSignature NOW = new AwsSignature(Clock.systemUTC());

    /// A client's `Authorization` that was made for another host: worth nothing elsewhere.
    static boolean isSignature(String authorization) {
        return authorization.regionMatches(true, 0, "AWS4-", 0, 5);
    }

    /// The same request with our signature, and without any other.
    UpstreamRequest signed(UpstreamRequest request, AwsAccount account) {
        var kept = new ArrayList<HttpField>();
        var unsigned =
                SdkHttpRequest.builder()
                        .method(SdkHttpMethod.fromValue(request.method()))
                        .uri(request.uri());
        for (var field : request.fields()) {
            String name = field.name().toLowerCase(Locale.ROOT);
            if (!REPLACED.contains(name)) {
                kept.add(field);
            }
            if (name.equals("content-type")) {
                unsigned.putHeader("Content-Type", field.value());
            }
        }
        kept.addAll(signature(unsigned.build(), request.body(), account));
        return new UpstreamRequest(
                request.method(),
                request.uri(),
                kept,
                request.body(),
                request.timeouts(),
                request.abort());
    }

    /// The lines that the signer adds; the host's is the connection's own.
    private List<HttpField> signature(SdkHttpRequest unsigned, byte[] body, AwsAccount account) {
        var signed =
                AwsV4HttpSigner.create()
                        .sign(request ->
                                request.identity(identity(account))
                                        .request(unsigned)
                                        .payload(ContentStreamProvider.fromByteArray(body))
                                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, SERVICE)
                                        .putProperty(AwsV4HttpSigner.REGION_NAME, account.region())
                                        .putProperty(HttpSigner.SIGNING_CLOCK, clock))
                        .request();
        var added = new ArrayList<HttpField>();
        signed.forEachHeader((name, values) -> {
            boolean ours = !unsigned.headers().containsKey(name);
            if (ours && !name.equalsIgnoreCase("Host")) {
                values.forEach(value -> added.add(new HttpField(name, value)));
            }
        });
        return added;
    }

    private static AwsCredentialsIdentity identity(AwsAccount account) {
        String id = account.accessKeyId().reveal();
        String secret = account.secretAccessKey().reveal();
        return account.sessionToken() == null
                ? AwsCredentialsIdentity.create(id, secret)
                : AwsSessionCredentialsIdentity.create(id, secret, account.sessionToken().reveal());
    }
}
