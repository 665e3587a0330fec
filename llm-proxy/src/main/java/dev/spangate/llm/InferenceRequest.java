package dev.spangate.llm;

import dev.spangate.llm.Models.Destination;
import dev.spangate.proxy.Caller;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What a client asks, as it came and as it was read.
final class InferenceRequest {
    private final Exchange exchange;
    private final Caller caller;
    private final Dialect dialect;
    private final @Nullable JsonNode json;
    private final byte[] body;
    private final RequestFacts facts;

    /// @param json null where the body could not be read
    InferenceRequest(
            Exchange exchange,
            Caller caller,
            Dialect dialect,
            @Nullable JsonNode json,
            byte[] body,
            RequestFacts facts) {
        this.exchange = exchange;
        this.caller = caller;
        this.dialect = dialect;
        this.json = json;
        this.body = body;
        this.facts = facts;
    }

    Exchange exchange() {
        return exchange;
    }

    Caller caller() {
        return caller;
    }

    Dialect dialect() {
        return dialect;
    }

    @Nullable JsonNode json() {
        return json;
    }

    byte[] body() {
        return body;
    }

    RequestFacts facts() {
        return facts;
    }

    /// The configured provider with the path below it.
    String route(Destination destination) {
        return destination.provider().name() + exchange.endpoint().suffix();
    }

    @Override
    public String toString() {
        return exchange.path() + " " + Arrays.hashCode(body);
    }
}
