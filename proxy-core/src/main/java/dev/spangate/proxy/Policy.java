package dev.spangate.proxy;

/// Decides what a caller may do; a policy that throws denies.
@FunctionalInterface
public interface Policy {
    Decision decide(Caller caller, Action action);

    /// Lets everything through.
    static Policy allowAll() {
        return (caller, action) -> new Decision.Allow();
    }
}
