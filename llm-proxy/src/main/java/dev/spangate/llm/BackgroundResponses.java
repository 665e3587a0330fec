package dev.spangate.llm;

import dev.spangate.llm.Models.Destination;
import dev.spangate.proxy.Caller;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// Responses that a provider works on after it has answered the request for them (`background`), so
/// that whoever fetches one later has its answer read as the one it is.
///
/// Bounded: the oldest is forgotten first; then its answer passes and is not read. A caller finds
/// its own alone. All methods may be called from any thread.
final class BackgroundResponses {
    private static final int MOST = 10_000;
    private static final Pattern PATH =
            Pattern.compile(".*/responses/([A-Za-z0-9_-]{1,200})(/.*)?");

    private final Map<Key, Pending> pending =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Key, Pending> eldest) {
                    return size() > MOST;
                }
            };

    private record Key(String scope, String id) {}

    /// A response that is not fetched yet.
    ///
    /// @param id the provider's
    /// @param destination who works on it
    record Pending(String id, Destination destination) {}

    /// The provider has taken a request on and answered with an id alone.
    void begun(Caller caller, String id, Destination destination) {
        synchronized (pending) {
            pending.put(new Key(caller.linkScope(), id), new Pending(id, destination));
        }
    }

    /// The response that a path names, where it is one of this caller's.
    Optional<Pending> find(Caller caller, String path) {
        var found = PATH.matcher(path);
        if (!found.matches()) {
            return Optional.empty();
        }
        synchronized (pending) {
            return Optional.ofNullable(pending.get(new Key(caller.linkScope(), found.group(1))));
        }
    }

    /// Its answer was fetched.
    ///
    /// @return false where somebody else was faster: it is read once
    boolean fetched(Caller caller, Pending response) {
        synchronized (pending) {
            return pending.remove(new Key(caller.linkScope(), response.id()), response);
        }
    }
}
