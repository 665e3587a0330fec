package dev.spangate.telemetry;

import dev.spangate.linking.JournalRecord.Draft;
import dev.spangate.linking.JournalRecord.Release;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Puts a release together with its draft and with the content that it refers to: from memory where
/// that is recent, else from the disk. Not thread-safe.
final class Assembler implements AutoCloseable {
    private final Tail tail;
    private final SegmentReader reader;

    Assembler(Tail tail, SegmentReader reader) {
        this.tail = tail;
        this.reader = reader;
    }

    /// Null where the draft is gone.
    @Nullable Placed assemble(JournalEntry entry) throws IOException {
        var release = (Release) entry.content();
        var draft = release.draft() != null ? release.draft() : draft(entry.place().draftAt());
        if (draft == null) {
            return null;
        }
        var whole = withReferences(entry.place(), draft);
        int bytes = entry.size() + (release.draft() == null ? length(draft) : 0);
        if (draft.inputFrom() != null || draft.outputFrom() != null) {
            bytes += length(whole);
        }
        return new Placed(entry.at(), entry.millis(), bytes, release, whole);
    }

    private Draft withReferences(Place place, Draft draft) throws IOException {
        if (draft.inputFrom() == null && draft.outputFrom() == null) {
            return draft;
        }
        var input = draft(place.inputAt());
        var output = place.outputAt() == place.inputAt() ? input : draft(place.outputAt());
        return DraftContent.with(
                draft,
                input == null ? draft.input() : TopContent.userMessages(input.input()),
                output == null ? draft.output() : output.output());
    }

    private @Nullable Draft draft(long at) throws IOException {
        if (at < 0) {
            return null;
        }
        var recent = tail.at(at);
        if (recent != null) {
            return draftOf(recent);
        }
        var stored = reader.at(at);
        return stored == null || !stored.frame().kind().isOfSpan()
                ? null
                : draftOf(JournalEntry.read(stored));
    }

    private static @Nullable Draft draftOf(JournalEntry entry) {
        return switch (entry.content()) {
            case Draft draft -> draft;
            case Release release -> release.draft();
            default -> null;
        };
    }

    private static int length(Draft draft) {
        String input = draft.input();
        String output = draft.output();
        return 512 + (input == null ? 0 : input.length()) + (output == null ? 0 : output.length());
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
