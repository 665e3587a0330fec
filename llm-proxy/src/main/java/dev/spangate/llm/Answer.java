package dev.spangate.llm;

import dev.spangate.linking.Message;
import dev.spangate.linking.ToolCall;
import dev.spangate.linking.ToolResult;
import dev.spangate.linking.Usage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What has been read of one answer so far, whatever its dialect. For one thread.
///
/// Content is bounded: beyond [#MOST_CONTENT] characters nothing more is kept and the answer counts
/// as unread.
final class Answer {
    /// Attribute: what the provider says the inference cost, in US dollars.
    static final String REPORTED_COST = "spangate.usage.reported_cost";

    /// Attribute: tokens written to a long-lived cache.
    static final String WRITTEN_FOR_AN_HOUR = "spangate.usage.cache_write_1h_tokens";

    private static final int MOST_CONTENT = 16 << 20;
    private static final int MOST_CALLS = 4096;
    private static final int MOST_ERROR = 500;

    private final Listener listener;
    private final Map<Integer, Choice> choices = new TreeMap<>();
    private final Set<String> finishReasons = new LinkedHashSet<>();
    private final Map<String, Object> attributes = new LinkedHashMap<>();
    private @Nullable String model;
    private @Nullable String id;
    private @Nullable Usage usage;
    private @Nullable JsonNode shown;
    private @Nullable String errorType;
    private String errorMessage = "";
    private @Nullable String unread;
    private boolean begun;
    private boolean complete;
    private boolean paused;
    private boolean over;
    private boolean deferred;
    private int kept;

    Answer(Listener listener) {
        this.listener = listener;
    }

    /// Hears of what cannot wait for the end.
    interface Listener {
        /// The first token of content, reasoning or a tool call is here.
        void firstToken();

        /// A tool call is complete (L6).
        void toolCall(ToolCall call);

        /// A tool that the provider executed has its result.
        void toolResult(ToolResult result);

        /// Something cannot be read, so a tool call may be missing (L5); said once.
        void unread();

        /// A piece of text has come.
        default void text(String piece) {}

        /// A piece of reasoning has come.
        default void thinking(String piece) {}

        /// A piece of a call's arguments has come; it may be empty.
        default void arguments(CallText call, String piece) {}

        /// A call is complete, after [#toolCall].
        default void callComplete(CallText call) {}

        /// The provider says that it failed.
        default void failed(String type, String message) {}
    }

    void model(String value) {
        model = value.isEmpty() ? model : value;
    }

    void id(String value) {
        id = value.isEmpty() ? id : value;
    }

    void attribute(String key, Object value) {
        attributes.put(key, value);
    }

    /// A piece of the text with this key within a choice; pieces of one key are one text.
    void text(int choice, int key, String piece) {
        if (keeps(piece)) {
            choice(choice).texts.computeIfAbsent(key, _ -> new StringBuilder()).append(piece);
            listener.text(piece);
        }
    }

    /// A piece of reasoning, as far as the provider shows it.
    void thinking(int choice, int key, String piece) {
        if (keeps(piece)) {
            choice(choice).thinking.computeIfAbsent(key, _ -> new StringBuilder()).append(piece);
            listener.thinking(piece);
        }
    }

    /// A tool call by its key within a choice; it is begun where there is none.
    CallText call(int choice, int key, boolean byProvider) {
        begin();
        var calls = choice(choice).calls;
        if (calls.size() >= MOST_CALLS && !calls.containsKey(key)) {
            unread("too many tool calls");
            return new CallText(byProvider);
        }
        return calls.computeIfAbsent(key, _ -> new CallText(byProvider));
    }

    /// A piece of a call's arguments; reports the call when they are whole.
    void arguments(CallText call, String piece) {
        if (keeps(piece)) {
            call.append(piece);
        }
        listener.arguments(call, piece);
        if (call.actionable()) {
            report(call);
        }
    }

    /// The protocol says that the call is complete.
    void callComplete(CallText call) {
        report(call);
    }

    /// The protocol says that all calls of a choice are complete.
    void callsComplete(int choice) {
        choice(choice).calls.values().forEach(this::report);
    }

    /// What people see instead of a message, where the answer is none.
    void shown(JsonNode output) {
        begin();
        shown = output;
    }

    /// A result of a tool that the provider executed itself.
    void result(int choice, ToolResult result) {
        begin();
        choice(choice).results.add(result);
        listener.toolResult(result);
    }

    void finish(int choice, String reason) {
        finishReasons.add(reason);
        choice(choice).finished = true;
        callsComplete(choice);
        if (choices.values().stream().allMatch(each -> each.finished)) {
            complete = true;
        }
    }

    /// The answer is complete as its protocol says (T5).
    void complete() {
        complete = true;
    }

