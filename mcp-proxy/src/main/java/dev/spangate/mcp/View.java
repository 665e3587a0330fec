package dev.spangate.mcp;

/// An endpoint as one kind of client sees it.
record View(Endpoint endpoint, Audience audience) {
    /// The same as any kind of client sees it.
    View ofAny() {
        return audience.isAny() ? this : new View(endpoint, Audience.ANY);
    }

    /// The same with the servers that do not exist for who asks.
    View whole() {
        return new View(endpoint.whole(), audience);
    }
}
