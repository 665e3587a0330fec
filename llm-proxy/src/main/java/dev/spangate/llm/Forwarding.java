package dev.spangate.llm;

import dev.spangate.llm.Models.Destination;
import dev.spangate.llm.ProviderType.KeyHeader;
import dev.spangate.proxy.Abort;
import dev.spangate.proxy.Authentication;
import dev.spangate.proxy.Caller;
import dev.spangate.proxy.HopByHop;
import dev.spangate.proxy.HttpField;
import dev.spangate.proxy.UpstreamRequest;
import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Makes of a client's request the one that its provider gets: whose key, which headers, where to.
record Forwarding(Authentication authentication) {
    private static final HeaderName ANTHROPIC_VERSION = HeaderNames.create("anthropic-version");

    /// Who the client is and where it came from, and its trace context: not the provider's
    /// business.
    private static final Set<String> KEPT =
            Set.of(
                    "accept-encoding",
                    "traceparent",
                    "tracestate",
                    "baggage",
                    "forwarded",
                    "x-forwarded-for",
                    "x-forwarded-host",
                    "x-forwarded-port",
                    "x-forwarded-proto",
                    "x-forwarded-prefix",
                    "x-real-ip");

    /// @param outgoing what is sent, perhaps edited
    UpstreamRequest to(
            Destination destination,
            Exchange exchange,
            Caller caller,
            Outgoing outgoing,
            Abort abort) {
        var provider = destination.provider();
        var headers = exchange.request().headers();
        var fields = new ArrayList<HttpField>();
        copy(headers, provider, fields);
        fields.add(new HttpField("Accept-Encoding", "identity"));
        boolean versioned = headers.contains(ANTHROPIC_VERSION);
        var place = outgoing.place(exchange);
        if (place.endpoint() == Endpoint.MESSAGES && !versioned) {
            fields.add(new HttpField("anthropic-version", "2023-06-01"));
        }
        provider.headers()
                .forEach((name, value) -> fields.add(new HttpField(name, value.reveal())));
        boolean keyInQuery = credentials(destination, exchange, caller, place.endpoint(), fields);
        String query = keyInQuery ? place.query() : withoutKey(place.query());
        var request =
                new UpstreamRequest(
                        exchange.method(),
                        UpstreamUrl.of(provider, place.endpoint(), place.path(), query),
                        fields,
                        outgoing.body(),
                        provider.timeouts(),
                        abort);
        var account = provider.aws();
        return account != null && provider.apiKey() == null
                ? AwsSignature.NOW.signed(request, account)
                : request;
    }

    private static void copy(Headers headers, LlmConfig.Provider provider, List<HttpField> fields) {
        var hop =
                HopByHop.of(
                        headers.contains(HeaderNames.CONNECTION)
                                ? headers.get(HeaderNames.CONNECTION).allValues()
                                : List.of());
        var replaced =
                provider.headers().keySet().stream()
                        .map(name -> name.toLowerCase(Locale.ROOT))
                        .collect(Collectors.toSet());
        for (Header header : headers) {
            String name = header.headerName().lowerCase();
            if (!hop.covers(name)
                    && !KEPT.contains(name)
                    && !replaced.contains(name)
                    && !Authentication.isCredential(name)) {
                header.allValues().forEach(v -> fields.add(new HttpField(header.name(), v)));
            }
        }
    }

    /// Adds the key; says whether a key in the query may travel on.
    private boolean credentials(
            Destination destination,
            Exchange exchange,
            Caller caller,
            Endpoint endpoint,
            List<HttpField> fields) {
        var provider = destination.provider();
        boolean ownKeys = destination.ownKeys();
        var style = provider.type().keyHeader(endpoint);
        var key = provider.apiKey();
        if (key != null) {
            fields.add(new HttpField(style.header(), style.value(key.reveal())));
            return false;
        }
        if (provider.aws() != null) {
            return false; // the signature comes when everything else stands
        }
        var own =
                ownKeys
                        ? authentication.providerKeys(caller, exchange.request().headers()).stream()
                                .filter(field -> fits(style, field.name()))
                                .filter(field -> !AwsSignature.isSignature(field.value()))
                                .toList()
                        : List.<HttpField>of();
        fields.addAll(own);
        boolean inQuery = ownKeys && style == KeyHeader.X_GOOG_API_KEY && caller.anonymous();
        boolean configured =
                provider.headers().keySet().stream().anyMatch(name -> fits(style, name));
        if (own.isEmpty() && !inQuery && !configured && provider.type().needsKey()) {
            throw new Refusal(
                    401,
                    "missing_provider_key",
                    "%s is not set and the request brings no key of its own for %s"
                            .formatted(settings(provider), provider.name()));
        }
        return inQuery;
    }

    private static String settings(LlmConfig.Provider provider) {
        String key = provider.setting("api-key");
        return provider.type() == ProviderType.BEDROCK
                ? key + " or " + provider.setting("aws") + " (or AWS_ACCESS_KEY_ID)"
                : key;
    }

    /// Providers with a key header of their own take bearer tokens as well (OAuth, Entra).
    private static boolean fits(KeyHeader style, String header) {
        return header.equalsIgnoreCase(style.header()) || header.equalsIgnoreCase("Authorization");
    }

    private static String withoutKey(String query) {
        return Stream.of(query.split("&", -1))
                .filter(pair -> !pair.startsWith("key="))
                .collect(Collectors.joining("&"));
    }
}
