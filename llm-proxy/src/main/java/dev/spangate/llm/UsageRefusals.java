package dev.spangate.llm;

import dev.spangate.proxy.UpstreamException;
import dev.spangate.proxy.UpstreamException.Kind;
import dev.spangate.proxy.UpstreamResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Remembers providers that refuse the question for a stream's usage: they get their requests as
/// the client sent them.
final class UsageRefusals {
    private static final int MOST_READ = 64 * 1024;

    private final Set<String> providers = ConcurrentHashMap.newKeySet();

    boolean known(LlmConfig.Provider provider) {
        return providers.contains(provider.name());
    }

    /// The status is one that a strict server gives for a field which it does not know.
    boolean mayBe(UpstreamResponse response) {
        return response.status() == 400 || response.status() == 422;
    }

    /// Reads a refusal: empty when it is about the question, which is remembered; else the same
    /// response for the client.
    Optional<UpstreamResponse> read(LlmConfig.Provider provider, UpstreamResponse response)
            throws UpstreamException {
        byte[] head;
        try {
            head = response.body().readNBytes(MOST_READ);
        } catch (UpstreamException e) {
            throw e;
        } catch (IOException e) {
            throw new UpstreamException(Kind.RESET, "reading the answer failed", e);
        }
        if (new String(head, StandardCharsets.UTF_8).contains("stream_options")) {
            providers.add(provider.name());
            return Optional.empty();
        }
        var body = new SequenceInputStream(new ByteArrayInputStream(head), response.body());
        return Optional.of(
                new UpstreamResponse(response.status(), response.fields(), body, response::close));
    }
}
