package dev.spangate.llm;

import dev.spangate.proxy.HttpField;
import dev.spangate.proxy.UpstreamException;
import dev.spangate.proxy.UpstreamException.Kind;
import dev.spangate.proxy.UpstreamResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/// Lets a client of one dialect use a provider of another, on the unified surface.
///
/// Tool-call ids pass unchanged (linking.md L9). What cannot be expressed is a [Refusal] that names
/// the field. The answer is made in the client's dialect before the relay sees it, so it is read as
/// the client gets it.
///
/// @param endpoint what the provider is asked for
/// @param path its path
/// @param from the provider's dialect
/// @param request makes the provider's request of the client's
/// @param emitter writes one answer in the client's dialect
record Translation(
        Endpoint endpoint,
        String path,
        Dialect from,
        RequestRule request,
        Supplier<Emitter> emitter) {
    private static final int MOST_READ = 32 << 20;

    /// Makes the provider's request of the client's.
    interface RequestRule {
        JsonNode translate(JsonNode request, String model);
    }

    /// The translation that a provider needs for an endpoint; empty where it needs or has none.
    static Optional<Translation> of(Endpoint endpoint, ProviderType type) {
        if (type.serves(endpoint)) {
            return Optional.empty();
        }
        boolean newer = type.takesMaxCompletionTokens();
        if (type.serves(Endpoint.CHAT)) {
            return switch (endpoint) {
                case MESSAGES ->
                        Optional.of(
                                onChat(
                                        (body, model) -> MessagesToChat.request(body, model, newer),
                                        MessagesEmitter::new));
                case RESPONSES -> Optional.of(responses(newer));
                default -> Optional.empty();
            };
        }
        return endpoint == Endpoint.CHAT && type.serves(Endpoint.MESSAGES)
                ? Optional.of(
                        new Translation(
                                Endpoint.MESSAGES,
                                "/v1/messages",
                                new AnthropicMessages(),
                                ChatToMessages::request,
                                ChatEmitter::new))
                : Optional.empty();
    }

    private static Translation onChat(RequestRule request, Supplier<Emitter> emitter) {
        return new Translation(
                Endpoint.CHAT, "/v1/chat/completions", new OpenAiChat(), request, emitter);
    }

    /// Names of tools are changed on the way there and back, so both ways share a table.
    private static Translation responses(boolean newer) {
        var names = new ToolNames();
        return onChat(
                (body, model) -> ResponsesToChat.request(body, model, names, newer),
                () -> new ResponsesEmitter(names));
    }

    /// The same answer in the client's dialect, its body made as it is read.
    UpstreamResponse answer(UpstreamResponse upstream) throws UpstreamException {
        var fields =
                upstream.fields().stream().filter(field -> !isOfTheBody(field.name())).toList();
        String type = upstream.first("content-type").orElse("");
        boolean stream = upstream.status() < 400 && type.startsWith("text/event-stream");
        var all = new ArrayList<>(fields);
        all.add(new HttpField("content-type", stream ? "text/event-stream" : "application/json"));
        var written = emitter.get();
        var answer = new Answer(written);
        written.reads(answer);
        InputStream body =
                stream
                        ? new TranslatedStream(upstream.body(), from.reader(answer), written)
                        : whole(upstream, answer, written);
        return new UpstreamResponse(upstream.status(), all, body, upstream::close);
    }

    private static boolean isOfTheBody(String header) {
        return header.equalsIgnoreCase("content-type")
                || header.equalsIgnoreCase("content-length")
                || header.equalsIgnoreCase("content-encoding");
    }

    private InputStream whole(UpstreamResponse upstream, Answer answer, Emitter written)
            throws UpstreamException {
        byte[] bytes;
        try {
            bytes = upstream.body().readNBytes(MOST_READ);
        } catch (UpstreamException e) {
            throw e;
        } catch (IOException e) {
            throw new UpstreamException(Kind.RESET, "reading the answer failed", e);
        }
        Json.answer(bytes)
                .ifPresentOrElse(
                        from.reader(answer)::body, () -> answer.failed("unreadable_answer", ""));
        String failure = answer.errorType();
        if (upstream.status() < 400 && failure == null) {
            return new ByteArrayInputStream(Json.writeBytes(written.whole()));
        }
        String message = answer.errorMessage();
        return new ByteArrayInputStream(
                written.error(
                        upstream.status(),
                        failure == null ? String.valueOf(upstream.status()) : failure,
                        message.isEmpty() ? "the provider refused the request" : message));
    }
}
