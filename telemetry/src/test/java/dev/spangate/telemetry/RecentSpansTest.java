package dev.spangate.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.linking.Capture;
import dev.spangate.telemetry.TelemetryConfig.Audience;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecentSpansTest {
    private final RecentSpans recent =
            new RecentSpans(
                    new SpanEncoder(
                            Samples.config(Path.of("unused"), "{}"),
                            Samples.identity(),
                            Audience.ANY,
                            Capture.FULL));

    private void take(Placed... spans) {
        var parcel = recent.pack(List.of(spans));
        assertThat(parcel.size()).isEqualTo(spans.length);
        assertThat(parcel.send()).isEqualTo(new Receipt.Accepted());
    }

    private static Placed placed(int number, int bytes) {
        var draft = Samples.tool(number, "result " + number);
        return new Placed(number, number, bytes, Samples.release(draft), draft);
    }

    @Test
    void spansAreListedAsTheyAreExportedOldestFirst() {
        take(placed(1, 100), placed(2, 100));
        take(placed(3, 100));

        var spans = recent.list();

        assertThat(spans)
                .extracting(ExportedSpan::spanId)
                .containsExactly(Samples.span(1), Samples.span(2), Samples.span(3));
        assertThat(spans.getFirst().attributes())
                .containsEntry("langfuse.observation.type", "tool")
                .containsEntry("langfuse.observation.output", "result 1");
        assertThat(recent.list()).isEqualTo(spans);
    }

    @Test
    void theNumberOfSpansIsBounded() {
        for (int i = 0; i < 4_500; i++) {
            take(placed(i, 10));
        }

        assertThat(recent.list()).hasSize(4_000);
        assertThat(recent.list().getLast().spanId()).isEqualTo(Samples.span(4_499));
    }

    @Test
    void theirBytesAreBoundedButOneIsAlwaysThere() {
        for (int i = 0; i < 10; i++) {
            take(placed(i, 4 << 20));
        }
        assertThat(recent.list()).hasSize(4);

        take(placed(11, 40 << 20));
        assertThat(recent.list())
                .extracting(ExportedSpan::spanId)
                .containsExactly(Samples.span(11));
    }
}
