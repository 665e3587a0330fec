package dev.spangate.benchmarks.ladder;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;

/// Whether tracing really went on while it was measured: what the gateway itself counted.
final class Delivery {
    private static final List<String> TOLD =
            List.of("spangate_destination_", "spangate_journal_dropped", "spangate_journal_drops");

    private final URI admin;

    Delivery(URI admin) {
        this.admin = admin;
    }

    void print(PrintStream out) throws IOException, InterruptedException {
        out.println("\nSpans meanwhile, as the gateway's /metrics tells\n");
        counters(metrics()).forEach(line -> out.println("    " + line));
    }

    private String metrics() throws IOException, InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(admin.resolve("/metrics")).build();
            return client.send(request, BodyHandlers.ofString()).body();
        }
    }

    /// The counters of journal and destinations, without comments.
    static List<String> counters(String metrics) {
        var found = new ArrayList<String>();
        for (var line : metrics.split("\n", -1)) {
            if (TOLD.stream().anyMatch(line::startsWith)) {
                found.add(line);
            }
        }
        return found;
    }
}
