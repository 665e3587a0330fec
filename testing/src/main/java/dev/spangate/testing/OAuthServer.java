package dev.spangate.testing;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A small authorization server on 127.0.0.1: client credentials (`client_secret_basic`,
/// `client_secret_post` or a public client) and token exchange (RFC 8693), as strict as the
/// specifications.
///
/// Tokens are `token-N-…`; an exchanged one names the subject's token. All methods may be called
/// from any thread.
public final class OAuthServer implements AutoCloseable {
    /// The client that it knows.
    public static final String CLIENT = "gate way"; // must be encoded

    /// The client's secret.
    public static final String SECRET = "s:ecret/with+signs%";

    private static final String EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";

    private final ScriptedUpstream web = ScriptedUpstream.start(this::answer);
    private final AtomicInteger issued = new AtomicInteger();
    private final Set<String> valid = ConcurrentHashMap.newKeySet();
    private final List<Map<String, String>> forms = new CopyOnWriteArrayList<>();
    private volatile long lifetimeSeconds = 3600;
    private volatile @Nullable Script fault;
    private volatile @Nullable CountDownLatch gate;
    private volatile Function<String, Boolean> subjects = token -> token.startsWith("user-");

    private OAuthServer() {}

    /// Starts on a free port.
    public static OAuthServer start() {
        return new OAuthServer();
    }

    /// The token endpoint.
    public URI tokenUrl() {
        return web.uri().resolve("/token");
    }

    /// The forms of all token requests so far, in order.
    public List<Map<String, String>> forms() {
        return List.copyOf(forms);
    }

    /// The token requests as they came.
    public List<WireRequest> requests() {
        return web.requests();
    }

    /// From now on tokens live this long; negative: it does not say.
    public void lifetime(long seconds) {
        lifetimeSeconds = seconds;
    }

    /// From now on every request is answered with this; null ends it.
    public void fail(@Nullable Script script) {
        fault = script;
    }

    /// From now on answers wait for the latch; null ends it.
    public void hold(@Nullable CountDownLatch latch) {
        gate = latch;
    }

    /// Whose tokens may be exchanged.
    public void subjects(Function<String, Boolean> known) {
        subjects = known;
    }

    /// All tokens issued so far are refused by [#accepts].
    public void revokeAll() {
        valid.clear();
    }

    /// Whether a resource server should take this `Authorization`.
    public boolean accepts(String authorization) {
        return authorization.startsWith("Bearer ") && valid.contains(authorization.substring(7));
    }

    @Override
    public void close() {
        web.close();
    }

    private Script answer(WireRequest request) {
        var form = form(request.body());
        forms.add(form);
        var failing = fault;
        if (failing != null) {
            return failing;
        }
        var answer = token(request, form);
        var latch = gate;
        var body = answer.body();
        var head =
                "HTTP/1.1 %d X\r\nContent-Type: application/json\r\nCache-Control: no-store\r\nContent-Length: %d\r\n\r\n%s"
                        .formatted(
                                answer.status(),
                                body.getBytes(StandardCharsets.UTF_8).length,
                                body);
        return latch == null ? Script.script().send(head) : Script.script().await(latch).send(head);
    }

    private record Answer(int status, String body) {
        static Answer error(int status, String code) {
            return new Answer(
                    status,
                    "{\"error\":\"" + code + "\",\"error_description\":\"canary-description\"}");
        }
    }

    private Answer token(WireRequest request, Map<String, String> form) {
        if (!request.method().equals("POST") || !request.target().equals("/token")) {
            return Answer.error(404, "not_found");
        }
        if (!known(request, form)) {
            return Answer.error(401, "invalid_client");
        }
        return switch (form.getOrDefault("grant_type", "")) {
            case "client_credentials" -> issue("own");
            case EXCHANGE -> exchanged(form);
            default -> Answer.error(400, "unsupported_grant_type");
        };
    }

    private Answer exchanged(Map<String, String> form) {
        var subject = form.getOrDefault("subject_token", "");
        if (!form.containsKey("subject_token_type")) {
            return Answer.error(400, "invalid_request");
        }
        return subjects.apply(subject)
                ? issue("for-" + subject)
                : Answer.error(400, "invalid_grant");
    }

    private Answer issue(String whom) {
        var token = "token-" + issued.incrementAndGet() + "-" + whom;
        valid.add(token);
        var life = lifetimeSeconds;
        return new Answer(
                200,
                "{\"access_token\":\"%s\",\"token_type\":\"Bearer\",\"issued_token_type\":\"urn:ietf:params:oauth:token-type:access_token\"%s}"
                        .formatted(token, life < 0 ? "" : ",\"expires_in\":" + life));
    }

    private static boolean known(WireRequest request, Map<String, String> form) {
        var authorization = request.header("authorization");
        if (!authorization.isEmpty()) {
            var pair =
                    new String(
                            Base64.getDecoder().decode(authorization.substring("Basic ".length())),
                            StandardCharsets.UTF_8);
            int colon = pair.indexOf(':');
            return decode(pair.substring(0, colon)).equals(CLIENT)
                    && decode(pair.substring(colon + 1)).equals(SECRET);
        }
        if (form.containsKey("client_secret")) {
            return CLIENT.equals(form.get("client_id")) && SECRET.equals(form.get("client_secret"));
        }
        return "public".equals(form.get("client_id"));
    }

    private static Map<String, String> form(String body) {
        var form = new LinkedHashMap<String, String>();
        for (var field : body.split("&", -1)) {
            int equals = field.indexOf('=');
            if (equals > 0) {
                form.put(decode(field.substring(0, equals)), decode(field.substring(equals + 1)));
            }
        }
        return form;
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
