package dev.spangate.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spangate.testing.Script;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// What a translation cannot express is refused by its name; what it can is there.
class NothingIsDroppedTest {
    private static JsonNode json(String text) {
        return Json.object(text.replace('\'', '"')).orElseThrow(() -> new AssertionError(text));
    }

    private static String translate(Endpoint client, ProviderType type, String request) {
        return Json.write(
                Translation.of(client, type).orElseThrow().request().translate(json(request), "m"));
    }

    private static String chat(String request) {
        return translate(Endpoint.CHAT, ProviderType.ANTHROPIC, request);
    }

    private static String messages(String request) {
        return translate(Endpoint.MESSAGES, ProviderType.OPENAI, request);
    }

    private static String responses(String request) {
        return translate(Endpoint.RESPONSES, ProviderType.MISTRAL, request);
    }

    /// Fields of the reference that the other API has no word for, one by one.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CHAT | ANTHROPIC | {'messages':[],'seed':1} | 'seed'",
                "CHAT | ANTHROPIC | {'messages':[],'logit_bias':{'1':2}} | 'logit_bias'",
                "CHAT | ANTHROPIC | {'messages':[],'top_logprobs':2} | 'top_logprobs'",
                "CHAT | ANTHROPIC | {'messages':[],'n':2} | 'n'",
                "CHAT | ANTHROPIC | {'messages':[],'modalities':['audio']} | 'modalities'",
                "CHAT | ANTHROPIC | {'messages':[],'prediction':{'type':'content'}} | 'prediction'",
                "CHAT | ANTHROPIC | {'messages':[],'web_search_options':{}} | 'web_search_options'",
                "CHAT | ANTHROPIC | {'messages':[],'frequency_penalty':0.5} | 'frequency_penalty'",
                "CHAT | ANTHROPIC | {'messages':[],'service_tier':'flex'} | 'service_tier'",
                "CHAT | ANTHROPIC | {'messages':[],'functions':[]} | 'functions'",
                "CHAT | ANTHROPIC | {'messages':[{'role':'user','name':'ada','content':'x'}]} | 'messages[0].name'",
                "CHAT | ANTHROPIC | {'messages':[{'role':'assistant','audio':{'id':'a'}}]} | 'messages[0].audio'",
                "CHAT | ANTHROPIC | {'messages':[{'role':'user','content':[{'type':'input_audio','input_audio':{}}]}]} | 'messages[0].content[0].type'",
                "CHAT | ANTHROPIC | {'messages':[{'role':'user','content':[{'type':'file','file':{'file_id':'f'}}]}]} | 'messages[0].content[0].file.file_id'",
                "CHAT | ANTHROPIC | {'messages':[{'role':'function','name':'f','content':'x'}]} | 'messages[0].name'",
                "CHAT | ANTHROPIC | {'messages':[],'tools':[{'type':'custom','custom':{'name':'c'}}]} | 'tools[0].type'",
                "CHAT | ANTHROPIC | {'messages':[],'response_format':{'type':'json_object'}} | 'response_format.type'",
                "MESSAGES | OPENAI | {'messages':[],'top_k':5} | 'top_k'",
                "MESSAGES | OPENAI | {'messages':[],'mcp_servers':[{'url':'u'}]} | 'mcp_servers'",
                "MESSAGES | OPENAI | {'messages':[],'container':'c'} | 'container'",
                "MESSAGES | OPENAI | {'messages':[],'tools':[{'type':'web_search_20250305','name':'web_search'}]} | 'tools[0].type'",
                "MESSAGES | OPENAI | {'messages':[],'output_config':{'task_budget':{}}} | 'output_config.task_budget'",
                "MESSAGES | OPENAI | {'messages':[{'role':'user','content':[{'type':'search_result','source':'s'}]}]} | 'messages[0].content[0].type'",
                "MESSAGES | OPENAI | {'messages':[{'role':'user','content':[{'type':'document','citations':{'enabled':true},'source':{'type':'text','data':'d'}}]}]} | 'messages[0].content[0].citations'",
                "MESSAGES | OPENAI | {'messages':[{'role':'user','content':[{'type':'document','context':'c','source':{'type':'text','data':'d'}}]}]} | 'messages[0].content[0].context'",
                "MESSAGES | OPENAI | {'messages':[{'role':'user','content':[{'type':'image','source':{'type':'file','file_id':'f'}}]}]} | 'messages[0].content[0].source.type'",
                "MESSAGES | OPENAI | {'messages':[{'role':'assistant','content':[{'type':'server_tool_use','id':'s'}]}]} | 'messages[0].content[0].type'",
                "RESPONSES | MISTRAL | {'input':'x','conversation':'c'} | 'conversation'",
                "RESPONSES | MISTRAL | {'input':'x','background':true} | 'background'",
                "RESPONSES | MISTRAL | {'input':'x','prompt':{'id':'p'}} | 'prompt'",
                "RESPONSES | MISTRAL | {'input':'x','max_tool_calls':3} | 'max_tool_calls'",
                "RESPONSES | MISTRAL | {'input':'x','tools':[{'type':'web_search'}]} | 'tools[0].type'",
                "RESPONSES | MISTRAL | {'input':'x','tools':[{'type':'mcp','server_label':'s'}]} | 'tools[0].type'",
                "RESPONSES | MISTRAL | {'input':[{'type':'item_reference','id':'i'}]} | 'input[0].type'",
                "RESPONSES | MISTRAL | {'input':[{'type':'message','role':'user','content':[{'type':'input_file','file_id':'f'}]}]} | 'input[0].content[0].type'",
                "RESPONSES | MISTRAL | {'input':[{'type':'web_search_call','id':'w'}]} | 'input[0].type'",
                "RESPONSES | MISTRAL | {'input':'x','tools':[{'type':'function','name':'f'}],'tool_choice':{'type':'web_search'}} | 'tool_choice.type'",
            })
    void itIsRefusedByItsName(Endpoint client, ProviderType type, String request, String field) {
        assertThatThrownBy(() -> translate(client, type, request))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining(field.replace("'", "'"));
    }

    /// A null asks for nothing.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CHAT | ANTHROPIC | {'messages':[{'role':'user','name':null,'content':'x'}],'seed':null,'n':null}",
                "MESSAGES | OPENAI | {'messages':[],'top_k':null,'container':null}",
                "RESPONSES | MISTRAL | {'input':'x','conversation':null,'previous_response_id':null,'background':false}"
            })
    void aNullIsNoRequest(Endpoint client, ProviderType type, String request) {
        assertThat(translate(client, type, request)).contains("\"model\":\"m\"");
    }

    @Test
    void aRefusalOfEarlierIsSaidAgain() {
        assertThat(
                        chat(
                                "{'messages':[{'role':'user','content':'x'},{'role':'assistant','content':null,'refusal':'I will not.'}]}"))
                .contains(
                        "{\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"I will not.\"}]}");
    }

    @ParameterizedTest
    @CsvSource({
        "no such file, Error: no such file",
        "Error: no such file, Error: no such file",
        "error 17, error 17"
    })
    void aResultThatIsAnErrorSaysSo(String text, String said) {
        String request =
                "{'messages':[{'role':'user','content':[{'type':'tool_result','tool_use_id':'t','is_error':true,'content':'%s'}]}]}";
        assertThat(messages(request.formatted(text))).contains("\"content\":\"" + said + "\"");
        assertThat(messages(request.replace("true", "false").formatted(text)))
                .contains("\"content\":\"" + text + "\"");
    }

    @Test
    void strictToolsStayStrict() {
        assertThat(
                        messages(
                                "{'messages':[],'tools':[{'name':'f','strict':true,'input_schema':{'type':'object'}}]}"))
                .contains("\"strict\":true");
        assertThat(
                        responses(
                                "{'input':'x','tools':[{'type':'function','name':'f','strict':true,'parameters':{}}]}"))
                .contains("\"strict\":true");
        assertThat(
                        responses(
                                "{'input':'x','tools':[{'type':'function','name':'f','strict':false,'parameters':{}}]}"))
                .doesNotContain("strict");
        assertThat(
                        chat(
                                "{'messages':[],'tools':[{'type':'function','function':{'name':'f','strict':true}}]}"))
                .contains("\"strict\":true");
    }

    @Test
    void aGrammarIsToldWhereItCannotBeHeld() {
        assertThat(
                        responses(
                                "{'input':'x','tools':[{'type':'custom','name':'apply_patch','description':'Edits.','format':{'type':'grammar','syntax':'lark','definition':'start: hunk+'}}]}"))
                .contains("Edits.\\nThe input must follow this lark grammar:\\nstart: hunk+");
    }

    /// The client is told in its own shape, and nothing goes out.
    @Test
    void aRefusalReachesTheClientInItsShape() throws Exception {
        String alias = "{\"models\":{\"gpt\":\"openai/gpt-5.4\"}}";
        try (var bench = LlmBench.start(_ -> Script.json("{}"), alias)) {
            var answer =
                    bench.post("/v1/messages", "{\"model\":\"gpt\",\"messages\":[],\"top_k\":5}");
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.body())
                    .startsWith("{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\"")
                    .contains("'top_k' cannot be translated");
            assertThat(bench.upstream.requests()).isEmpty();
            assertThat(bench.draft().attributes())
                    .containsEntry("error.type", "untranslatable_field");
        }
    }
}
