package dev.spangate.gateway;

/// A hop of a marked run failed: nothing behind it can be looked at.
final class HopException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Finding finding;

    /// @param hop which one
    /// @param detail what was seen
    /// @param fix what to do
    HopException(String hop, String detail, String fix) {
        super(hop + ": " + detail);
        this.finding = Finding.bad(hop, detail, fix);
    }

    Finding finding() {
        return finding;
    }
}
