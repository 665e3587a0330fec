package dev.spangate.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/// Servers of one test, over real transports; closing ends them all.
final class Upstreams implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final UpstreamTransports transports =
            new UpstreamTransports(_ -> AddressGuard.trusting());
    private final List<ConnectedServer> opened = new ArrayList<>();

    ConnectedServer open(ServerConfig config) {
        var server = new ConnectedServer(config, transports, 100);
        opened.add(server);
        return server;
    }

    ConnectedServer http(FakeHttpServer behind, String more) {
        return open(Calls.server("{'url':'" + behind.url() + "'" + more + "}"));
    }

    ConnectedServer stdio(String more) {
        var script = Upstreams.class.getResource("stdio-server.sh").getPath();
        return open(Calls.server("{'command':'sh','args':['" + script + "']" + more + "}"));
    }

    UpstreamTransports transports() {
        return transports;
    }

    static void eventually(Callable<Boolean> condition) throws Exception {
        var deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime()).as("condition within " + PATIENCE).isLessThan(deadline);
            Thread.sleep(5);
        }
    }

    @Override
    public void close() {
        opened.forEach(ConnectedServer::close);
        transports.close();
    }
}
