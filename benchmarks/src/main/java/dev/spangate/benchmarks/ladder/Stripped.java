package dev.spangate.benchmarks.ladder;

import dev.spangate.gateway.GatewayConfig;
import dev.spangate.linking.EpochClock;
import dev.spangate.linking.TraceLinker;
import dev.spangate.llm.LlmProxy;
import dev.spangate.mcp.McpProxy;
import dev.spangate.mcp.McpServers;
import dev.spangate.proxy.Abort;
import dev.spangate.proxy.Authentication;
import dev.spangate.proxy.HttpField;
import dev.spangate.proxy.Policy;
import dev.spangate.proxy.Timeouts;
import dev.spangate.proxy.Upstream;
import dev.spangate.proxy.UpstreamException;
import dev.spangate.proxy.UpstreamRequest;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/// The gateway with parts left out, as a process of its own: what a part costs is the difference.
///
/// `relay URL`: server and upstream client alone, which nothing reads. `unrecorded FILE`: both
/// proxies and the linker as configured, but what the linker says goes nowhere. Prints `port=N`.
final class Stripped {
    private static final int BODY_LIMIT = 64 << 20;

    private Stripped() {}

    public static void main(String[] args) throws InterruptedException {
        var routing =
                switch (args[0]) {
                    case "relay" -> relay(URI.create(args[1]));
                    case "unrecorded" -> unrecorded(GatewayConfig.load(Path.of(args[1])));
                    default -> throw new IllegalArgumentException(args[0]);
                };
        var server =
                WebServer.builder()
                        .host("127.0.0.1")
                        .port(0)
                        .maxPayloadSize(BODY_LIMIT)
                        .connectionOptions(options -> options.tcpNoDelay(true))
                        .routing(routing)
                        .build()
                        .start();
        System.out.println("port=" + server.port());
        Thread.currentThread().join();
    }

    private static HttpRouting.Builder unrecorded(GatewayConfig config) {
        var linker = TraceLinker.create(config.linking(), EpochClock.system(), _ -> {});
        var authentication = Authentication.of(config.callers());
        var policy = Policy.allowAll();
        var servers = McpServers.of(config.mcp());
        var gate = new McpProxy.Gate(authentication, policy, linker);
        var llm = new LlmProxy(config.llm(), authentication, policy, linker, Upstream.create());
        return HttpRouting.builder()
                .register("/mcp", McpProxy.create(config.mcp(), servers, gate))
                .any(llm::handle);
    }

    private static HttpRouting.Builder relay(URI target) {
        var upstream = Upstream.create();
        return HttpRouting.builder()
                .any((request, response) -> {
                    try {
                        relay(upstream, target, request, response);
                    } catch (IOException e) {
                        response.status(Status.BAD_GATEWAY_502).send();
                    }
                });
    }

    private static void relay(
            Upstream upstream, URI target, ServerRequest request, ServerResponse response)
            throws IOException {
        var path = request.path().absolute().rawPath().replaceFirst("^/openai", "");
        var sent =
                new UpstreamRequest(
                        request.prologue().method().text(),
                        target.resolve(path),
                        List.of(new HttpField("Content-Type", "application/json")),
                        request.content().as(byte[].class),
                        Timeouts.DEFAULT,
                        new Abort());
        try (var answer = upstream.send(sent)) {
            response.status(Status.create(answer.status()));
            var type = answer.first("content-type").orElse("application/json");
            response.headers().set(HeaderNames.CONTENT_TYPE, type);
            answer.first("content-length")
                    .ifPresent(length -> response.contentLength(Long.parseLong(length)));
            try (var out = response.outputStream()) {
                var buffer = new byte[16 << 10];
                for (int n = answer.body().read(buffer); n >= 0; n = answer.body().read(buffer)) {
                    out.write(buffer, 0, n);
                    out.flush();
                }
            }
        } catch (UpstreamException e) {
            throw new IOException(e);
        }
    }
}
