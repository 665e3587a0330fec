package dev.spangate.proxy;

/// One header line of an upstream exchange; the value is shown nowhere, it may be a credential.
public record HttpField(String name, String value) {
    @Override
    public String toString() {
        return name + ": ***";
    }
}
