package dev.spangate.mcp;

import tools.jackson.databind.node.ObjectNode;

/// What a client said of itself: goes into our `initialize` to a legacy server and into `_meta` of
/// requests to a modern one.
///
/// @param revision the revision spoken with the client
/// @param info `clientInfo` as sent, empty where it sent none
/// @param capabilities as sent; what the gateway can relay to this client
record ClientProfile(Revision revision, ObjectNode info, ObjectNode capabilities) {
    /// The gateway itself, for lists and probes: no capabilities, so no server asks anything back.
    static ClientProfile gateway() {
        return new ClientProfile(Revision.V2025_11_25, Version.info(), Json.object());
    }
}
