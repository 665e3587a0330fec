package dev.spangate.mcp;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// All legacy sessions: bounded, the longest silent one goes first, each ends after its idle time.
final class Sessions {
    private static final int ID_BYTES = 24;

    /// What [#open] gives; nothing else is looked up.
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{32}");

    private final SecureRandom random = new SecureRandom();
    private final Cache<String, Session> sessions;
    private final long refresh;
    private volatile @Nullable SessionStore store;

    /// @param ended told when a session is gone, whatever the reason
    Sessions(McpConfig.Downstream config, Consumer<Session> ended) {
        this.refresh = config.sessionIdle().dividedBy(4).toNanos();
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
        share(session);
        return session;
    }

    /// From now on sessions are known to every gateway that uses this store.
    void share(SessionStore shared) {
        store = shared;
    }

    private void share(Session session) {
        var shared = store;
        if (shared != null && session.toBeShared(System.nanoTime(), refresh)) {
            shared.put(session.id(), session.told().text());
        }
    }

    /// The session of this id, if it belongs to this credential and path; counts as a sign of life.
    Optional<Session> find(String id, String caller, Endpoint endpoint) {
        var known = sessions.getIfPresent(id);
        var found = known != null ? known : opened(id, caller, endpoint);
        if (found == null || !found.belongsTo(caller, endpoint)) {
            return Optional.empty();
        }
        share(found);
        return Optional.of(found);
    }

    /// A session that another gateway has opened.
    private @Nullable Session opened(String id, String caller, Endpoint endpoint) {
        var shared = store;
        var text = shared == null || !ID.matcher(id).matches() ? null : shared.get(id);
        var told = text == null ? null : SessionRecord.of(text);
        if (told == null || !told.caller().equals(caller) || !told.path().equals(endpoint.path())) {
            return null;
        }
        return sessions.get(id, _ -> new Session(id, caller, endpoint, told.client()));
    }

    /// A sign of life.
    void touch(Session session) {
        var _ = sessions.getIfPresent(session.id());
    }

    /// The client ends it, everywhere.
    void close(Session session) {
        sessions.invalidate(session.id());
        var shared = store;
        if (shared != null) {
            shared.remove(session.id());
        }
    }

    void closeAll() {
        sessions.invalidateAll();
    }

    Collection<Session> all() {
        return sessions.asMap().values();
    }
}
