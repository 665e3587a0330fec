package dev.spangate.mcp;

import tools.jackson.databind.node.ObjectNode;

/// The kind of client that lists are made for: before 2026-07-28 a server may list other things for
/// a client that it can ask something.
///
/// @param capabilities what such a client declares; never changed
record Audience(ObjectNode capabilities) {
    /// Clients that can do nothing, and every client where that makes no difference.
    static final Audience ANY = new Audience(Json.object());

    /// The kind that a client is of.
    static Audience of(ClientProfile client) {
        return client.capabilities().isEmpty() ? ANY : new Audience(client.capabilities());
    }

    boolean isAny() {
        return capabilities.isEmpty();
    }

    /// In whose name the gateway asks for this audience's lists.
    UpstreamCall.Caller caller() {
        var gateway = ClientProfile.gateway();
        return new UpstreamCall.Caller(
                "", new ClientProfile(gateway.revision(), gateway.info(), capabilities));
    }
}
