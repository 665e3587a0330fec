package dev.spangate.mcp;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/// Everything known of one server: its hello and its lists.
final class ServerFacts {
    private static final Duration FOREVER = Duration.ofDays(1000);

    private final UpstreamServer server;
    private final Known<ServerHello> hello;
    private final Map<ListKind, Known<ServerList>> lists = new EnumMap<>(ListKind.class);

    /// @param changed told, on a loading thread, which list is another one now
    ServerFacts(UpstreamServer server, McpConfig.Lists config, Consumer<ListKind> changed) {
        this.server = server;
        this.hello =
                new Known<>(
                        () ->
                                server.hello(
                                        UpstreamCall.own(
                                                "initialize", Json.object(), config.deadline())),
                        FOREVER,
                        config.retry(),
                        () -> {});
        for (var kind : ListKind.values()) {
            lists.put(
                    kind,
                    new Known<>(
                            () -> ServerList.load(server, kind, config.deadline()),
                            config.ttl(),
                            config.retry(),
                            () -> changed.accept(kind)));
        }
        server.onListChanged(this::listChanged);
    }

    UpstreamServer server() {
        return server;
    }

    Known<ServerHello> hello() {
        return hello;
    }

    Known<ServerList> list(ListKind kind) {
        return Objects.requireNonNull(lists.get(kind));
    }

    private void listChanged(String capability) {
        for (var kind : ListKind.values()) {
            if (kind.capability().equals(capability)) {
                var list = list(kind);
                list.invalidate();
                if (list.attempted()) {
                    list.refresh();
                }
            }
        }
    }
}
