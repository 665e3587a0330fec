package dev.spangate.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// Which suite a test class belongs to: its `@Tag`, read from the sources; untagged is `unit`.
///
/// @param byClass class name → suite, tagged classes only
record SuiteTags(Map<String, String> byClass) {
    private static final Pattern TAG = Pattern.compile("(?m)^ *@Tag\\(\"([a-z0-9]+)\"\\)");
    private static final Pattern PACKAGE = Pattern.compile("(?m)^package ([\\w.]+);");

    static SuiteTags read(Path root) throws IOException {
        var tags = new TreeMap<String, String>();
        try (var modules = Files.newDirectoryStream(root)) {
            for (var module : modules) {
                var tests = module.resolve("src/test/java");
                if (Files.isDirectory(tests)) {
                    readModule(tests, tags);
                }
            }
        }
        return new SuiteTags(tags);
    }

    private static void readModule(Path tests, Map<String, String> tags) throws IOException {
        try (var files = Files.walk(tests)) {
            for (var file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
                var source = Files.readString(file);
                var tag = TAG.matcher(source);
                var inPackage = PACKAGE.matcher(source);
                if (tag.find() && inPackage.find()) {
                    var name = file.getFileName().toString().replace(".java", "");
                    tags.put(inPackage.group(1) + "." + name, tag.group(1));
                }
            }
        }
    }

    String suiteOf(String className) {
        return byClass.getOrDefault(className, "unit");
    }

    boolean exists(String suite) {
        return suite.equals("unit") || byClass.containsValue(suite);
    }
}
