package dev.spangate.gateway;

/// A command could not do its work (exit code 1): the message says what and the way out.
final class CommandException extends RuntimeException {
    private static final long serialVersionUID = 1;

    CommandException(String message) {
        super(message);
    }
}
