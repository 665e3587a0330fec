package dev.spangate.mcp;

import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Path;

/// The class path for a test's own Java process.
final class TestClassPath {
    private TestClassPath() {}

    /// Of this module's classes and tests, and what they need.
    static String of(Class<?> main) throws URISyntaxException {
        var self = Path.of(main.getResource(main.getSimpleName() + ".class").toURI());
        var classes = self.getParent().getParent().getParent().getParent();
        return String.join(
                File.pathSeparator,
                classes.toString(),
                System.getProperty("jdk.module.path", ""),
                System.getProperty("java.class.path", ""));
    }
}
