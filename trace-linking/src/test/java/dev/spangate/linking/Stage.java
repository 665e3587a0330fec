package dev.spangate.linking;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/// A linker on a clock of its own, and short words for what agents do.
final class Stage {
    static final long MS = 1_000_000L;

    final AtomicLong clock = new AtomicLong(1_800_000_000_000_000_000L);
    final Recorded recorded = new Recorded();
    final TraceLinker linker;

    Stage() {
        this(LinkingConfig.defaults());
    }

    Stage(LinkingConfig config) {
        linker = TraceLinker.create(config, () -> clock.addAndGet(1000), recorded);
    }

    Stage(LinkingConfig config, long now) {
        this(config);
        clock.set(now);
    }

    void pass(long millis) {
        clock.addAndGet(millis * MS);
        linker.tick();
    }

    Stage expose(String endpoint, String... tools) {
        linker.expose(
                endpoint,
                List.of(tools).stream().map(name -> new ExposedTool(name, "srv", null)).toList());
        return this;
    }

    /// An agent with its own message history.
    Agent agent(String scope) {
        return new Agent(this, Origin.of(scope));
    }

    Agent agent(Origin origin) {
        return new Agent(this, origin);
    }

    static Origin with(
            Origin origin, String session, Map<String, String> ids, TraceContext context) {
        return new Origin(
                origin.scope(),
                origin.caller(),
                origin.agent(),
                origin.product(),
                session,
                origin.user(),
                ids,
                context,
                origin.mode(),
                origin.tags(),
                origin.environment(),
                origin.connection(),
                origin.attributes(),
                origin.capture());
    }

    static Origin with(Origin origin, TraceMode mode, TraceContext context) {
        return new Origin(
                origin.scope(),
                origin.caller(),
                origin.agent(),
                origin.product(),
                origin.session(),
                origin.user(),
                origin.ids(),
                context,
                mode,
                origin.tags(),
                origin.environment(),
                origin.connection(),
                origin.attributes(),
                origin.capture());
    }

    static Origin connected(Origin origin, String connection) {
        return new Origin(
                origin.scope(),
                origin.caller(),
                origin.agent(),
                origin.product(),
                origin.session(),
                origin.user(),
                origin.ids(),
                origin.context(),
                origin.mode(),
                origin.tags(),
                origin.environment(),
                connection,
                origin.attributes(),
                origin.capture());
    }

    static String text(String text) {
        return CanonicalJson.MAPPER
                .createObjectNode()
                .set(
                        "content",
                        CanonicalJson.MAPPER
                                .createArrayNode()
                                .add(
                                        CanonicalJson.MAPPER
                                                .createObjectNode()
                                                .put("type", "text")
                                                .put("text", text)))
                .toString();
    }

    /// One agent: an LLM client and an MCP client that know nothing of tracing.
    static final class Agent {
        final Stage stage;
        Origin llm;
        Origin mcp;
        final List<Message> history = new ArrayList<>();
        String endpoint = "/mcp";
        boolean retry;

        Agent(Stage stage, Origin origin) {
            this.stage = stage;
            this.llm = origin;
            this.mcp = origin;
        }

        Agent says(String text) {
            history.add(Message.text(Message.Role.USER, text));
            return this;
        }

        Agent system(String text) {
            history.add(Message.text(Message.Role.SYSTEM, text));
            return this;
        }

        Agent result(String callId, String text) {
            history.add(
                    new Message(
                            Message.Role.TOOL,
                            List.of(),
                            List.of(),
                            List.of(new ToolResult(callId, null, List.of(text), false)),
                            ""));
            return this;
        }

        InferenceRecording ask() {
            return ask(null);
        }

        InferenceRecording ask(String previousResponseId) {
            var recording =
                    stage.linker.start(
                            new InferenceStart(
                                    llm,
                                    "chat",
                                    "openai",
                                    "gpt",
                                    history,
                                    previousResponseId,
                                    retry,
                                    "body" + history.hashCode(),
                                    "{\"messages\":[]}",
                                    Map.of()));
            recording.sent();
            return recording;
        }

        /// Answers with tool calls and ends; the answer goes into the history.
        void calls(InferenceRecording recording, ToolCall... calls) {
            for (var call : calls) {
                recording.toolCall(call);
            }
            recording.answered();
            answer(
                    recording,
                    new Message(Message.Role.ASSISTANT, List.of(), List.of(calls), List.of(), ""));
        }

        void text(InferenceRecording recording, String text) {
            recording.answered();
            answer(recording, Message.text(Message.Role.ASSISTANT, text));
        }

        void answer(InferenceRecording recording, Message answer) {
            history.add(answer);
            end(recording, answer, null);
        }

        void end(InferenceRecording recording, Message answer, String responseId) {
            recording.end(
                    new InferenceEnd(
                            new Outcome.Completed(),
                            true,
                            false,
                            "gpt-1",
                            responseId,
                            List.of("stop"),
                            Usage.of(1, 1),
                            Map.of(),
                            answer,
                            "{\"role\":\"assistant\"}",
                            Map.of()));
        }

        void fails(InferenceRecording recording) {
            recording.end(InferenceEnd.of(new Outcome.Failed("500", "broken")));
        }

        ToolRecording execute(String tool, String arguments, String... meta) {
            Map<String, String> entries = new HashMap<>();
            for (int i = 0; i < meta.length; i += 2) {
                entries.put(meta[i], meta[i + 1]);
            }
            var recording =
                    stage.linker.start(
                            new ToolStart(
                                    mcp, endpoint, "srv", tool, arguments, entries, null,
                                    Map.of()));
            recording.sent();
            return recording;
        }

        void done(ToolRecording recording, String text) {
            String result = Stage.text(text);
            recording.result(result);
            recording.end(new ToolEnd(new Outcome.Completed(), result, true, Map.of()));
        }

        void broke(ToolRecording recording, String text) {
            String result = Stage.text(text);
            recording.result(result);
            recording.end(
                    new ToolEnd(new Outcome.Failed("tool_error", text), result, true, Map.of()));
        }
    }
}
