package dev.spangate.proxy;

import java.util.List;
import java.util.Set;

/// Tells who stands behind a bearer token that is no key of ours: the seam for JWT validation,
/// introspection and the like.
///
/// Called on the request's own thread, for every request that comes with such a token; may block
/// within bounds of its own. One that throws refuses. That the token is meant for us is checked by
/// [Authentication], by the audiences that a verdict names.
@FunctionalInterface
public interface TokenCheck {
    /// @param token without `Bearer`; never logged, never kept beyond what validation needs
    Verdict check(String token);

    /// What the check found.
    sealed interface Verdict {
        /// A valid token.
        ///
        /// @param caller who it is
        /// @param audiences whom the token is meant for (`aud`)
        record Valid(Caller caller, Set<String> audiences) implements Verdict {
            public Valid {
                audiences = Set.copyOf(audiences);
            }
        }

        /// A token that does not do (RFC 6750, 3.1).
        ///
        /// @param error `invalid_token` or `insufficient_scope`
        /// @param description for the client's developer: no part of the token
        /// @param scopes what would do, for `insufficient_scope`
        record Refused(String error, String description, List<String> scopes) implements Verdict {
            public Refused {
                scopes = List.copyOf(scopes);
            }
        }

        /// No token of an issuer that the check knows: as if there were none.
        record Unknown() implements Verdict {}
    }
}
