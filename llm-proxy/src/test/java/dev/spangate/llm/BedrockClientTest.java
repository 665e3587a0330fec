package dev.spangate.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.document.Document;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.BedrockRuntimeException;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ConversationRole;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseRequest;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamResponseHandler;
import software.amazon.awssdk.services.bedrockruntime.model.Message;
import software.amazon.awssdk.services.bedrockruntime.model.StopReason;
import software.amazon.awssdk.services.bedrockruntime.model.ToolConfiguration;
import software.amazon.awssdk.services.bedrockruntime.model.ToolResultBlock;

/// AWS's own Java client against the gateway: it signs for our address, we sign for AWS's.
@Tag("llm")
class BedrockClientTest {
    private static final String MODEL = "anthropic.claude-3-5-sonnet-20240620-v1:0";
    private static final StaticCredentialsProvider CLIENTS_OWN =
            StaticCredentialsProvider.create(
                    AwsBasicCredentials.create("AKIDCLIENT", "secret-of-the-client"));
    private static final ToolConfiguration TOOLS =
            ToolConfiguration.builder()
                    .tools(tool ->
                            tool.toolSpec(spec ->
                                    spec.name("top_song")
                                            .inputSchema(schema ->
                                                    schema.json(
                                                            Document.mapBuilder()
                                                                    .putString("type", "object")
                                                                    .build()))))
                    .build();

    private static BedrockRuntimeClient client(ClientTurns turns) {
        return BedrockRuntimeClient.builder()
                .endpointOverride(URI.create(turns.url("/bedrock")))
                .region(Region.EU_CENTRAL_1)
                .credentialsProvider(CLIENTS_OWN)
                .overrideConfiguration(o -> o.retryStrategy(DefaultRetryStrategy.doNotRetry()))
                .build();
    }

    /// Over plain http this client begins with HTTP/2 unless told otherwise; no TLS, no ALPN.
    private static BedrockRuntimeAsyncClient streaming(ClientTurns turns) {
        return BedrockRuntimeAsyncClient.builder()
                .httpClientBuilder(NettyNioAsyncHttpClient.builder().protocol(Protocol.HTTP1_1))
                .endpointOverride(URI.create(turns.url("/bedrock")))
                .region(Region.EU_CENTRAL_1)
                .credentialsProvider(CLIENTS_OWN)
                .overrideConfiguration(o -> o.retryStrategy(DefaultRetryStrategy.doNotRetry()))
                .build();
    }

    private static Message said(String text) {
        return Message.builder()
                .role(ConversationRole.USER)
                .content(ContentBlock.fromText(text))
                .build();
    }

    @Test
    void aConversationWithATool() {
        try (var turns = ClientTurns.of("bedrock/tool-results");
                var client = client(turns)) {
            var request =
                    ConverseRequest.builder()
                            .modelId(MODEL)
                            .toolConfig(TOOLS)
                            .messages(
                                    said("song?"),
                                    Message.builder()
                                            .role(ConversationRole.ASSISTANT)
                                            .content(
                                                    ContentBlock.fromToolUse(use ->
                                                            use.toolUseId("tooluse_kZJMlvQm")
                                                                    .name("top_song")
                                                                    .input(sign())))
                                            .build(),
                                    Message.builder()
                                            .role(ConversationRole.USER)
                                            .content(result("tooluse_kZJMlvQm"))
                                            .build())
                            .build();
            var answer = client.converse(request);
            assertThat(answer.output().message().content().getLast().text())
                    .isEqualTo("Elemental Hotel.");
            assertThat(answer.usage().inputTokens()).isEqualTo(1);
            var inference = turns.inferences(1).getFirst();
            assertThat(inference.input()).contains("tooluse_kZJMlvQm", "Elemental Hotel by 8");
            assertThat(inference.attributes())
                    .containsEntry("gen_ai.provider.name", "aws.bedrock")
                    .containsEntry("gen_ai.request.model", MODEL);
        }
    }

    private static Document sign() {
        return Document.mapBuilder().putString("sign", "WZPZ").build();
    }

