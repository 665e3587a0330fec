package dev.spangate.proxy;

import java.util.List;

/// What [Authentication] found out about a request's sender.
public sealed interface Identity {
    /// Somebody we know.
    record Known(Caller caller) implements Identity {}

    /// No credential that means anything to us: 401.
    record Missing() implements Identity {}

    /// A token that does not do (RFC 6750, 3.1): 401, or 403 for `insufficient_scope`.
    ///
    /// @param error the RFC's error code
    /// @param description for the client's developer, without any part of the token
    /// @param scopes what would do, for `insufficient_scope`
    record Refused(String error, String description, List<String> scopes) implements Identity {
        public Refused {
            scopes = List.copyOf(scopes);
        }

        /// Whether the token is valid and allows too little.
        public boolean tooLittle() {
            return error.equals("insufficient_scope");
        }
    }
}
