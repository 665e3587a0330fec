package dev.spangate.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.xml.sax.SAXException;

/// Surefire's XML reports of all modules.
final class SurefireReports {
    private SurefireReports() {}

    static List<TestCase> read(Path root) throws IOException {
        var cases = new ArrayList<TestCase>();
        try (var modules = Files.newDirectoryStream(root)) {
            for (var module : modules) {
                var reports = module.resolve("target/surefire-reports");
                if (Files.isDirectory(reports)) {
                    readModule(reports, cases);
                }
            }
        }
        return cases;
    }

    private static void readModule(Path reports, List<TestCase> cases) throws IOException {
        try (var files = Files.newDirectoryStream(reports, "TEST-*.xml")) {
            for (var file : files) {
                cases.addAll(parse(file));
            }
        }
    }

    private static List<TestCase> parse(Path file) throws IOException {
        var cases = new ArrayList<TestCase>();
        try {
            var nodes =
                    DocumentBuilderFactory.newDefaultInstance()
                            .newDocumentBuilder()
                            .parse(file.toFile())
                            .getElementsByTagName("testcase");
            for (int i = 0; i < nodes.getLength(); i++) {
                cases.add(testCase((Element) nodes.item(i)));
            }
        } catch (ParserConfigurationException | SAXException e) {
            throw new IOException("Not a Surefire report: " + file, e);
        }
        return cases;
    }

    private static TestCase testCase(Element element) {
        var status = TestCase.Status.PASSED;
        var message = "";
        for (var kind : List.of("failure", "error", "skipped")) {
            var found = element.getElementsByTagName(kind);
            if (found.getLength() > 0) {
                status = kind.equals("skipped") ? TestCase.Status.SKIPPED : TestCase.Status.FAILED;
                message = why((Element) found.item(0));
                break;
            }
        }
        return new TestCase(
                element.getAttribute("classname").replaceFirst("\\$.*", ""),
                element.getAttribute("name"),
                status,
                seconds(element.getAttribute("time")),
                message);
    }

    private static String why(Element problem) {
        var text = problem.getAttribute("message");
        if (text.isBlank()) {
            text = problem.getTextContent();
        }
        var line = text.strip().lines().filter(part -> !part.isBlank()).findFirst().orElse("");
        return line.length() <= 160 ? line : line.substring(0, 160) + "…";
    }

    private static double seconds(String time) {
        return time.isEmpty() ? 0 : Double.parseDouble(time.replace(",", ""));
    }
}
