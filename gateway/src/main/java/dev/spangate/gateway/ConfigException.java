package dev.spangate.gateway;

/// The configuration is wrong (exit code 64): the message names the file or path and the way out.
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ConfigException(String message) {
        super(message);
    }
}
