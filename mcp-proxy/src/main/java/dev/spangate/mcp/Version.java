package dev.spangate.mcp;

/// The version that we tell peers.
final class Version {
    static final String NUMBER = "0.1.0";

    private Version() {}
}
