package dev.spangate.llm;

import dev.spangate.linking.ToolResult;
import dev.spangate.linking.Usage;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Reads Gemini answers: `GenerateContentResponse`, alone, as events or as elements of an array,
/// and embeddings.
final class GeminiReader extends JsonFrameReader {
    private static final byte[][] MARKS =
            marks(
                    "functionCall",
                    "function_call",
                    "finishReason",
                    "finish_reason",
                    "executableCode");

    /// Keys of calls behind those of texts, in the order of arrival.
    private int nextKey;

    private boolean lastWasText;
    private boolean lastWasThought;

    GeminiReader(Answer answer) {
        super(answer, MARKS);
    }

    @Override
    void event(String name, JsonNode json) {
        read(json);
    }

    @Override
    public void body(JsonNode body) {
        read(body);
        answer.over();
    }

    private void read(JsonNode body) {
        answer.id(Gemini.at(body, "responseId").asString(""));
        answer.model(Gemini.at(body, "modelVersion").asString(""));
        if (body.path("error").isObject()) {
            error(body.path("error"));
        }
        var usage = Gemini.at(body, "usageMetadata");
        if (usage.isObject()) {
            answer.usage(usage(usage));
        }
        if (body.has("embedding") || body.has("embeddings")) {
            embeddings(body);
        }
        for (var candidate : body.path("candidates")) {
            candidate(candidate);
        }
        String blocked = Gemini.at(Gemini.at(body, "promptFeedback"), "blockReason").asString("");
        if (!blocked.isEmpty()) {
            answer.finish(0, blocked);
            answer.over();
        }
    }

    private void candidate(JsonNode candidate) {
        int index = candidate.path("index").asInt(0);
        for (var part : candidate.path("content").path("parts")) {
            part(index, part);
        }
        String reason = Gemini.at(candidate, "finishReason").asString("");
        if (!reason.isEmpty()) {
            answer.finish(index, reason);
            if (answer.isComplete()) {
                answer.over();
            }
        }
    }

    private void part(int index, JsonNode part) {
        var call = Gemini.at(part, "functionCall");
        var code = Gemini.at(part, "executableCode");
        var result = Gemini.at(part, "codeExecutionResult");
        if (call.isObject()) {
            call(index, Json.textOrNull(call, "id"), call);
        } else if (code.isObject()) {
            var text = answer.call(index, nextKey++, true);
            text.named(null, "code_execution");
            answer.arguments(text, Json.write(code));
            answer.callComplete(text);
            lastWasText = false;
        } else if (result.isObject()) {
            boolean failed = !Json.text(result, "outcome").equals("OUTCOME_OK");
            answer.result(
                    index,
                    new ToolResult(null, null, List.of(Json.text(result, "output")), failed));
        } else {
            text(index, part);
        }
    }

    private void call(int index, @Nullable String id, JsonNode call) {
        var text = answer.call(index, nextKey++, false);
        text.named(id, Json.text(call, "name"));
        var args = call.path("args");
        answer.arguments(text, args.isObject() ? Json.write(args) : "{}");
        answer.callComplete(text);
        lastWasText = false;
    }

    /// Pieces of one text come as parts of chunks that follow each other.
    private void text(int index, JsonNode part) {
        String piece = Json.text(part, "text");
        if (piece.isEmpty()) {
            return;
        }
        boolean thought = part.path("thought").asBoolean(false);
        if (!lastWasText || lastWasThought != thought) {
            nextKey++;
        }
        lastWasText = true;
        lastWasThought = thought;
        if (thought) {
            answer.thinking(index, nextKey, piece);
        } else {
            answer.text(index, nextKey, piece);
        }
    }

    private void embeddings(JsonNode body) {
        var several = body.path("embeddings");
        var first = several.isArray() ? several.path(0) : body.path("embedding");
        OpenAiEmbeddings.whole(
                answer, several.isArray() ? several.size() : 1, first.path("values").size());
    }

    private void error(JsonNode error) {
        String type = Json.text(error, "status");
        answer.failed(
                type.isEmpty() ? Json.errorType(error, "provider_error") : type,
                Json.text(error, "message"));
    }

    /// Thoughts are counted beside the candidates, tool prompts beside the prompt.
    private static Usage usage(JsonNode usage) {
        long thoughts = count(usage, "thoughtsTokenCount");
        var other = new HashMap<String, Long>();
        details(other, "input_", Gemini.at(usage, "promptTokensDetails"));
        details(other, "output_", Gemini.at(usage, "candidatesTokensDetails"));
        return new Usage(
                count(usage, "promptTokenCount") + count(usage, "toolUsePromptTokenCount"),
                count(usage, "candidatesTokenCount") + thoughts,
                count(usage, "cachedContentTokenCount"),
                0,
                thoughts,
                other,
                false);
    }

    private static void details(Map<String, Long> counts, String prefix, JsonNode details) {
        for (var detail : details) {
            String modality = Json.text(detail, "modality");
            if (modality.equals("AUDIO") || modality.equals("IMAGE")) {
                OpenAiChatReader.add(
                        counts,
                        prefix + modality.toLowerCase(Locale.ROOT) + "_tokens",
                        count(detail, "tokenCount"));
            }
        }
    }

    private static long count(JsonNode node, String key) {
        return Math.max(0, Gemini.at(node, key).asLong(0));
    }
}
