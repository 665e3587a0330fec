package dev.spangate.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spangate.testing.Script;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class TranslationTest {
    private static JsonNode json(String text) {
        return Json.object(text.replace('\'', '"')).orElseThrow(() -> new AssertionError(text));
    }

    private static String text(String expected) {
        return Json.write(json(expected));
    }

    private static JsonNode translate(Endpoint client, ProviderType type, String request) {
        return Translation.of(client, type).orElseThrow().request().translate(json(request), "m");
    }

    @Test
    void aChatRequestBecomesAMessagesRequest() {
        var request =
                translate(
                        Endpoint.CHAT,
                        ProviderType.ANTHROPIC,
                        """
                        {'model':'x','max_completion_tokens':50,'temperature':0.5,'stop':'END','stream':true,'user':'u1',
                         'messages':[{'role':'system','content':'Be brief.'},
                          {'role':'user','content':[{'type':'text','text':'look'},{'type':'image_url','image_url':{'url':'data:image/png;base64,AAAA'}}]},
                          {'role':'assistant','content':null,'tool_calls':[{'id':'call_1','type':'function','function':{'name':'f','arguments':'{"a":1.50}'}},{'id':'call_2','type':'function','function':{'name':'g','arguments':''}}]},
                          {'role':'tool','tool_call_id':'call_1','content':'one'},{'role':'tool','tool_call_id':'call_2','content':'two'},
                          {'role':'user','content':'go on'}],
                         'tools':[{'type':'function','function':{'name':'f','description':'d','parameters':{'type':'object'}}}],
                         'tool_choice':'required','parallel_tool_calls':false}
                        """
                                .replace("'{\"a\":1.50}'", "'{\\\"a\\\":1.50}'"));
        assertThat(Json.write(request))
                .isEqualTo(
                        text(
                                """
                                {'model':'m','max_tokens':50,'temperature':0.5,'stream':true,'stop_sequences':['END'],'metadata':{'user_id':'u1'},
                                 'messages':[
                                  {'role':'user','content':[{'type':'text','text':'look'},{'type':'image','source':{'type':'base64','media_type':'image/png','data':'AAAA'}}]},
                                  {'role':'assistant','content':[{'type':'tool_use','id':'call_1','name':'f','input':{'a':1.50}},{'type':'tool_use','id':'call_2','name':'g','input':{}}]},
                                  {'role':'user','content':[{'type':'tool_result','tool_use_id':'call_1','content':[{'type':'text','text':'one'}]},{'type':'tool_result','tool_use_id':'call_2','content':[{'type':'text','text':'two'}]}]},
                                  {'role':'user','content':[{'type':'text','text':'go on'}]}],
                                 'system':[{'type':'text','text':'Be brief.'}],
                                 'tools':[{'name':'f','description':'d','input_schema':{'type':'object'}}],
                                 'tool_choice':{'type':'any','disable_parallel_tool_use':true}}
                                """));
    }

    @Test
    void aMessagesRequestBecomesAChatRequest() {
        var request =
                translate(
                        Endpoint.MESSAGES,
                        ProviderType.OPENAI,
                        """
                        {'model':'x','max_tokens':9,'stream':true,'system':[{'type':'text','text':'S','cache_control':{'type':'ephemeral'}}],
                         'thinking':{'type':'enabled','budget_tokens':1024},'metadata':{'user_id':'u'},
                         'messages':[{'role':'user','content':'hi'},
                          {'role':'assistant','content':[{'type':'thinking','thinking':'t','signature':'s'},{'type':'text','text':'ok'},{'type':'tool_use','id':'toolu_1','name':'f','input':{'a':1}}]},
                          {'role':'user','content':[{'type':'tool_result','tool_use_id':'toolu_1','content':[{'type':'text','text':'r'},{'type':'image','source':{'type':'url','url':'https://e/x.png'}}]},{'type':'text','text':'and?'}]}],
                         'tools':[{'name':'f','input_schema':{'type':'object'}}],'tool_choice':{'type':'tool','name':'f'}}
                        """);
        assertThat(Json.write(request))
                .isEqualTo(
                        text(
                                """
                                {'model':'m','max_completion_tokens':9,'stream':true,'stream_options':{'include_usage':true},
                                 'messages':[{'role':'system','content':'S'},{'role':'user','content':'hi'},
                                  {'role':'assistant','content':'ok','tool_calls':[{'id':'toolu_1','type':'function','function':{'name':'f','arguments':'{\\"a\\":1}'}}]},
                                  {'role':'tool','tool_call_id':'toolu_1','content':'r\\n[shown in the next message]'},
                                  {'role':'user','content':[{'type':'image_url','image_url':{'url':'https://e/x.png'}},{'type':'text','text':'and?'}]}],
                                 'tools':[{'type':'function','function':{'name':'f','parameters':{'type':'object'}}}],
                                 'tool_choice':{'type':'function','function':{'name':'f'}}}
                                """));
    }

    @Test
    void aResponsesRequestBecomesAChatRequest() {
        var request =
                translate(
                        Endpoint.RESPONSES,
                        ProviderType.OPENAI_COMPATIBLE,
                        """
                        {'model':'x','instructions':'I','store':false,'include':['reasoning.encrypted_content'],'max_output_tokens':7,
                         'reasoning':{'effort':'low'},
                         'input':[{'type':'message','role':'developer','content':[{'type':'input_text','text':'D'}]},{'role':'user','content':'hi'},
                          {'type':'reasoning','summary':[],'encrypted_content':'x'},
                          {'type':'function_call','call_id':'call_1','namespace':'mcp__cap','name':'plain','arguments':'{}'},
                          {'type':'custom_tool_call','call_id':'call_2','name':'apply_patch','input':'***'},
                          {'type':'function_call_output','call_id':'call_1','output':'one'},{'type':'custom_tool_call_output','call_id':'call_2','output':'two'},
                          {'type':'reasoning','summary':[]},{'role':'user','content':[{'type':'input_text','text':'a'},{'type':'input_text','text':'b'}]}],
                         'tools':[{'type':'namespace','name':'mcp__cap','tools':[{'type':'function','name':'plain','parameters':{'type':'object'}}]},{'type':'custom','name':'apply_patch','description':'p'}]}
                        """);
        assertThat(Json.write(request))
                .isEqualTo(
                        text(
                                """
                                {'model':'m','max_tokens':7,'reasoning_effort':'low',
                                 'messages':[{'role':'system','content':'I'},{'role':'system','content':'D'},{'role':'user','content':'hi'},
                                  {'role':'assistant','content':null,'tool_calls':[{'id':'call_1','type':'function','function':{'name':'mcp__cap__plain','arguments':'{}'}},{'id':'call_2','type':'function','function':{'name':'apply_patch','arguments':'{\\"input\\":\\"***\\"}'}}]},
                                  {'role':'tool','tool_call_id':'call_1','content':'one'},{'role':'tool','tool_call_id':'call_2','content':'two'},
                                  {'role':'user','content':'a\\nb'}],
                                 'tools':[{'type':'function','function':{'name':'mcp__cap__plain','parameters':{'type':'object'}}},
                                  {'type':'function','function':{'name':'apply_patch','description':'p','parameters':{'type':'object','properties':{'input':{'type':'string'}},'required':['input']}}}]}
                                """));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CHAT | ANTHROPIC | {'n':2,'messages':[]} | 'n'",
                "CHAT | ANTHROPIC | {'seed':1,'messages':[]} | 'seed'",
                "CHAT | ANTHROPIC | {'response_format':{'type':'json_object'},'messages':[]} | 'response_format.type'",
                "CHAT | ANTHROPIC | {'messages':[{'role':'user','content':[{'type':'input_audio'}]}]} | 'messages[0].content[0].type'",
                "CHAT | ANTHROPIC | {'messages':[{'role':'assistant','tool_calls':[{'function':{'name':'f','arguments':'[1]'}}]}]} | 'messages[0].tool_calls[0].function.arguments'",
                "CHAT | ANTHROPIC | {'tools':[{'type':'custom','custom':{}}],'messages':[]} | 'tools[0].type'",
                "MESSAGES | OPENAI | {'top_k':3,'messages':[]} | 'top_k'",
                "MESSAGES | OPENAI | {'mcp_servers':[{}],'messages':[]} | 'mcp_servers'",
                "MESSAGES | OPENAI | {'tools':[{'type':'web_search_20250305','name':'web_search'}],'messages':[]} | 'tools[0].type'",
                "MESSAGES | OPENAI | {'messages':[{'role':'assistant','content':[{'type':'server_tool_use'}]}]} | 'messages[0].content[0].type'",
                "RESPONSES | MISTRAL | {'previous_response_id':'r'} | 'previous_response_id'",
                "RESPONSES | MISTRAL | {'background':true} | 'background'",
                "RESPONSES | MISTRAL | {'tools':[{'type':'web_search'}]} | 'tools[0].type'",
                "RESPONSES | MISTRAL | {'input':[{'type':'item_reference','id':'x'}]} | 'input[0].type'"
            })
    void whatCannotBeExpressedIsRefusedByItsName(
            Endpoint client, ProviderType type, String request, String field) {
        assertThatThrownBy(() -> translate(client, type, request))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.status()).isEqualTo(400))
                .hasMessageStartingWith("'" + field.replace("'", "") + "' cannot be translated");
    }

    @Test
    void aChatClientOnAnthropicIsServedOverSockets() throws Exception {
        String events =
                """
                event: message_start
                data: {"type":"message_start","message":{"id":"msg_1","model":"claude-x","usage":{"input_tokens":10,"output_tokens":1}}}

                event: content_block_start
                data: {"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"toolu_01AbCdEfGh1234567","name":"f","input":{}}}

                event: content_block_delta
                data: {"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\\"a\\":1}"}}

                event: content_block_stop
                data: {"type":"content_block_stop","index":0}

                event: message_delta
                data: {"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":5}}

                event: message_stop
                data: {"type":"message_stop"}

                """;
        try (var bench = LlmBench.start(Script.sse(events))) {
            String request =
                    "{\"model\":\"anthropic/claude-x\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
            var answer = bench.post("/v1/chat/completions", request);
            assertThat(answer.body())
                    .contains(
                            "\"id\":\"toolu_01AbCdEfGh1234567\"",
                            "\"finish_reason\":\"tool_calls\"")
                    .doesNotContain("prompt_tokens")
                    .endsWith("data: [DONE]\n\n");
            var sent = bench.upstream.requests().getFirst();
            assertThat(sent.target()).isEqualTo("/v1/messages");
            assertThat(sent.header("anthropic-version")).isEqualTo("2023-06-01");
            var draft = bench.draft();
            assertThat(draft.usage().input()).isEqualTo(10);
            assertThat(draft.usage().output()).isEqualTo(5);
            assertThat(draft.output()).contains("toolu_01AbCdEfGh1234567");
        }
    }

    @Test
    void errorsAreTranslatedWithTheirStatus() throws Exception {
        var error =
                "{\"error\":{\"message\":\"slow down\",\"type\":\"t\",\"code\":\"rate_limit_exceeded\"}}";
        try (var bench = LlmBench.start(Script.answer(429, "application/json", error))) {
            var answer = bench.post("/v1/messages", "{\"model\":\"openai/gpt-x\",\"messages\":[]}");
            assertThat(answer.status()).isEqualTo(429);
            assertThat(answer.body())
                    .isEqualTo(
                            "{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\",\"message\":\"slow down\"}}");
        }
    }

    @Test
    void aNativePathIsNeverTranslated() throws Exception {
        try (var bench = LlmBench.start(Script.json("{\"x\":1}"))) {
            String request = "{\"model\":\"m\",\"n\":2,\"messages\":[]}";
            assertThat(bench.post("/anthropic/v1/chat/completions", request).body())
                    .isEqualTo("{\"x\":1}");
            assertThat(bench.upstream.requests().getFirst().body()).isEqualTo(request);
        }
    }
}