    private static ContentBlock result(String id) {
        return ContentBlock.fromToolResult(
                ToolResultBlock.builder()
                        .toolUseId(id)
                        .content(content -> content.text("Elemental Hotel by 8 Storey Hike"))
                        .build());
    }

    /// The event stream passes with its framing: the client checks every checksum.
    @Test
    void aStreamWithAToolGoesOnWithItsResult() throws Exception {
        try (var turns = ClientTurns.of("bedrock/stream-tools", "bedrock/stream");
                var client = streaming(turns)) {
            var history = new ArrayList<Message>();
            history.add(said("Which song is on top?"));
            var first = stream(client, history);
            assertThat(first.stop).isEqualTo(StopReason.TOOL_USE);
            assertThat(first.id).isEqualTo("tooluse_kZJMlvQmRJ6eAyJE5GIl7Q");
            assertThat(Json.object(first.arguments.toString()).orElseThrow().path("sign"))
                    .hasToString("\"WZPZ\"");
            history.add(
                    Message.builder()
                            .role(ConversationRole.ASSISTANT)
                            .content(
                                    ContentBlock.fromToolUse(use ->
                                            use.toolUseId(first.id).name(first.name).input(sign())))
                            .build());
            history.add(
                    Message.builder()
                            .role(ConversationRole.USER)
                            .content(result(first.id))
                            .build());
            assertThat(stream(client, history).text).hasToString("Hello");
            turns.areOneRun();
        }
    }

    /// What a client made of the events of one stream.
    private static final class Heard {
        private final StringBuilder text = new StringBuilder();
        private final StringBuilder arguments = new StringBuilder();
        private final List<Throwable> failures = new CopyOnWriteArrayList<>();
        private String id = "";
        private String name = "";
        private StopReason stop;
    }

    private static Heard stream(BedrockRuntimeAsyncClient client, List<Message> history)
            throws Exception {
        var heard = new Heard();
        var visitor =
                ConverseStreamResponseHandler.Visitor.builder()
                        .onContentBlockStart(event -> {
                            if (event.start().toolUse() != null) {
                                heard.id = event.start().toolUse().toolUseId();
                                heard.name = event.start().toolUse().name();
                            }
                        })
                        .onContentBlockDelta(event -> {
                            var delta = event.delta();
                            heard.text.append(delta.text() == null ? "" : delta.text());
                            heard.arguments.append(
                                    delta.toolUse() == null ? "" : delta.toolUse().input());
                        })
                        .onMessageStop(event -> heard.stop = event.stopReason())
                        .build();
        client.converseStream(
                        request -> request.modelId(MODEL).toolConfig(TOOLS).messages(history),
                        ConverseStreamResponseHandler.builder()
                                .subscriber(visitor)
                                .onError(heard.failures::add)
                                .build())
                .get(30, TimeUnit.SECONDS);
        assertThat(heard.failures).isEmpty();
        return heard;
    }

    /// The client's own signature is for our address and worth nothing at AWS's: ours replaces it.
    @Test
    void theClientsSignatureIsReplacedByOurs() {
        try (var turns = ClientTurns.of("bedrock/plain");
                var client = client(turns)) {
            client.converse(request -> request.modelId(MODEL).messages(said("hi")));
            var sent = turns.requests().getFirst();
            assertThat(sent.rawHead()).doesNotContain("AKIDCLIENT", "secret-of-the-gateway");
            assertThat(sent.target())
                    .isEqualTo("/model/anthropic.claude-3-5-sonnet-20240620-v1%3A0/converse");
            assertThat(AwsSignatureTest.verify(sent, "secret-of-the-gateway", "eu-central-1"))
                    .isEqualTo("AKIDEXAMPLE");
        }
    }

    @Test
    void anExceptionInsideAStreamIsTheClientsException() {
        try (var turns = ClientTurns.of("bedrock/stream-exception");
                var client = streaming(turns)) {
            assertThatThrownBy(() -> stream(client, List.of(said("hi"))))
                    .hasRootCauseInstanceOf(BedrockRuntimeException.class);
            assertThat(turns.inferences(1).getFirst().error()).isTrue();
        }
    }
}
