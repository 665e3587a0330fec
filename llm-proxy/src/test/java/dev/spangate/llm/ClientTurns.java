package dev.spangate.llm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.linking.JournalRecord;
import dev.spangate.linking.ObservationType;
import dev.spangate.testing.Script;
import dev.spangate.testing.WireRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// A provider that answers a client's requests with transcripts, one after the other, behind the
/// gateway; the last one answers all that follow.
///
/// What a client's library makes of an answer is the client's; here stands what it must leave in
/// the trace.
final class ClientTurns implements AutoCloseable {
    private static final String PROVIDERS =
            """
            {"providers":{
              "gemini":{"api-key":"key-of-the-gateway","base-url":"$URL"},
              "mistral":{"api-key":"key-of-the-gateway","base-url":"$URL"},
              "bedrock":{"base-url":"$URL","aws":{"region":"eu-central-1",
                "access-key-id":"AKIDEXAMPLE","secret-access-key":"secret-of-the-gateway"}}},
             "models":{"claude":"anthropic/claude-sonnet-4-6","gpt":"openai/gpt-5.4"}}
            """;

    final LlmBench bench;

    private ClientTurns(LlmBench bench) {
        this.bench = bench;
    }

    /// @param names of the transcripts, in order
    static ClientTurns of(String... names) {
        var scripts = List.of(names).stream().map(Transcript::named).map(ClientTurns::script);
        var inOrder = scripts.toList();
        var next = new AtomicInteger();
        return new ClientTurns(
                LlmBench.start(
                        _ -> inOrder.get(Math.min(next.getAndIncrement(), inOrder.size() - 1)),
                        PROVIDERS));
    }

    /// In pieces that respect no frame.
    private static Script script(Transcript transcript) {
        String head =
                "HTTP/1.1 %d X\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
                        .formatted(
                                transcript.status(),
                                transcript.contentType(),
                                transcript.response().length);
        return Script.script().send(head).send(transcript.response(), 113, Duration.ofMillis(1));
    }

    /// The gateway's address with a path.
    String url(String path) {
        return "http://127.0.0.1:" + bench.port() + path;
    }

    /// What the provider was asked, in order.
    List<WireRequest> requests() {
        return bench.upstream.requests();
    }

    /// The inferences, in order of their start, once so many have ended.
    List<JournalRecord.Draft> inferences(int count) {
        long deadline = System.nanoTime() + Duration.ofSeconds(15).toNanos();
        while (generations().size() < count && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertThat(generations()).hasSize(count);
        return generations();
    }

    private List<JournalRecord.Draft> generations() {
        return bench.drafts.stream()
                .filter(draft -> draft.type() == ObservationType.GENERATION)
                .sorted((a, b) -> Long.compare(a.startNanos(), b.startNanos()))
                .toList();
    }

    /// R1: the second inference carried the result of the first one's call, so both are one run.
    void areOneRun() {
        var both = inferences(2);
        assertThat(both).allSatisfy(each -> assertThat(each.error()).isFalse());
        assertThat(bench.traceOf(both.getLast().spanId()))
                .isEqualTo(bench.traceOf(both.getFirst().spanId()));
    }

    /// What the run says of itself: session, user, agent.
    JournalRecord.RunAttributes run(JournalRecord.Draft inference) {
        bench.traceOf(inference.spanId());
        return bench.releases.stream()
                .filter(release -> release.spanId().equals(inference.spanId()))
                .map(JournalRecord.Release::run)
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void close() {
        bench.close();
    }
}
