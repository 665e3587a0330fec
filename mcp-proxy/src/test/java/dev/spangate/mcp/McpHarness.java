package dev.spangate.mcp;

import dev.spangate.linking.EpochClock;
import dev.spangate.linking.JournalRecord;
import dev.spangate.linking.LinkingConfig;
import dev.spangate.linking.TraceLinker;
import dev.spangate.proxy.Authentication;
import dev.spangate.proxy.Policy;
import io.helidon.webserver.WebServer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/// The proxy on a real listener, over fake servers, with what the linker released.
final class McpHarness implements AutoCloseable {
    final List<JournalRecord> records = new CopyOnWriteArrayList<>();
    final UpstreamServers servers = new UpstreamServers();
    private final McpProxy proxy;
    private final WebServer web;

    McpHarness(String config, Authentication authentication, Policy policy) {
        var linker =
                TraceLinker.create(LinkingConfig.defaults(), EpochClock.system(), records::add);
        proxy =
                McpProxy.over(
                        servers,
                        McpConfig.from(FakeServer.json(config)),
                        new McpProxy.Gate(authentication, policy, linker));
        web =
                WebServer.builder()
                        .host("127.0.0.1")
                        .port(0)
                        .connectionOptions(options -> options.tcpNoDelay(true))
                        .routing(routing ->
                                routing.register(ProtectedResource.PATH, proxy.resource())
                                        .register("/mcp", proxy))
                        .build()
                        .start();
    }

    static McpHarness of(FakeServer... servers) {
        return of("{}", servers);
    }

    static McpHarness of(String config, FakeServer... servers) {
        var harness = new McpHarness(config, Authentication.of(Map.of()), Policy.allowAll());
        for (var server : servers) {
            harness.servers.put(server);
        }
        return harness;
    }

    ShownTools tools() {
        return proxy.tools();
    }

    void accessChanged() {
        proxy.accessChanged();
    }

    int port() {
        return web.port();
    }

    McpTestClient client() {
        return client("/mcp");
    }

    McpTestClient client(String path) {
        return new McpTestClient("http://127.0.0.1:" + port() + path);
    }

    /// The drafts of ended spans with this name.
    List<JournalRecord.Draft> spans(String name) {
        return records.stream()
                .map(each ->
                        each instanceof JournalRecord.Release release
                                ? release.draft()
                                : each instanceof JournalRecord.Draft draft ? draft : null)
                .filter(draft -> draft != null && draft.name().equals(name))
                .toList();
    }

    /// The first of these spans, once it has ended: that is after the answer was written.
    JournalRecord.Draft span(String name) {
        long end = System.nanoTime() + 30_000_000_000L;
        while (spans(name).isEmpty() && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        return spans(name).getFirst();
    }

    @Override
    public void close() {
        proxy.close();
        web.stop();
    }
}
