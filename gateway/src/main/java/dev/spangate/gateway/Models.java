package dev.spangate.gateway;

import dev.spangate.linking.TraceLinker;
import dev.spangate.llm.LlmConfig;
import dev.spangate.llm.LlmProxy;
import dev.spangate.proxy.Authentication;
import dev.spangate.proxy.Policy;
import dev.spangate.proxy.Upstream;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import java.time.Duration;

/// The LLM side as it is configured just now.
///
/// A new configuration counts for requests that come after it; those in flight end under theirs.
final class Models implements HttpService, AutoCloseable {
    private static final Duration LONGEST_REQUEST = Duration.ofMinutes(30);

    private final Authentication authentication;
    private final Policy policy;
    private final TraceLinker linker;
    private final Upstream upstream = Upstream.create();
    private volatile LlmProxy current;

    Models(LlmConfig config, Authentication authentication, Policy policy, TraceLinker linker) {
        this.authentication = authentication;
        this.policy = policy;
        this.linker = linker;
        this.current = proxy(config);
    }

    @Override
    public void routing(HttpRules rules) {
        rules.any((request, response) -> current.handle(request, response));
    }

    void apply(LlmConfig config) {
        var old = current;
        current = proxy(config);
        Thread.ofVirtual().name("llm-retired").start(() -> closeLater(old));
    }

    private LlmProxy proxy(LlmConfig config) {
        return new LlmProxy(config, authentication, policy, linker, upstream);
    }

    private static void closeLater(LlmProxy old) {
        try {
            Thread.sleep(LONGEST_REQUEST);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        old.close();
    }

    @Override
    public void close() {
        current.close();
        upstream.close();
    }
}
