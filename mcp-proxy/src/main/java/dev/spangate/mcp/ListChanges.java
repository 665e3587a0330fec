package dev.spangate.mcp;

/// Tells clients that a list has changed.
final class ListChanges {
    private final Sessions sessions;

    ListChanges(Sessions sessions) {
        this.sessions = sessions;
    }

    /// A list of some server is another one now.
    void changed(ListKind kind) {
        var message =
                ServerMessages.notification(
                        "notifications/" + kind.capability() + "/list_changed", Json.object());
        sessions.all().forEach(session -> session.send(message));
    }
}
