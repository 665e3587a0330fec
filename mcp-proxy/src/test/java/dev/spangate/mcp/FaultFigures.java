package dev.spangate.mcp;

import dev.spangate.testing.SuiteNotes;

/// What the test classes of the `faults` suite found, in one line: the last class that ends says it
/// for all.
final class FaultFigures {
    private static int faults;
    private static int harmed;
    private static String streams = "";

    private FaultFigures() {}

    static synchronized void faults(int more) {
        faults += more;
    }

    static synchronized void harmed() {
        harmed++;
    }

    static synchronized void streams(String figures) {
        streams = " " + figures;
    }

    static synchronized void tell() {
        SuiteNotes.figures("faults", "faults=%d harmed=%d%s".formatted(faults, harmed, streams));
    }
}
