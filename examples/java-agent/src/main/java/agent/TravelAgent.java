package agent;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionMessage;
import com.openai.models.chat.completions.ChatCompletionMessageFunctionToolCall;
import com.openai.models.chat.completions.ChatCompletionMessageToolCall;
import com.openai.models.chat.completions.ChatCompletionToolMessageParam;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An ordinary agent: the OpenAI Java SDK for the model, the MCP Java SDK for the tools. */
public final class TravelAgent {
    private static final List<String> TURNS =
            List.of(
                    "What will the weather be in Paris and in Rome tomorrow, and do I have time to"
                            + " travel? Mail the answer to bob and write it down.",
                    "Thanks! And what about Oslo?");

    // Not the common pool: the HTTP client of the JDK answers there, and waiting would fill it.
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final OpenAIClient model;
    private final Tools tools;
    private final ChatCompletionCreateParams.Builder conversation;

    private TravelAgent(OpenAIClient model, Tools tools) {
        this.model = model;
        this.tools = tools;
        this.conversation =
                ChatCompletionCreateParams.builder()
                        .model(environment("MODEL", "gpt-4.1-mini"))
                        .addSystemMessage("You are a travel agent. Be brief.");
        tools.definitions().forEach(conversation::addTool);
    }

    /** Runs the conversation; the only thing the gateway changes is where both clients connect. */
    public static void main(String[] args) {
        String gateway = environment("SPANGATE_URL", "http://127.0.0.1:8080");
        OpenAIClient model =
                OpenAIOkHttpClient.builder()
                        .baseUrl(gateway + "/openai/v1")
                        .apiKey(environment("OPENAI_API_KEY", "the-gateway-has-the-key"))
                        .build();
        try (Tools tools = Tools.connect(gateway)) {
            TravelAgent agent = new TravelAgent(model, tools);
            for (String turn : TURNS) {
                System.out.println("> " + turn);
                System.out.println(agent.ask(turn) + "\n");
            }
            agent.threads.shutdown();
        } finally {
            model.close();
        }
    }

    private String ask(String text) {
        conversation.addUserMessage(text);
        while (true) {
            ChatCompletionMessage answer = next();
            conversation.addMessage(answer);
            List<ChatCompletionMessageFunctionToolCall> calls =
                    answer.toolCalls().orElse(List.of()).stream()
                            .map(ChatCompletionMessageToolCall::asFunction)
                            .toList();
            if (calls.isEmpty()) {
                return answer.content().orElse("");
            }
            run(calls);
        }
    }

    private ChatCompletionMessage next() {
        ChatCompletionAccumulator answer = ChatCompletionAccumulator.create();
        try (var stream = model.chat().completions().createStreaming(conversation.build())) {
            stream.stream().forEach(answer::accumulate);
        }
        return answer.chatCompletion().choices().get(0).message();
    }

    /** Runs the calls of one answer side by side and adds their results in order. */
    private void run(List<ChatCompletionMessageFunctionToolCall> calls) {
        List<CompletableFuture<String>> results =
                calls.stream()
                        .map(call -> CompletableFuture.supplyAsync(
                                () -> tools.call(call.function().name(), call.function().arguments()),
                                threads))
                        .toList();
        for (int i = 0; i < calls.size(); i++) {
            conversation.addMessage(
                    ChatCompletionToolMessageParam.builder()
                            .toolCallId(calls.get(i).id())
                            .content(results.get(i).join())
                            .build());
        }
    }

    private static String environment(String name, String otherwise) {
        String value = System.getenv(name);
        return value == null || value.isBlank() ? otherwise : value;
    }
}
