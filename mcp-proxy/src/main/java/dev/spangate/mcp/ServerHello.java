package dev.spangate.mcp;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// What a server said of itself in `initialize` or `server/discover`.
///
/// @param revision the revision spoken with it
/// @param capabilities as it sent them
/// @param serverInfo as it sent it; empty where it sent none
/// @param instructions for the model, if any
record ServerHello(
        Revision revision,
        ObjectNode capabilities,
        ObjectNode serverInfo,
        @Nullable String instructions) {}
