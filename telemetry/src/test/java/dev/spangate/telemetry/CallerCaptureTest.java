package dev.spangate.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.linking.Capture;
import dev.spangate.telemetry.TelemetryConfig.Audience;
import java.util.HashMap;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a draft says of its caller's `capture` counts beside what a destination may have.
class CallerCaptureTest {
    @ParameterizedTest
    @CsvSource({
        "full,metadata,false,true", "full,none,false,false", "metadata,none,false,false",
        "none,metadata,false,false", "metadata,metadata,false,true", "full,unheard-of,false,false",
    })
    void theNarrowerOfDestinationAndCallerCounts(
            String destination, String caller, boolean content, boolean person) {
        var attributes = new HashMap<>(Samples.generation(1).attributes());
        attributes.put("spangate.capture", caller);
        var draft = MetricsTest.with(Samples.generation(1), attributes);
        var capture = Capture.valueOf(destination.toUpperCase(Locale.ROOT));
        var span =
                SpanEncoderTest.values(
                        SpanEncoderTest.encoder("{}", Audience.ANY, capture)
                                .encode(new Placed(0, 0, 0, Samples.release(draft), draft))
                                .orElseThrow());
        assertThat(span.containsKey("langfuse.observation.input")).isEqualTo(content);
        assertThat(span.containsKey("langfuse.observation.output")).isEqualTo(content);
        assertThat(span.containsKey("langfuse.user.id")).isEqualTo(person);
        assertThat(span.containsKey("langfuse.session.id")).isEqualTo(person);
        assertThat(span).containsKeys("langfuse.observation.usage_details");
    }
}
