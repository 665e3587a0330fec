package dev.spangate.gateway;

import java.util.List;

/// Where a marked run is read back from.
sealed interface ReadBack permits GatewayChains, LangfuseReader, CollectorFile {
    /// For people.
    String place();

    /// What is there now of a trace; empty while nothing is.
    ///
    /// @throws HopException it can never be read: keys, address, file
    List<SeenSpan> spans(String traceId);

    /// What to do where it stays empty or incomplete.
    String fix();
}
