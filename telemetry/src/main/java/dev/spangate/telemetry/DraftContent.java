package dev.spangate.telemetry;

import dev.spangate.linking.JournalRecord.Draft;
import org.jspecify.annotations.Nullable;

/// The same span with other content, or without any.
final class DraftContent {
    private DraftContent() {}

    static Draft with(Draft draft, @Nullable String input, @Nullable String output) {
        return copy(draft, draft.statusMessage(), input, output);
    }

    static Draft without(Draft draft) {
        return copy(draft, failureWithoutContent(draft), null, null);
    }

    /// What is said of a failure where no content may be told: a failed tool speaks in content.
    static @Nullable String failureWithoutContent(Draft draft) {
        return "tool_error".equals(draft.attributes().get("error.type"))
                ? "The tool reported an error"
                : draft.statusMessage();
    }

    private static Draft copy(
            Draft draft,
            @Nullable String statusMessage,
            @Nullable String input,
            @Nullable String output) {
        return new Draft(
                draft.spanId(),
                draft.type(),
                draft.name(),
                draft.client(),
                draft.startNanos(),
                draft.endNanos(),
                draft.level(),
                statusMessage,
                draft.error(),
                draft.completionStartNanos(),
                input,
                output,
                draft.inputFrom(),
                draft.outputFrom(),
                draft.usage(),
                draft.cost(),
                draft.attributes(),
                draft.evidence());
    }
}
