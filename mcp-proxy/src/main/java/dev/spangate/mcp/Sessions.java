package dev.spangate.mcp;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Consumer;

/// All legacy sessions: bounded, the longest silent one goes first, each ends after its idle time.
final class Sessions {
    private static final int ID_BYTES = 24;

    private final SecureRandom random = new SecureRandom();
    private final Cache<String, Session> sessions;

    /// @param ended told when a session is gone, whatever the reason
    Sessions(McpConfig.Downstream config, Consumer<Session> ended) {
        this.sessions =
                Caffeine.newBuilder()
                        .maximumSize(config.maxSessions())
                        .expireAfterAccess(config.sessionIdle())
                        .executor(Runnable::run)
                        .<String, Session>removalListener((id, session, cause) -> {
                            if (session != null) {
                                session.close();
                                ended.accept(session);
                            }
                        })
                        .build();
    }

    /// Opens a session bound to a credential and a path.
    Session open(String caller, Endpoint endpoint, ClientProfile client) {
        var bytes = new byte[ID_BYTES];
        random.nextBytes(bytes);
        var id = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        var session = new Session(id, caller, endpoint, client);
        sessions.put(id, session);
        return session;
    }

    /// The session of this id, if it belongs to this credential and path; counts as a sign of life.
    Optional<Session> find(String id, String caller, Endpoint endpoint) {
        return Optional.ofNullable(sessions.getIfPresent(id))
                .filter(session -> session.belongsTo(caller, endpoint));
    }

    /// A sign of life.
    void touch(Session session) {
        var _ = sessions.getIfPresent(session.id());
    }

    void close(Session session) {
        sessions.invalidate(session.id());
    }

    void closeAll() {
        sessions.invalidateAll();
    }

    Collection<Session> all() {
        return sessions.asMap().values();
    }

    /// Ends what is idle for too long; called now and then.
    void tidy() {
        sessions.cleanUp();
    }
}
