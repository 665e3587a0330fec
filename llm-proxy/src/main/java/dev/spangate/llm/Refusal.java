package dev.spangate.llm;

/// We answer a request ourselves: it is wrong, not allowed, or leads nowhere. Carries no stack.
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String type;

    /// @param type low-cardinality `error.type`
    /// @param message for the client: what is wrong and what to do, no secrets
    Refusal(int status, String type, String message) {
        super(message, null, false, false);
        this.status = status;
        this.type = type;
    }

    int status() {
        return status;
    }

    String type() {
        return type;
    }

    String text() {
        return String.valueOf(getMessage());
    }
}
