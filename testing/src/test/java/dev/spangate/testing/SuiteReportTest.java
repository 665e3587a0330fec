package dev.spangate.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SuiteReportTest {
    @TempDir Path root;
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);

    @BeforeEach
    void oneModuleWithAUnitAndALinkingClass() throws IOException {
        write("m/src/test/java/p/PlainTest.java", "package p;\nclass PlainTest {}\n");
        write(
                "m/src/test/java/p/LinkTest.java",
                "package p;\n\n@Tag(\"linking\")\nclass LinkTest {}\n");
    }

    @Test
    void passedSuitesGiveZeroAndTheLastLineCounts() throws IOException {
        report("p.PlainTest", "<testcase name='a' classname='p.PlainTest' time='0.5'/>");

        int code = SuiteReport.read(root, true, true).all(out);

        assertThat(code).isZero();
        assertThat(lines()).last().isEqualTo("1 passed, 0 failed, 0 skipped");
        assertThat(line("unit")).containsPattern("unit +ran +1 +1 +0 +0 +0\\.5");
    }

    @Test
    void aSuiteNoTestIsTaggedWithIsNotPartOfThisVersionYet() throws IOException {
        int code = SuiteReport.read(root, true, true).all(out);

        assertThat(line("guards")).contains("skipped").endsWith("not part of this version yet");
        assertThat(line("linking")).endsWith("none of its tests ran");
        assertThat(code).isZero();
    }

    @Test
    void aNamedSuiteThatDidNotRunGives75() throws IOException {
        assertThat(SuiteReport.read(root, true, true).one("guards", out)).isEqualTo(75);
    }

    @Test
    void aFailedTestGivesOneAndIsNamedWithItsFirstLine() throws IOException {
        report(
                "p.LinkTest",
                "<testcase name='b' classname='p.LinkTest' time='1,001.0'>"
                        + "<failure message='expected: 1&#10;but was: 2' type='x'>trace</failure>"
                        + "</testcase>");

        int code = SuiteReport.read(root, true, true).all(out);

        assertThat(code).isEqualTo(1);
        assertThat(lines()).contains("FAILED  linking: p.LinkTest.b: expected: 1");
        assertThat(line("linking")).contains("failed").contains("1001.0");
    }

    @Test
    void nestedClassesBelongToTheSuiteOfTheirOuterClass() throws IOException {
        report("p.LinkTest", "<testcase name='b' classname='p.LinkTest$Inner' time='1'/>");

        SuiteReport.read(root, true, true).all(out);

        assertThat(line("linking")).containsPattern("linking +ran +1 +1");
    }

    @Test
    void figuresOfASuiteAreItsLastLine() throws IOException {
        report("p.LinkTest", "<testcase name='b' classname='p.LinkTest' time='1'/>");
        write("target/suites/linking.txt", "precision=0.9\nprecision=1.0 wrong=0\n");

        int code = SuiteReport.read(root, true, true).one("linking", out);

        assertThat(code).isZero();
        assertThat(lines()).last().isEqualTo("precision=1.0 wrong=0");
    }

    @Test
    void withoutFiguresTheCountsAreTheLastLine() throws IOException {
        report("p.LinkTest", "<testcase name='b' classname='p.LinkTest' time='1'/>");

        SuiteReport.read(root, true, true).one("linking", out);

        assertThat(lines())
                .last()
                .isEqualTo("suite=linking tests=1 passed=1 failed=0 skipped=0 seconds=1.0");
    }

    @Test
    void aSkippedPartGives75WithItsReasonAndAnAssumptionDoesToo() throws IOException {
        report(
                "p.LinkTest",
                "<testcase name='b' classname='p.LinkTest' time='1'/>"
                        + "<testcase name='c' classname='p.LinkTest' time='0'>"
                        + "<skipped message='no engine'/></testcase>");
        write("target/suites/linking.txt", "SKIPPED: no Redis\n");

        int code = SuiteReport.read(root, true, true).one("linking", out);

        assertThat(code).isEqualTo(75);
        assertThat(lines())
                .contains("SKIPPED linking: no Redis")
                .contains("SKIPPED linking: p.LinkTest.c: no engine");
    }

    @Test
    void aBuildThatFailedNeverPasses() throws IOException {
        report("p.PlainTest", "<testcase name='a' classname='p.PlainTest' time='0.5'/>");

        assertThat(SuiteReport.read(root, false, true).all(out)).isEqualTo(1);
        assertThat(SuiteReport.read(root, false, true).one("unit", out)).isEqualTo(1);
    }

    @Test
    void sourcesThatAreNotFormattedFailTheUnitSuite() throws IOException {
        report("p.PlainTest", "<testcase name='a' classname='p.PlainTest' time='0.5'/>");

        int code = SuiteReport.read(root, true, false).all(out);

        assertThat(code).isEqualTo(1);
        assertThat(lines()).last().isEqualTo("1 passed, 1 failed, 0 skipped");
    }

    private void report(String className, String cases) throws IOException {
        write(
                "m/target/surefire-reports/TEST-" + className + ".xml",
                "<testsuite name='" + className + "'>" + cases + "</testsuite>");
    }

    private void write(String path, String text) throws IOException {
        var file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private java.util.List<String> lines() {
        return printed.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private String line(String suite) {
        return lines().stream()
                .filter(line -> line.startsWith(suite + " "))
                .findFirst()
                .orElseThrow();
    }
}
