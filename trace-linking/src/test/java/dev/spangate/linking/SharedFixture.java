package dev.spangate.linking;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What tests of several replicas share: three of them, and short words for what an agent does at
/// one or another.
abstract class SharedFixture {
    static final String ID = "call_a8f3k2m9x0";
    static final String OTHER = "call_b7d1q4z8y2";
    static final String TEXT = "a result that is long enough to prove something";

    final SharedStage stage = new SharedStage();
    final SharedStage.Node a = stage.node("a");
    final SharedStage.Node b = stage.node("b");
    final SharedStage.Node c = stage.node("c");
    final List<Message> history = new ArrayList<>();

    static InferenceStart asking(List<Message> messages) {
        return asking(messages, Origin.of("team"));
    }

    static InferenceStart asking(List<Message> messages, Origin origin) {
        return new InferenceStart(
                origin,
                "chat",
                "openai",
                "gpt",
                messages,
                null,
                false,
                "body" + messages.hashCode(),
                "{\"messages\":[]}",
                Map.of());
    }

    InferenceRecording ask(SharedStage.Node at) {
        var recording = at.linker.start(asking(history));
        recording.sent();
        return recording;
    }

    InferenceRecording asks(SharedStage.Node at, String prompt) {
        history.add(Message.text(Message.Role.USER, prompt));
        return ask(at);
    }

    void answers(InferenceRecording recording, ToolCall... calls) {
        for (var call : calls) {
            recording.toolCall(call);
        }
        var answer =
                calls.length == 0
                        ? Message.text(Message.Role.ASSISTANT, "done")
                        : new Message(
                                Message.Role.ASSISTANT, List.of(), List.of(calls), List.of(), "");
        history.add(answer);
        recording.answered();
        recording.end(
                new InferenceEnd(
                        new Outcome.Completed(),
                        true,
                        false,
                        "gpt-1",
                        null,
                        List.of("stop"),
                        Usage.of(1, 1),
                        Map.of(),
                        answer,
                        "{\"role\":\"assistant\"}",
                        Map.of()));
    }

    static ToolRecording executes(SharedStage.Node at, String arguments, String... meta) {
        var recording =
                at.linker.start(
                        new ToolStart(
                                Origin.of("team"),
                                "/mcp",
                                "srv",
                                "search",
                                arguments,
                                meta.length == 0 ? Map.of() : Map.of(meta[0], meta[1]),
                                null,
                                Map.of()));
        recording.sent();
        return recording;
    }

    static void done(ToolRecording recording, String text) {
        String result = Stage.text(text);
        recording.result(result);
        recording.end(new ToolEnd(new Outcome.Completed(), result, true, Map.of()));
    }

    void result(String id, String text) {
        history.add(
                new Message(
                        Message.Role.TOOL,
                        List.of(),
                        List.of(),
                        List.of(new ToolResult(id, null, List.of(text), false)),
                        ""));
    }

    static ToolCall search(String id, String what) {
        return new ToolCall(id, "search", "{\"q\":\"" + what + "\"}");
    }

    List<JournalRecord.Release> tops(Recorded journal) {
        return journal.named("invoke_agent");
    }
}
