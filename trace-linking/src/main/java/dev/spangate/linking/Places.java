package dev.spangate.linking;

import tools.jackson.databind.JsonNode;

/// The place of a span as text, kept in the store for whoever holds its draft (rule S3).
final class Places {
    private Places() {}

    static String text(JournalRecord.Release release) {
        var json =
                Snapshots.object()
                        .put("span", release.spanId())
                        .put("trace", release.traceId())
                        .put("remote", release.remoteParent())
                        .put("root", release.appRoot());
        Snapshots.put(json, "parent", release.parentSpanId());
        json.set("run", Snapshots.attributes(release.run()));
        json.set("links", Snapshots.links(release.links()));
        json.set("attributes", Snapshots.map(release.attributes()));
        return json.toString();
    }

    static JournalRecord.Release of(String text) {
        JsonNode json = CanonicalJson.MAPPER.readTree(text);
        return new JournalRecord.Release(
                Stored.need(json, "span"),
                Stored.need(json, "trace"),
                Stored.text(json, "parent"),
                Stored.flag(json, "remote"),
                Stored.flag(json, "root"),
                Stored.attributes(json.path("run")),
                Stored.links(json),
                Stored.values(json.path("attributes")),
                null,
                null,
                null);
    }

    /// Of a span that nobody knows any more: a trace of its own, unlinked.
    static JournalRecord.Release alone(String span) {
        return Spans.orphan(HeldSpan.sibling(span), JoinedTraces.traceId(), "agent");
    }
}
