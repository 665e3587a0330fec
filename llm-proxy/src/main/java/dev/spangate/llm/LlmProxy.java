package dev.spangate.llm;

import dev.spangate.linking.TraceLinker;
import dev.spangate.proxy.Authentication;
import dev.spangate.proxy.Policy;
import dev.spangate.proxy.Upstream;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;

/// Serves `/{provider}/…` and the unified surface `/v1/…`; registered last, it answers every path.
public final class LlmProxy implements HttpService, AutoCloseable {
    /// @param upstream owned by the caller
    public LlmProxy(
            LlmConfig config,
            Authentication authentication,
            Policy policy,
            TraceLinker linker,
            Upstream upstream) {}

    @Override
    public void routing(HttpRules rules) {
        rules.any(this::serve);
    }

    private void serve(ServerRequest request, ServerResponse response) {
        response.status(503).send();
    }

    @Override
    public void close() {}
}
