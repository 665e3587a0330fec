package dev.spangate.mcp;

import dev.spangate.testing.SuiteNotes;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/// What the test classes of the conformance suite found, in one line: the last class that ends says
/// it for all.
final class ConformanceFigures {
    private static final List<String> SERVER = new ArrayList<>();
    private static final TreeSet<String> CLIENT_PASSED = new TreeSet<>();
    private static int clientRun;

    private ConformanceFigures() {}

    static synchronized void server(String figure) {
        SERVER.add(figure);
    }

    /// A scenario in which the gateway is the client.
    static synchronized void clientStarts() {
        clientRun++;
    }

    static synchronized void clientPassed(String scenario) {
        CLIENT_PASSED.add(scenario);
    }

    static synchronized void tell() {
        var parts = new ArrayList<>(SERVER);
        if (clientRun > 0) {
            parts.add("client=" + CLIENT_PASSED.size() + "/" + clientRun);
        }
        SuiteNotes.figures("conformance", String.join(" ", parts));
    }
}
