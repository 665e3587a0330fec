package dev.spangate.telemetry;

import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.List;

/// Carries encoded spans to one place; blocking, one request at a time.
interface Transport extends AutoCloseable {
    Receipt send(List<SpanData> spans);

    @Override
    void close();
}