    /// Complete for the protocol, not for the run (`pause_turn`).
    void paused() {
        paused = true;
    }

    /// The provider has taken it on and will answer later (background mode).
    void deferred() {
        deferred = true;
    }

    /// Nothing more will come: a client may act on the whole answer.
    void over() {
        over = true;
    }

    void usage(Usage value) {
        usage = value;
    }

    /// The provider says that it failed, in words of its own. A word that is not documented does
    /// not become `error.type`: the HTTP status stays, where there is one, and the message has it.
    void failed(String word, String message) {
        String known = ErrorTypes.known(word);
        if (known != null) {
            errorType = known;
        } else if (errorType == null) {
            errorType = ErrorTypes.OTHER;
        }
        String told = known != null || word.isEmpty() ? message : word + ": " + message;
        errorMessage = told.length() <= MOST_ERROR ? told : told.substring(0, MOST_ERROR) + "…";
        listener.failed(word, message);
    }

    /// Something of it could not be read; the first reason counts.
    void unread(String reason) {
        if (unread == null) {
            unread = reason;
            listener.unread();
        }
    }

    private void report(CallText call) {
        if (call.reportable()) {
            listener.toolCall(call.toolCall());
            listener.callComplete(call);
        }
    }

    private boolean keeps(String piece) {
        if (piece.isEmpty()) {
            return false;
        }
        begin();
        kept += piece.length();
        if (kept > MOST_CONTENT) {
            unread("larger than what is kept");
            return false;
        }
        return true;
    }

    private void begin() {
        if (!begun) {
            begun = true;
            listener.firstToken();
        }
    }

    private Choice choice(int index) {
        return choices.computeIfAbsent(index, _ -> new Choice());
    }

    boolean hasContent() {
        return begun;
    }

    boolean isComplete() {
        return complete;
    }

    boolean isPaused() {
        return paused;
    }

    boolean isDeferred() {
        return deferred;
    }

    boolean isOver() {
        return over;
    }

    @Nullable String model() {
        return model;
    }

    @Nullable String id() {
        return id;
    }

    List<String> finishReasons() {
        return List.copyOf(finishReasons);
    }

    Map<String, Object> attributes() {
        return attributes;
    }

    @Nullable String errorType() {
        return errorType;
    }

    String errorMessage() {
        return errorMessage;
    }

    @Nullable String unread() {
        return unread;
    }

    /// The texts of the first choice.
    List<String> texts() {
        return strings(choice(0).texts);
    }

    /// The reasoning of the first choice.
    List<String> thinking() {
        return strings(choice(0).thinking);
    }

    /// The tool calls of the first choice.
    List<CallText> calls() {
        return List.copyOf(choice(0).calls.values());
    }

    private static List<String> strings(Map<Integer, StringBuilder> texts) {
        return texts.values().stream().map(StringBuilder::toString).toList();
    }

    /// Tokens as reported; marked as partial where the answer is.
    @Nullable Usage usage() {
        var known = usage;
        if (known == null || complete || known.partial()) {
            return known;
        }
        return new Usage(
                known.input(),
                known.output(),
                known.cacheRead(),
                known.cacheWrite(),
                known.reasoning(),
                known.other(),
                true);
    }

    /// The assistant message as sent, of the first choice; null while there is none.
    @Nullable Message message() {
        if (deferred) {
            // Nothing is said yet; the id alone tells it from others of its kind.
            return new Message(
                    Message.Role.ASSISTANT, List.of("later: " + id), List.of(), List.of(), "");
        }
        var first = choices.get(0);
        if (first == null || !begun || unread != null) {
            return null;
        }
        return new Message(
                Message.Role.ASSISTANT,
                first.texts.values().stream().map(StringBuilder::toString).toList(),
                first.calls.values().stream().map(CallText::toolCall).toList(),
                first.results,
                "");
    }

    /// The same for people: one OpenAI-shaped message, or an array of them for several choices.
    @Nullable String output() {
        if (!begun) {
            return null;
        }
        if (shown != null) {
            return Json.write(shown);
        }
        if (choices.size() == 1) {
            return Json.write(choices.values().iterator().next().toJson());
        }
        var all = Json.nodes().arrayNode();
        choices.values().forEach(choice -> all.add(choice.toJson()));
        return Json.write(all);
    }

    /// One of the answers that the client asked for; almost always the only one.
    private static final class Choice {
        private final Map<Integer, StringBuilder> texts = new TreeMap<>();
        private final Map<Integer, StringBuilder> thinking = new TreeMap<>();
        private final Map<Integer, CallText> calls = new TreeMap<>();
        private final List<ToolResult> results = new ArrayList<>();
        private boolean finished;

        private ObjectNode toJson() {
            return ChatJson.assistant(texts.values(), thinking.values(), calls.values());
        }
    }
}
