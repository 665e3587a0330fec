package dev.spangate.linking;

import org.jspecify.annotations.Nullable;

/// Runs that continue each other (rule R2). State of one link scope, guarded by its lock.
final class Conversation {
    /// Our own id: Langfuse's session where the caller supplies none.
    final String id;

    /// The session that the caller supplied first.
    @Nullable String session;

    /// The end user, once known.
    @Nullable String user;

    /// Inferences of it that are remembered.
    int inferences;

    Conversation(String id, @Nullable String session, @Nullable String user) {
        this.id = id;
        this.session = session;
        this.user = user;
    }

    /// The supplied session, else our id.
    String sessionId() {
        return session != null ? session : id;
    }

    /// A different supplied session or user is another conversation.
    boolean accepts(Origin origin) {
        return agree(session, origin.session()) && agree(user, origin.user());
    }

    private static boolean agree(@Nullable String mine, @Nullable String theirs) {
        return mine == null || theirs == null || mine.equals(theirs);
    }
}
