package dev.spangate.proxy;

/// How much content a caller's spans carry.
public enum Capture {
    FULL,
    METADATA,
    NONE
}
