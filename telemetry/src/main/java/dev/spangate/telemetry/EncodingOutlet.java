package dev.spangate.telemetry;

import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.ArrayList;
import java.util.List;

/// Spans in the form that one destination understands, over its transport.
record EncodingOutlet(SpanEncoder encoder, Transport transport, Quarantine quarantine)
        implements Outlet {
    @Override
    public Parcel pack(List<Placed> spans) {
        var encoded = new ArrayList<SpanData>(spans.size());
        for (var placed : spans) {
            try {
                encoder.encode(placed).ifPresent(encoded::add);
            } catch (RuntimeException e) {
                quarantine.add(placed, "cannot be encoded: " + e);
            }
        }
        return new Encoded(encoded, transport);
    }

    @Override
    public void close() {
        transport.close();
    }

    private record Encoded(List<SpanData> spans, Transport transport) implements Parcel {
        @Override
        public int size() {
            return spans.size();
        }

        @Override
        public Receipt send() {
            return spans.isEmpty() ? new Receipt.Accepted() : transport.send(spans);
        }
    }
}
