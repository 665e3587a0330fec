package dev.spangate.llm;

import dev.spangate.proxy.Upstream;
import dev.spangate.proxy.UpstreamException;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/// What a provider answers when it is asked for its models: costs nothing, sends no content.
///
/// @param verdict how it is
/// @param detail what was seen, without the key
/// @param fix the setting to change; null where nothing is to be done
/// @param clock its `Date`; null where it sent none
public record ProviderCheck(
        Verdict verdict, String detail, @Nullable String fix, @Nullable Instant clock) {
    private static final int MOST_READ = 4 << 20;

    /// How a provider is.
    public enum Verdict {
        GOOD,
        BAD,
        /// It answers, but whether its key is right cannot be told.
        OPEN
    }

    /// Asks; blocks for a few seconds at most.
    public static ProviderCheck of(LlmConfig.Provider provider, Upstream upstream) {
        try (var response = upstream.send(ModelList.request(provider))) {
            var clock = response.first("Date").map(ProviderCheck::date).orElse(null);
            return read(provider, response.status(), response.body().readNBytes(MOST_READ), clock);
        } catch (UpstreamException e) {
            return new ProviderCheck(
                    Verdict.BAD,
                    e.kind().errorType() + ": " + e.getMessage(),
                    fix(provider, e.kind()),
                    null);
        } catch (Refusal e) {
            return new ProviderCheck(Verdict.BAD, e.text(), provider.setting("base-url"), null);
        } catch (IOException e) {
            return new ProviderCheck(
                    Verdict.BAD, "the answer broke off", provider.setting("base-url"), null);
        }
    }

    private static ProviderCheck read(
            LlmConfig.Provider provider, int status, byte[] body, @Nullable Instant clock) {
        boolean keyed = provider.apiKey() != null;
        boolean refused =
                status == 401
                        || status == 403
                        || (status == 400 && provider.type() == ProviderType.GEMINI);
        if (provider.type() == ProviderType.BEDROCK) {
            return open("reachable; it lists no models, so its key is not checked", clock);
        }
        if (refused && keyed) {
            return new ProviderCheck(
                    Verdict.BAD,
                    status + ": it refuses the key",
                    provider.setting("api-key") + ": make a new one, or check for a copied space",
                    clock);
        }
        if (refused) {
            return open("reachable; it wants a key and has none here: clients bring theirs", clock);
        }
        if (status >= 500) {
            return new ProviderCheck(
                    Verdict.BAD, status + " from it", "ask its status page, or another day", clock);
        }
        var json = Json.answer(body);
        if (status == 200 && json.isPresent()) {
            int models = json.get().path("data").size();
            return new ProviderCheck(Verdict.GOOD, models + " models", null, clock);
        }
        if (status == 429) {
            return new ProviderCheck(Verdict.GOOD, "its limit is reached just now", null, clock);
        }
        if (status == 200) {
            return new ProviderCheck(
                    Verdict.BAD,
                    "200 and no JSON: that is no provider",
                    provider.setting("base-url"),
                    clock);
        }
        return open(
                "reachable (%d); it lists no models, so its key is not checked".formatted(status),
                clock);
    }

    private static ProviderCheck open(String detail, @Nullable Instant clock) {
        return new ProviderCheck(Verdict.OPEN, detail, null, clock);
    }

    private static String fix(LlmConfig.Provider provider, UpstreamException.Kind kind) {
        return switch (kind) {
            case TLS ->
                    provider.setting("base-url")
                            + ": http in place of https, another name than the certificate's, or a certificate authority that this JDK does not know";
            case CONNECT, CONNECT_TIMEOUT ->
                    provider.setting("base-url") + ": host and port, DNS, firewall, proxy";
            default -> provider.setting("base-url") + ": does a provider answer there?";
        };
    }

    private static @Nullable Instant date(String text) {
        try {
            return ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
        } catch (DateTimeException _) {
            return null;
        }
    }
}
