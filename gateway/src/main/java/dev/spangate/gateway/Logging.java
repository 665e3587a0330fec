package dev.spangate.gateway;

import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/// One line per record on standard error; libraries speak up from a warning on.
final class Logging {
    private static final String FORMAT = "%1$tFT%1$tT.%1$tL%1$tz %4$s %3$s %5$s%6$s%n";
    private static final List<Logger> LIBRARIES =
            List.of(
                    Logger.getLogger("io.helidon"),
                    Logger.getLogger("io.modelcontextprotocol"),
                    Logger.getLogger("reactor"));

    private Logging() {}

    static void setUp() {
        if (System.getProperty("java.util.logging.config.file") != null) {
            return; // the operator's own set-up
        }
        System.setProperty("java.util.logging.SimpleFormatter.format", FORMAT);
        LIBRARIES.forEach(library -> library.setLevel(Level.WARNING));
    }
}
