package dev.spangate.mcp;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// A published revision of MCP, oldest first.
enum Revision {
    V2024_11_05("2024-11-05"),
    V2025_03_26("2025-03-26"),
    V2025_06_18("2025-06-18"),
    V2025_11_25("2025-11-25"),
    V2026_07_28("2026-07-28");

    private final String wire;

    Revision(String wire) {
        this.wire = wire;
    }

    /// As it stands in messages and headers.
    String wire() {
        return wire;
    }

    Era era() {
        return this == V2026_07_28 ? Era.MODERN : Era.LEGACY;
    }

    static Optional<Revision> of(String wire) {
        return Arrays.stream(values()).filter(revision -> revision.wire.equals(wire)).findFirst();
    }

    /// What we serve over Streamable HTTP, newest first.
    static List<Revision> served() {
        return List.of(V2026_07_28, V2025_11_25, V2025_06_18, V2025_03_26);
    }
}
