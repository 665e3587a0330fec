package dev.spangate.gateway;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Langfuse's public API as version 4 has it: `GET /api/public/v2/observations`, page by page.
final class LangfuseReader implements ReadBack {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int MOST_PAGES = 20;
    private static final String HOP = "read back from Langfuse";
    private static final String KEYS =
            "the key pair belongs to another project or another Langfuse: telemetry.langfuse.public-key and secret-key (or LANGFUSE_PUBLIC_KEY, LANGFUSE_SECRET_KEY)";

    private final URI host;
    private final String basic;
    private final HttpClient client;

    /// @param host base URL; a path of its OTLP endpoint is left out
    LangfuseReader(URI host, String publicKey, String secretKey, HttpClient client) {
        this.host = base(host);
        this.basic =
                Base64.getEncoder()
                        .encodeToString(
                                (publicKey + ":" + secretKey).getBytes(StandardCharsets.UTF_8));
        this.client = client;
    }

    /// `https://langfuse.example/sub` of `https://langfuse.example/sub/api/public/otel`.
    static URI base(URI host) {
        var text = host.toString().replaceFirst("/api/public.*$", "").replaceFirst("/+$", "");
        return URI.create(text);
    }

    @Override
    public String place() {
        return HOP;
    }

    @Override
    public String fix() {
        return """
        Langfuse does not show it. If a Collector stands between: does its log say 401 (its credentials), 404 (the path is /api/public/otel) or nothing at all (its pipeline)?
        Without the header x-langfuse-ingestion-version: 4 data comes up to 15 minutes late; and these keys may be of another project than those it was sent with\
        """
                .stripIndent();
    }

    @Override
    public List<SeenSpan> spans(String traceId) {
        var seen = new LinkedHashMap<String, SeenSpan>();
        String cursor = null;
        for (int page = 0; page < MOST_PAGES; page++) {
            var answer = page(traceId, cursor);
            for (var row : answer.path("data")) {
                var span = span(row);
                seen.put(span.spanId(), span);
            }
            cursor = answer.at("/meta/cursor").asString("");
            if (cursor.isEmpty()) {
                break;
            }
        }
        return new ArrayList<>(seen.values());
    }

    private JsonNode page(String traceId, @Nullable String cursor) {
        var url =
                host
                        + "/api/public/v2/observations?traceId="
                        + traceId
                        + "&fields=core,basic,io,metadata,model,usage&limit=100"
                        + (cursor == null ? "" : "&cursor=" + encoded(cursor));
        var request =
                HttpRequest.newBuilder(URI.create(url))
                        .timeout(PATIENCE)
                        .header("Authorization", "Basic " + basic)
                        .header("Accept", "application/json")
                        .build();
        try {
            return read(client.send(request, BodyHandlers.ofString()));
        } catch (IOException e) {
            throw new HopException(
                    HOP,
                    host + ": " + Failures.said(e),
                    "telemetry.langfuse.host (LANGFUSE_HOST) must be reached from here, too");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandException("interrupted");
        }
    }

    /// A 429 or 5xx is no answer yet.
    private JsonNode read(HttpResponse<String> response) {
        int status = response.statusCode();
        var body = tree(response.body());
        if (status == 200 && body != null && body.path("data").isArray()) {
            return body;
        }
        if (status == 429 || status >= 500) {
            return JSON.createObjectNode();
        }
        var said = status + " from " + host;
        throw switch (status) {
            case 401, 403 -> new HopException(HOP, said, KEYS);
            case 404 ->
                    new HopException(
                            HOP,
                            said,
                            "there is no /api/public/v2/observations: Langfuse before version 4, or telemetry.langfuse.host is not its base URL");
            case 400 ->
                    new HopException(
                            HOP,
                            said + ": " + message(body),
                            "verify reads with the API of Langfuse 4; which version is that?");
            default ->
                    new HopException(
                            HOP,
                            said + (body == null ? ", and no JSON" : ": " + message(body)),
                            "telemetry.langfuse.host must be Langfuse's own base URL, without a login or a redirect in front");
        };
    }

    private static String message(@Nullable JsonNode body) {
        if (body == null) {
            return "no JSON";
        }
        var text = body.path("message").asString(body.path("error").asString(""));
        return text.length() > 200 ? text.substring(0, 200) + "…" : text;
    }

    private static @Nullable JsonNode tree(String body) {
        try {
            return JSON.readTree(body);
        } catch (JacksonException _) {
            return null;
        }
    }

    private static SeenSpan span(JsonNode row) {
        var metadata = row.path("metadata");
        var usage = row.path("usageDetails");
        return new SeenSpan(
                row.path("id").asString(""),
                text(row, "parentObservationId"),
                row.path("type").asString("").toLowerCase(Locale.ROOT),
                row.path("name").asString(""),
                text(row, "input"),
                text(row, "output"),
                tokens(usage, "input"),
                tokens(usage, "output"),
                text(metadata, "tool_call_id"),
                text(metadata, "link_method"),
                text(metadata, "link_confidence"));
    }

    /// The counts are disjoint: cached and reasoning tokens stand under names of their own.
    private static long tokens(JsonNode usage, String side) {
        long sum = -1;
        for (var entry : usage.properties()) {
            if (entry.getKey().startsWith(side) && entry.getValue().isNumber()) {
                sum = Math.max(0, sum) + entry.getValue().asLong();
            }
        }
        return sum;
    }

    private static @Nullable String text(JsonNode node, String key) {
        var value = node.path(key);
        if (value.isNull() || value.isMissingNode()) {
            return null;
        }
        var text = value.isValueNode() ? value.asString() : value.toString();
        return text.isEmpty() ? null : text;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
