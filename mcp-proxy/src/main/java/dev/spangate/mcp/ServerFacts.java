package dev.spangate.mcp;

import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/// Everything known of one server for one kind of client: its hello and its lists.
final class ServerFacts {
    private final UpstreamServer server;
    private final Known<ServerHello> hello;
    private final Map<ListKind, Known<ServerList>> lists = new EnumMap<>(ListKind.class);
    private final Consumer<ListKind> changed;

    /// @param audience in whose name the server is asked
    /// @param deadline how long one request for this may take
    /// @param changed told, on any thread, which list is another one now
    ServerFacts(
            UpstreamServer server,
            Audience audience,
            Supplier<Duration> deadline,
            Consumer<ListKind> changed) {
        this.server = server;
        this.changed = changed;
        this.hello =
                new Known<>(
                        () ->
                                server.hello(
                                        UpstreamCall.own(
                                                audience,
                                                "initialize",
                                                Json.object(),
                                                deadline.get())),
                        () -> {});
        for (var kind : ListKind.values()) {
            lists.put(
                    kind,
                    new Known<>(
                            () -> ServerList.load(server, audience, kind, deadline.get()),
                            () -> changed.accept(kind)));
        }
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

    /// The entries of a list, as far as known.
    List<ObjectNode> entries(ListKind kind) {
        var list = list(kind).value();
        return list == null ? List.of() : list.entries();
    }

    /// The server says that a list (`tools`, `prompts`, `resources`) is another one.
    void changed(String capability) {
        for (var kind : ListKind.values()) {
            if (kind.capability().equals(capability)) {
                var list = list(kind);
                if (list.attempted()) {
                    list.invalidate();
                    list.refresh(Known.ANY_AGE, Duration.ZERO);
                } else if (kind != ListKind.TEMPLATES) {
                    changed.accept(kind);
                }
            }
        }
    }
}
