package dev.spangate.mcp;

import dev.spangate.mcp.McpUpstreamException.Kind;
import dev.spangate.proxy.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// The token endpoint of an authorization server (OAuth 2.1, 3.2; RFC 8693).
///
/// Nothing that it says but its error code gets into our messages: the rest may hold credentials.
/// Redirects are not followed, for the request holds some.
final class TokenEndpoint {
    private static final Duration TIME = Duration.ofSeconds(10);
    private static final Duration UNSTATED = Duration.ofMinutes(5);
    private static final int MAX_ANSWER = 64 << 10;
    private static final Pattern ERROR = Pattern.compile("[a-z_]{1,40}");
    private static final Pattern TOKEN = Pattern.compile("[!-~]{1,16384}");
    private static final String ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";

    private final UpstreamAccess.OAuth oauth;
    private final HttpSender sender;
    private final Deadlines deadlines;

    TokenEndpoint(UpstreamAccess.OAuth oauth, HttpSender sender, Deadlines deadlines) {
        this.oauth = oauth;
        this.sender = sender;
        this.deadlines = deadlines;
    }

    /// A token of the gateway's own.
    ///
    /// @throws TransportFailure there is none
    AccessToken.Issued own() {
        return ask(Map.of("grant_type", "client_credentials"));
    }

    /// A token for the bearer of another one.
    ///
    /// @throws TransportFailure there is none
    AccessToken.Issued inExchange(Secret subject) {
        return ask(
                Map.of(
                        "grant_type",
                        "urn:ietf:params:oauth:grant-type:token-exchange",
                        "subject_token",
                        subject.reveal(),
                        "subject_token_type",
                        oauth.subject().type(),
                        "requested_token_type",
                        ACCESS_TOKEN));
    }

    private AccessToken.Issued ask(Map<String, String> grant) {
        var form = new LinkedHashMap<>(grant);
        var headers = new LinkedHashMap<String, String>();
        headers.put("Content-Type", "application/x-www-form-urlencoded");
        headers.put("Accept", "application/json");
        if (!oauth.scopes().isEmpty()) {
            form.put("scope", String.join(" ", oauth.scopes()));
        }
        oauth.audience().ifPresent(audience -> form.put("audience", audience));
        oauth.resource().ifPresent(resource -> form.put("resource", resource));
        identify(form, headers);
        var abort = new Abort();
        try (var _ = deadlines.start(TIME, abort::abort)) {
            var request = new HttpSender.Request("POST", oauth.tokenUrl(), headers, encoded(form));
            return read(sender.sendWithoutRedirects(request, abort));
        } catch (TransportFailure failure) {
            throw new TransportFailure(
                    failure.kind(),
                    "has no access token: its token server " + failure.getMessage(),
                    failure);
        }
    }

    private void identify(Map<String, String> form, Map<String, String> headers) {
        var client = oauth.client();
        var secret = client.secret().map(Secret::reveal).orElse("");
        switch (client.auth()) {
            case BASIC -> {
                var pair = url(client.id()) + ":" + url(secret); // RFC 6749, 2.3.1
                headers.put(
                        "Authorization",
                        "Basic "
                                + Base64.getEncoder()
                                        .encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
            }
            case POST -> {
                form.put("client_id", client.id());
                form.put("client_secret", secret);
            }
            case NONE -> form.put("client_id", client.id());
        }
    }

    private static AccessToken.Issued read(HttpResponse<InputStream> response) {
        var answer = json(response);
        if (response.statusCode() != 200) {
            var error = answer.path("error").asString("");
            throw new TransportFailure(
                    Kind.UNAUTHORIZED,
                    "answered HTTP %d%s; check its `auth`"
                            .formatted(
                                    response.statusCode(),
                                    ERROR.matcher(error).matches() ? " " + error : ""));
        }
        var token = answer.path("access_token").asString("");
        if (!TOKEN.matcher(token).matches()) {
            throw new TransportFailure(
                    Kind.PROTOCOL, "sent no access_token that a header can hold");
        }
        if (!answer.path("token_type").asString("bearer").equalsIgnoreCase("bearer")) {
            throw new TransportFailure(Kind.PROTOCOL, "sent a token that is no bearer token");
        }
        var seconds = answer.path("expires_in").asLong(UNSTATED.toSeconds());
        return new AccessToken.Issued(
                Secret.of(token), Duration.ofSeconds(Math.clamp(seconds, 0, 1_000_000_000)));
    }

    private static JsonNode json(HttpResponse<InputStream> response) {
        try (var in = response.body()) {
            return Json.MAPPER.readTree(in.readNBytes(MAX_ANSWER));
        } catch (IOException broken) {
            throw new TransportFailure(
                    Kind.CLOSED, "broke off in the middle of its answer", broken);
        } catch (JacksonException notJson) {
            return Json.object();
        }
    }

    private static byte[] encoded(Map<String, String> form) {
        return form.entrySet().stream()
                .map(field -> url(field.getKey()) + "=" + url(field.getValue()))
                .collect(Collectors.joining("&"))
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String url(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
