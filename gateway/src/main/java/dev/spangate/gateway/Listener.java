package dev.spangate.gateway;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http1.Http1Config;
import java.time.Duration;

/// A Helidon server of its own per listener, so that the admin side answers while traffic drains.
final class Listener {
    private static final int BACKLOG = 4096;
    private static final int MAX_REQUEST_LINE = 16 << 10;
    private static final long ADMIN_MAX_BODY = 1 << 20;
    private static final int ADMIN_MAX_HEADERS = 16 << 10;
    private static final int ADMIN_MAX_CONNECTIONS = 256;

    private Listener() {}

    static WebServer traffic(ListenConfig listen, HttpRouting.Builder routing) {
        return start(
                "listen",
                listen.host(),
                listen.port(),
                new Limits(
                        listen.maxBody(),
                        listen.maxHeaders(),
                        listen.maxConnections(),
                        listen.idle(),
                        listen.grace()),
                routing);
    }

    static WebServer admin(AdminConfig admin, HttpRouting.Builder routing) {
        return start(
                "admin",
                admin.host(),
                admin.port(),
                new Limits(
                        ADMIN_MAX_BODY,
                        ADMIN_MAX_HEADERS,
                        ADMIN_MAX_CONNECTIONS,
                        Duration.ofMinutes(1),
                        Duration.ofSeconds(1)),
                routing);
    }

    private static WebServer start(
            String section, String host, int port, Limits limits, HttpRouting.Builder routing) {
        var server = server(host, port, limits, routing).start();
        if (!server.isRunning()) { // Helidon only logs why
            throw new ConfigException(
                    "%s.port: cannot listen on %s:%d; the port is taken or the address is not ours"
                            .formatted(section, host, port));
        }
        return server;
    }

    private static WebServer server(
            String host, int port, Limits limits, HttpRouting.Builder routing) {
        return WebServer.builder()
                .host(host)
                .port(port)
                .backlog(BACKLOG)
                .shutdownHook(false) // Main decides the order of a stop
                .shutdownGracePeriod(limits.grace())
                .maxPayloadSize(limits.body())
                .maxTcpConnections(limits.connections())
                .idleConnectionTimeout(limits.idle())
                .connectionOptions(options -> options.tcpNoDelay(true).socketKeepAlive(true))
                .addProtocol(
                        Http1Config.builder()
                                .maxHeadersSize(limits.headers())
                                .maxPrologueLength(MAX_REQUEST_LINE)
                                .sendKeepAliveHeader(false)
                                .build())
                .errorHandling(
                        errors -> errors.includeEntity(true)) // else handlers learn no reason
                .directHandlers(TransportErrors.handlers(limits.body()))
                .routing(routing)
                .build();
    }

    private record Limits(long body, int headers, int connections, Duration idle, Duration grace) {}
}
