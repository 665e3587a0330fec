package dev.spangate.telemetry;

import java.util.List;

/// One place that spans go to; blocking, one parcel at a time.
interface Outlet extends AutoCloseable {
    /// Makes ready what is to go there; what cannot be made ready is set aside.
    Parcel pack(List<Placed> spans);

    @Override
    void close();

    /// Spans made ready; may be sent again and again until they are accepted.
    interface Parcel {
        /// How many spans it holds; a place does not get every kind.
        int size();

        Receipt send();
    }
}
