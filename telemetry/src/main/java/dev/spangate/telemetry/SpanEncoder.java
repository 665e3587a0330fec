package dev.spangate.telemetry;

import dev.spangate.linking.Capture;
import dev.spangate.linking.JournalRecord.Draft;
import dev.spangate.linking.JournalRecord.Release;
import dev.spangate.linking.JournalRecord.SpanLink;
import dev.spangate.linking.ObservationType;
import dev.spangate.telemetry.TelemetryConfig.Audience;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Makes of a placed span what one kind of destination understands. Stateless.
final class SpanEncoder {
    private final Audience audience;
    private final Capture capture;
    private final Redaction redaction;
    private final Resource resource;
    private final InstrumentationScopeInfo scope;
    private final Identity identity;
    private final LangfuseKeys langfuse;
    private final ConventionKeys conventions;

    SpanEncoder(TelemetryConfig config, Identity identity, Audience audience, Capture capture) {
        this(config, identity, audience, capture, Redaction.NONE);
    }

    /// @param redaction of this destination alone
    SpanEncoder(
            TelemetryConfig config,
            Identity identity,
            Audience audience,
            Capture capture,
            Redaction redaction) {
        this.audience = audience;
        this.capture = capture;
        this.redaction = redaction;
        this.identity = identity;
        this.resource = identity.resource(config);
        this.scope =
                InstrumentationScopeInfo.builder(Identity.SCOPE)
                        .setVersion(identity.version())
                        .build();
        this.langfuse = new LangfuseKeys(config, identity);
        this.conventions = new ConventionKeys(config, identity, audience);
    }

    /// Empty where this destination does not get such spans (attempts, for all but `generic`).
    Optional<SpanData> encode(Placed placed) {
        var release = placed.release();
        var draft = placed.draft();
        if (draft.type() == ObservationType.ATTEMPT && audience != Audience.GENERIC) {
            return Optional.empty();
        }
        var capture = captureOf(release, draft);
        var visible = capture == Capture.FULL ? draft : DraftContent.without(draft);
        return Optional.of(
                new EncodedSpan(
                        redaction.apply(visible.name()),
                        visible.client() ? SpanKind.CLIENT : SpanKind.INTERNAL,
                        context(release.traceId(), release.spanId(), false),
                        parent(release),
                        status(visible, capture),
                        visible.startNanos(),
                        visible.endNanos(),
                        attributes(release, visible, capture).build(),
                        links(release.links()),
                        scope,
                        resource));
    }

    private AttributeSet attributes(Release release, Draft draft, Capture capture) {
        var out = new AttributeSet(redaction);
        conventions.put(out, release, draft, capture);
        if (audience != Audience.GENERIC) {
            langfuse.put(out, release, draft, capture);
        }
        return out;
    }

    /// The narrowest of this destination's and the caller's, as its span says and as it is now.
    private Capture captureOf(Release release, Draft draft) {
        return capture.and(Capture.of(draft.attributes()))
                .and(identity.captureOf().apply(release.run().caller()));
    }

    private StatusData status(Draft draft, Capture capture) {
        if (!draft.error()) {
            return StatusData.unset();
        }
        String message = capture == Capture.NONE ? null : draft.statusMessage();
        return message == null
                ? StatusData.error()
                : StatusData.create(StatusCode.ERROR, redaction.apply(message));
    }

    private static SpanContext parent(Release release) {
        String parent = release.parentSpanId();
        return parent == null
                ? SpanContext.getInvalid()
                : context(release.traceId(), parent, release.remoteParent());
    }

    private static SpanContext context(String traceId, String spanId, boolean remote) {
        return remote
                ? SpanContext.createFromRemoteParent(
                        traceId, spanId, TraceFlags.getSampled(), TraceState.getDefault())
                : SpanContext.create(
                        traceId, spanId, TraceFlags.getSampled(), TraceState.getDefault());
    }

    private static List<LinkData> links(@Nullable List<SpanLink> links) {
        if (links == null || links.isEmpty()) {
            return List.of();
        }
        var result = new ArrayList<LinkData>(links.size());
        for (var link : links) {
            var attributes = new AttributeSet();
            attributes.putAll(link.attributes());
            result.add(
                    LinkData.create(
                            context(link.traceId(), link.spanId(), false), attributes.build()));
        }
        return result;
    }
}
