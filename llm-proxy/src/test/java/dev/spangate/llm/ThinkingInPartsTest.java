package dev.spangate.llm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.linking.Message;
import org.junit.jupiter.api.Test;

/// A client that sends a model's thinking back, and one that drops it, go on in one conversation
/// (R2): thinking is no part of a message's identity in any dialect.
class ThinkingInPartsTest {
    private static Message last(String path, String body) {
        var json = Json.object(body.replace('\'', '"')).orElseThrow();
        var dialect = Dialect.of(Endpoint.of("POST", path)).orElseThrow();
        return dialect.read(path, json, true).messages().getLast();
    }

    private static void areOne(String path, String with, String without) {
        assertThat(last(path, with)).isEqualTo(last(path, without));
        assertThat(last(path, without).texts()).containsExactly("Four.");
    }

    @Test
    void inChatCompletionsOfMistral() {
        areOne(
                "/v1/chat/completions",
                "{'messages':[{'role':'assistant','content':[{'type':'thinking','thinking':[{'type':'text','text':'2+2'}]},{'type':'text','text':'Four.'}]}]}",
                "{'messages':[{'role':'assistant','content':'Four.'}]}");
    }

    @Test
    void inChatCompletionsOfOthers() {
        areOne(
                "/v1/chat/completions",
                "{'messages':[{'role':'assistant','reasoning_content':'2+2','content':'Four.'}]}",
                "{'messages':[{'role':'assistant','content':'Four.'}]}");
    }

    @Test
    void inMessages() {
        areOne(
                "/v1/messages",
                "{'messages':[{'role':'assistant','content':[{'type':'thinking','thinking':'2+2','signature':'x'},{'type':'redacted_thinking','data':'y'},{'type':'text','text':'Four.','cache_control':{'type':'ephemeral'}}]}]}",
                "{'messages':[{'role':'assistant','content':[{'type':'text','text':'Four.'}]}]}");
    }

    @Test
    void inResponses() {
        areOne(
                "/v1/responses",
                "{'input':[{'type':'reasoning','summary':[{'type':'summary_text','text':'2+2'}],'encrypted_content':'z'},{'type':'message','role':'assistant','content':[{'type':'output_text','text':'Four.'}]}]}",
                "{'input':[{'type':'message','role':'assistant','content':[{'type':'output_text','text':'Four.'}]}]}");
    }

    @Test
    void inGemini() {
        areOne(
                "/v1beta/models/m:generateContent",
                "{'contents':[{'role':'model','parts':[{'text':'2+2','thought':true},{'text':'Four.','thoughtSignature':'YWJj'}]}]}",
                "{'contents':[{'role':'model','parts':[{'text':'Four.'}]}]}");
    }

    @Test
    void inConverse() {
        areOne(
                "/model/m/converse",
                "{'messages':[{'role':'assistant','content':[{'reasoningContent':{'reasoningText':{'text':'2+2','signature':'x'}}},{'text':'Four.'}]}]}",
                "{'messages':[{'role':'assistant','content':[{'text':'Four.'}]}]}");
    }

    @Test
    void inOllama() {
        areOne(
                "/api/chat",
                "{'messages':[{'role':'assistant','thinking':'2+2','content':'Four.'}]}",
                "{'messages':[{'role':'assistant','content':'Four.'}]}");
    }
}
