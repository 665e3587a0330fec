package dev.spangate.mcp;

import dev.spangate.proxy.Caller;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import org.jspecify.annotations.Nullable;

/// An HTTP request that was let in.
record Arrival(Caller caller, Endpoint endpoint, ServerRequest request, ServerResponse response) {
    Exchange exchange(ClientProfile client, @Nullable Session session) {
        return new Exchange(
                caller, endpoint, client, session, request.headers(), request.socketId());
    }
}
