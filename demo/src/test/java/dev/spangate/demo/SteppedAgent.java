package dev.spangate.demo;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/// An agent that does one thing at a time, when told to: five events from the first answer to the
/// last. Each is over when [#step] returns, for the gateway and for both ends.
final class SteppedAgent {
    private static final Executor THREADS = task -> Thread.ofVirtual().start(task);
    private static final long SECONDS = 30;

    private final String name;
    private final Rendezvous model;
    private final Rendezvous tool;
    private final OpenAiClient llm;
    private final RawMcp mcp;
    private final List<SampleTool> offered;
    private Rendezvous.Guest held;
    private CompletableFuture<LlmClient.Answer> answer;
    private CompletableFuture<String> result;
    private LlmClient.Call call;
    private int at;

    /// Its first request is with the model when this returns.
    SteppedAgent(int port, String name, Rendezvous model, Rendezvous tool, SampleTool definition)
            throws Exception {
        this.name = name;
        this.model = model;
        this.tool = tool;
        var chat = URI.create("http://127.0.0.1:" + port + "/openai/v1/chat/completions");
        var agent = Map.of("User-Agent", "twin/1.0");
        this.llm =
                new OpenAiClient(new HttpModel(chat, agent, true, 1), "gpt-4.1-mini", "Be brief.");
        this.mcp = RawMcp.open(port, agent);
        this.offered =
                List.of(
                        new SampleTool(
                                mcp.exposed(definition.name()),
                                definition.description(),
                                definition.parameters(),
                                definition.body()));
        llm.user("I am " + name);
        answer = CompletableFuture.supplyAsync(() -> llm.next(offered), THREADS);
        held = model.next();
    }

    String name() {
        return name;
    }

    /// Names its executions: `mcp.session.id` on their spans.
    String session() {
        return mcp.session();
    }

    /// The next of its five events; `text` is what the tool answers.
    void step(String text) throws Exception {
        switch (at++) {
            case 0 -> {
                held.letGo("");
                call = answer.get(SECONDS, TimeUnit.SECONDS).calls().getFirst();
            }
            case 1 -> {
                result = CompletableFuture.supplyAsync(this::execute, THREADS);
                held = tool.next();
            }
            case 2 -> {
                held.letGo(text);
                var outcome = SampleTool.ToolOutcome.ok(result.get(SECONDS, TimeUnit.SECONDS));
                llm.results(List.of(new LlmClient.Result(call, outcome)));
            }
            case 3 -> {
                answer = CompletableFuture.supplyAsync(() -> llm.next(offered), THREADS);
                held = model.next();
            }
            default -> {
                held.letGo("");
                answer.get(SECONDS, TimeUnit.SECONDS);
            }
        }
    }

    private String execute() {
        try {
            return mcp.call(call.name(), call.arguments()).at("/result/content/0/text").asString();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
