package dev.spangate.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.linking.Capture;
import dev.spangate.linking.JournalRecord.Draft;
import dev.spangate.linking.JournalRecord.Release;
import dev.spangate.linking.JournalRecord.RunAttributes;
import dev.spangate.linking.Level;
import dev.spangate.linking.ObservationType;
import dev.spangate.linking.Usage;
import dev.spangate.telemetry.TelemetryConfig.Audience;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SpanEncoderTest {
    private static final String METADATA = "langfuse.observation.metadata.";

    @Test
    void aGenerationCarriesWhatLangfuseReadsFirst() {
        var span = encode(Audience.LANGFUSE, Samples.release(Samples.generation(1)));
        assertThat(span.getKind()).isEqualTo(SpanKind.CLIENT);
        assertThat(span.getName()).isEqualTo("chat gpt-4.1-mini");
        assertThat(values(span))
                .containsEntry("langfuse.observation.type", "generation")
                .containsEntry("langfuse.observation.model.name", "gpt-4.1-mini-2025-04-14")
                .containsEntry(
                        "langfuse.observation.model.parameters",
                        "{\"stream\":true,\"temperature\":0.2}")
                .containsEntry(
                        "langfuse.observation.usage_details",
                        "{\"input\":182,\"input_cached_tokens\":128,\"output\":40,\"output_reasoning_tokens\":20,\"total\":370}")
                .containsEntry("langfuse.observation.cost_details", "{\"total\":2.2E-4}")
                .containsEntry(
                        "langfuse.observation.completion_start_time", "2026-09-21T14:13:20.121Z")
                .containsEntry("langfuse.observation.input", Samples.INPUT)
                .containsEntry("langfuse.observation.output", Samples.OUTPUT)
                .containsEntry(METADATA + "finish_reason", "tool_calls")
                .containsEntry(METADATA + "endpoint", "api.openai.com:443")
                .containsEntry("langfuse.version", "0.1.0")
                .containsEntry("gen_ai.usage.input_tokens", 310L)
                .containsEntry("gen_ai.usage.cache_read.input_tokens", 128L)
                .containsEntry("gen_ai.response.time_to_first_chunk", 0.12)
                .doesNotContainKey("langfuse.observation.level");
    }

    @Test
    void theSumOfUsageDetailsIsTheTotal() {
        var details =
                LangfuseKeys.usageDetails(
                        new Usage(
                                1_000,
                                500,
                                300,
                                200,
                                100,
                                Map.of("input_audio_tokens", 50L, "output_audio_tokens", 25L),
                                false));
        assertThat(details)
                .containsEntry("input", 450L)
                .containsEntry("output", 375L)
                .containsEntry("total", 1_500L);
        long total = details.remove("total");
        assertThat(details.values().stream().mapToLong(Long::longValue).sum()).isEqualTo(total);
    }

    @Test
    void compatAddsWhatTheGatewayGuidePromises() {
        var span = values(encode(Audience.ANY, Samples.release(Samples.generation(1))));
        assertThat(span)
                .containsEntry("gen_ai.system", "openai")
                .containsEntry("gen_ai.usage.prompt_tokens", 310L)
                .containsEntry("gen_ai.usage.completion_tokens", 60L)
                .containsEntry("gen_ai.usage.total_tokens", 370L)
                .containsEntry("gen_ai.streaming", true)
                .containsEntry("gateway", "my-gateway")
                .containsEntry("endpoint", "api.openai.com:443")
                .doesNotContainKeys("gen_ai.prompt", "gen_ai.completion");
    }

    @Test
    void latestWritesNoOlderKeyAndLegacyNoNewerTokens() {
        var latest = values(encode("{\"semconv\":\"latest\"}", Audience.ANY));
        assertThat(latest)
                .doesNotContainKeys(
                        "gen_ai.system",
                        "gen_ai.usage.prompt_tokens",
                        "gen_ai.streaming",
                        "gateway")
                .containsKey("gen_ai.usage.input_tokens");
        var legacy = values(encode("{\"semconv\":\"legacy\"}", Audience.ANY));
        assertThat(legacy)
                .containsKeys("gen_ai.system", "gen_ai.usage.prompt_tokens")
                .doesNotContainKey("gen_ai.usage.input_tokens");
    }

    @Test
    void legacyContentIsTheContentAgainUnderTheGuidesNames() {
        var span = values(encode("{\"legacy-content\":true}", Audience.ANY));
        assertThat(span)
                .containsEntry("gen_ai.prompt", Samples.INPUT)
                .containsEntry("gen_ai.completion", Samples.OUTPUT);
    }

    @Test
    void everySpanOfARunCarriesItsTraceLevelValues() {
        for (var draft :
                List.of(Samples.generation(1), Samples.tool(2, "x"), Samples.top(9, 1, 3))) {
            assertThat(values(encode(Audience.LANGFUSE, Samples.release(draft))))
                    .containsEntry("langfuse.trace.name", "travel-agent")
                    .containsEntry("langfuse.session.id", "conv-1")
                    .containsEntry("langfuse.user.id", "team-a")
                    .containsEntry("langfuse.trace.tags", List.of("spangate"))
                    .containsEntry("langfuse.environment", "demo");
        }
    }

    @Test
    void inModeParentNothingIsSaidOfTheTrace() {
        var run = Samples.run("r");
        var quiet =
                new RunAttributes(
                        "r",
                        run.traceName(),
                        run.sessionId(),
                        run.userId(),
                        run.tags(),
                        run.environment(),
                        run.caller(),
                        false);
        var span =
                encode(
                        Audience.LANGFUSE,
                        placed(Samples.generation(1), quiet, true, "00000000000000aa"));
        assertThat(values(span))
                .doesNotContainKeys(
                        "langfuse.trace.name", "langfuse.session.id", "langfuse.trace.tags");
    }

    @Test
    void aJoinedTopSpanIsAnAppRootBelowItsRemoteParent() {
        var span =
                encode(
                        Audience.LANGFUSE,
                        placed(Samples.top(9, 1, 3), Samples.run("r"), true, "00000000000000aa"));
        assertThat(values(span)).containsEntry("langfuse.internal.is_app_root", true);
        assertThat(span.getParentSpanContext().isRemote()).isTrue();
        assertThat(span.getParentSpanId()).isEqualTo("00000000000000aa");
        assertThat(values(span).keySet())
                .noneMatch(key ->
                        key.contains("usage") || key.contains("model") || key.contains("cost"));
    }

    @Test
    void aToolSpanLinksToTheInferenceThatAskedForIt() {
        var span =
                encode(
                        Audience.LANGFUSE,
                        Samples.linked(
                                Samples.span(2), null, Samples.span(1), Samples.tool(2, "18 C")));
        var link = span.getLinks().getFirst();
        assertThat(link.getSpanContext().getSpanId()).isEqualTo(Samples.span(1));
        assertThat(link.getAttributes().asMap().values()).containsExactly("call-id");
        assertThat(values(span))
                .containsEntry("langfuse.observation.type", "tool")
                .containsEntry("gen_ai.tool.call.id", "call_a")
                .containsEntry("spangate.link.method", "call-id")
                .containsEntry(METADATA + "tool_call_id", "call_a")
                .containsEntry(METADATA + "link_method", "call-id")
                .containsEntry(METADATA + "link_confidence", "certain");
    }

    @Test
    void anErrorIsALevelAndAStatusAndAMessage() {
        var base = Samples.tool(2, "mailbox full");
        var failed = failed(base);
        var span = encode(Audience.LANGFUSE, Samples.release(failed));
        assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(span.getStatus().getDescription()).isEqualTo("mailbox full");
        assertThat(values(span))
                .containsEntry("langfuse.observation.level", "ERROR")
                .containsEntry("langfuse.observation.status_message", "mailbox full");
    }

    @ParameterizedTest
    @EnumSource(Audience.class)
    void attemptsGoToGenericDestinationsAlone(Audience audience) {
        var attempt = typed(Samples.tool(2, ""), ObservationType.ATTEMPT);
        var encoded =
                encoder("{}", audience, Capture.FULL)
                        .encode(new Placed(0, 0, 0, Samples.release(attempt), attempt));
        assertThat(encoded.isPresent()).isEqualTo(audience == Audience.GENERIC);
    }

    @Test
    void captureMetadataLeavesContentOutAndNoneAlsoThePerson() {
        var release = Samples.release(Samples.generation(1));
        var placed = new Placed(0, 0, 0, release, Samples.generation(1));
        var metadata =
                values(encoder("{}", Audience.ANY, Capture.METADATA).encode(placed).orElseThrow());
        assertThat(metadata)
                .doesNotContainKeys("langfuse.observation.input", "langfuse.observation.output")
                .containsKeys("langfuse.observation.usage_details", "langfuse.user.id");
        var none = values(encoder("{}", Audience.ANY, Capture.NONE).encode(placed).orElseThrow());
        assertThat(none)
                .doesNotContainKeys(
                        "langfuse.observation.input", "langfuse.user.id", "langfuse.session.id")
                .containsKeys("langfuse.observation.usage_details", "langfuse.trace.name");
    }

    @Test
    void aDestinationWithoutContentLearnsThatAToolFailedAndNotWhatItSaid() {
        var failed = Samples.failedTool(1, "mailbox of bob is full");
        var placed = new Placed(0, 0, 0, Samples.release(failed), failed);
        for (var capture : List.of(Capture.METADATA, Capture.NONE)) {
            var span = encoder("{}", Audience.ANY, capture).encode(placed).orElseThrow();
            assertThat(span.getStatus().getDescription() + values(span)).doesNotContain("bob");
        }
        var full = encoder("{}", Audience.ANY, Capture.FULL).encode(placed).orElseThrow();
        assertThat(full.getStatus().getDescription()).isEqualTo("mailbox of bob is full");
    }

    @Test
    void aGenericDestinationGetsConventionsWithoutLangfuse() {
        var span = values(encode(Audience.GENERIC, Samples.release(Samples.generation(1))));
        assertThat(span.keySet()).noneMatch(key -> key.startsWith("langfuse."));
        assertThat(span).containsEntry("session.id", "conv-1").containsEntry("user.id", "team-a");
        assertThat(Json.read((String) span.get("gen_ai.input.messages")))
                .isEqualTo(
                        Json.read(
                                """
                                [{"role":"system","parts":[{"type":"text","content":"Be brief."}]},
                                 {"role":"user","parts":[{"type":"text","content":"Weather in Paris?"}]}]\
                                """));
        assertThat(Json.read((String) span.get("gen_ai.output.messages")))
                .isEqualTo(
                        Json.read(
                                """
                                [{"role":"assistant","parts":[{"type":"tool_call","id":"call_a","name":"weather",
                                  "arguments":{"city":"Paris"}}],"finish_reason":"tool_calls"}]\
                                """));
        assertThat(Json.read((String) span.get("gen_ai.tool.definitions")))
                .isEqualTo(
                        Json.read(
                                """
                                [{"type":"function","name":"weather","parameters":{"type":"object"}}]\
                                """));
    }

    @Test
    void configuredAttributesAreMetadataThatAPersonCanFilterOn() {
        var attributes = new HashMap<>(Samples.generation(1).attributes());
        attributes.put("team", "blue");
        var draft = MetricsTest.with(Samples.generation(1), attributes);
        var span =
                encoder(
                                "{\"attributes\":{\"team\":\"${header.x-team}\"}}",
                                Audience.ANY,
                                Capture.FULL)
                        .encode(new Placed(0, 0, 0, Samples.release(draft), draft))
                        .orElseThrow();
        assertThat(values(span))
                .containsEntry("team", "blue")
                .containsEntry(METADATA + "team", "blue");
    }

    @ParameterizedTest
    @CsvSource({
        "Production,production",
        "my env!,my-env-",
        "langfuse-test,-test",
        "0123456789012345678901234567890123456789xx,0123456789012345678901234567890123456789"
    })
    void anEnvironmentIsWhatLangfuseTakes(String configured, String shown) {
        assertThat(LangfuseKeys.environment(configured)).isEqualTo(shown);
    }

    @Test
    void resourceAndScopeSayWhoExports() {
        var span =
                encode(
                        "{\"service-name\":\"edge\",\"resource\":{\"team.name\":\"blue\"}}",
                        Audience.ANY);
        assertThat(span.getResource().getAttributes().asMap().toString())
                .contains("service.name=edge", "service.version=0.1.0", "team.name=blue");
        assertThat(span.getInstrumentationScopeInfo().getName()).isEqualTo("spangate");
    }

    static SpanEncoder encoder(String json, Audience audience, Capture capture) {
        return new SpanEncoder(
                Samples.config(Path.of("unused"), json),
                Samples.identity(),
                audience,
                capture,
                Redaction.NONE);
    }

    private static SpanData encode(String json, Audience audience) {
        var draft = Samples.generation(1);
        return encoder(json, audience, Capture.FULL)
                .encode(new Placed(0, 0, 0, Samples.release(draft), draft))
                .orElseThrow();
    }

    private static SpanData encode(Audience audience, Release release) {
        return encoder("{}", audience, Capture.FULL)
                .encode(new Placed(0, 0, 0, release, release.draft()))
                .orElseThrow();
    }

    private static Release placed(Draft draft, RunAttributes run, boolean remote, String parent) {
        return new Release(
                draft.spanId(),
                Samples.TRACE,
                parent,
                remote,
                true,
                run,
                List.of(),
                Map.of(),
                draft,
                null,
                null);
    }

    private static Draft failed(Draft draft) {
        return new Draft(
                draft.spanId(),
                draft.type(),
                draft.name(),
                true,
                draft.startNanos(),
                draft.endNanos(),
                Level.ERROR,
                "mailbox full",
                true,
                0,
                draft.input(),
                draft.output(),
                null,
                null,
                null,
                Map.of(),
                draft.attributes(),
                null);
    }

    private static Draft typed(Draft draft, ObservationType type) {
        return new Draft(
                draft.spanId(),
                type,
                "POST",
                true,
                draft.startNanos(),
                draft.endNanos(),
                Level.DEFAULT,
                null,
                false,
                0,
                null,
                null,
                null,
                null,
                null,
                Map.of(),
                Map.of(),
                null);
    }

    static Map<String, Object> values(SpanData span) {
        var values = new TreeMap<String, Object>();
        span.getAttributes().forEach((key, value) -> values.put(key.getKey(), value));
        return values;
    }
}
