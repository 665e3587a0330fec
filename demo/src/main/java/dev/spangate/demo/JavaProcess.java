package dev.spangate.demo;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The command line of a child process that runs a main class with the classes of this one.
final class JavaProcess {
    private JavaProcess() {}

    /// @return the `java` of this process, its class path or module path, the class
    static List<String> command(String mainClass) {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return List.of(
                java, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", classPath(), mainClass);
    }

    /// A module path serves as a class path, too; its folders of jars need a wildcard there.
    private static String classPath() {
        var entries = new ArrayList<String>();
        for (String property : List.of("jdk.module.path", "java.class.path")) {
            for (String entry : System.getProperty(property, "").split(File.pathSeparator, -1)) {
                if (!entry.isEmpty()) {
                    entries.add(holdsJars(Path.of(entry)) ? entry + File.separator + "*" : entry);
                }
            }
        }
        return String.join(File.pathSeparator, entries);
    }

    private static boolean holdsJars(Path entry) {
        return Files.isDirectory(entry)
                && !Files.exists(entry.resolve("module-info.class"))
                && !Files.exists(entry.resolve("dev"));
    }
}
