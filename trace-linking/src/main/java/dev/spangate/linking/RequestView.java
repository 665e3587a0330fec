package dev.spangate.linking;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A request as the rules R1 to R4 see it, computed before any lock is taken: one hash per message
/// and the results it echoes. Cost is linear in the body.
final class RequestView {
    private static final long ROLE = 0x726f6c65;
    private static final long CALL = 0x63616c6c;
    private static final long RESULT = 0x72657375;

    private final List<Message> messages;
    private final long[] hashes;
    private final List<EchoedResult> results;
    private final int lastAssistant;

    /// A tool result that the request carries.
    ///
    /// @param assistant index of the assistant message it answers, -1 for none
    /// @param position among the results since that message
    /// @param sameId how many of these have the same id
    /// @param sameName how many of these have the same name
    /// @param id the id it names, if any
    /// @param name the tool it names, if any
    /// @param texts its text parts
    /// @param error the client marked it as an error
    record EchoedResult(
            int assistant,
            int position,
            int sameId,
            int sameName,
            @Nullable String id,
            @Nullable String name,
            List<String> texts,
            boolean error) {}

    private RequestView(
            List<Message> messages, long[] hashes, List<EchoedResult> results, int lastAssistant) {
        this.messages = messages;
        this.hashes = hashes;
        this.results = results;
        this.lastAssistant = lastAssistant;
    }

    static RequestView of(List<Message> sent, Keyed keyed, CanonicalJson json) {
        var messages = mergedAnswers(sent);
        var hashes = new long[messages.size()];
        Set<String> seen = new HashSet<>();
        int last = -1;
        for (int i = 0; i < hashes.length; i++) {
            if (messages.get(i).role() == Message.Role.ASSISTANT) {
                seen.clear();
                last = i;
            }
            hashes[i] = hash(messages.get(i), seen, keyed, json);
        }
        return new RequestView(messages, hashes, results(messages), last);
    }

    /// Hash of an answer as the next request would carry it, with or without its tool calls; 0 for
    /// an empty one.
    static long answer(Message answer, boolean calls, Keyed keyed, CanonicalJson json) {
        var told =
                calls
                        ? answer
                        : new Message(
                                Message.Role.ASSISTANT, answer.texts(), List.of(), List.of(), "");
        return hash(told, new HashSet<>(), keyed, json);
    }

    /// Several assistant messages in a row are one answer told in parts.
    private static List<Message> mergedAnswers(List<Message> sent) {
        List<Message> merged = new ArrayList<>(sent.size());
        for (var message : sent) {
            var before = merged.isEmpty() ? null : merged.getLast();
            if (before != null
                    && message.role() == Message.Role.ASSISTANT
                    && before.role() == Message.Role.ASSISTANT) {
                merged.set(merged.size() - 1, joined(before, message));
            } else {
                merged.add(message);
            }
        }
        return merged;
    }

    private static Message joined(Message first, Message second) {
        List<String> texts = new ArrayList<>(first.texts());
        texts.addAll(second.texts());
        List<ToolCall> calls = new ArrayList<>(first.calls());
        calls.addAll(second.calls());
        List<ToolResult> results = new ArrayList<>(first.results());
        results.addAll(second.results());
        return new Message(first.role(), texts, calls, results, "");
    }

    private static long hash(Message message, Set<String> seen, Keyed keyed, CanonicalJson json) {
        boolean assistant = message.role() == Message.Role.ASSISTANT;
        long hash = keyed.combine(ROLE, keyed.id(message.role().name()));
        boolean empty = true;
        String text = message.text();
        if (!text.isBlank()) {
            hash = keyed.combine(hash, keyed.text(text));
            empty = false;
        }
        for (var call : message.calls()) {
            if (!call.byProvider()) {
                hash = keyed.combine(hash, callHash(call, keyed, json));
                empty = false;
            }
        }
        if (!assistant) {
            for (var result : message.results()) {
                if (result.callId() == null || seen.add(result.callId())) {
                    hash = keyed.combine(hash, resultHash(result, keyed));
                    empty = false;
                }
            }
            if (!message.other().isEmpty()) {
                hash = keyed.combine(hash, keyed.id(message.other()));
                empty = false;
            }
        }
        return empty ? 0 : hash;
    }

    private static long callHash(ToolCall call, Keyed keyed, CanonicalJson json) {
        long id = call.id() == null ? 0 : keyed.id(call.id());
        long hash = keyed.combine(keyed.combine(CALL, id), keyed.id(call.name()));
        return keyed.combine(hash, json.hash(call.arguments(), CanonicalJson.Defaults.NONE));
    }

    private static long resultHash(ToolResult result, Keyed keyed) {
        long id = result.callId() == null ? 0 : keyed.id(result.callId());
        return keyed.combine(
                keyed.combine(RESULT, id), keyed.text(String.join("\n", result.texts())));
    }

    private static List<EchoedResult> results(List<Message> messages) {
        List<EchoedResult> found = new ArrayList<>();
        Map<String, Integer> ids = new HashMap<>();
        Map<String, Integer> names = new HashMap<>();
        int assistant = -1;
        int position = 0;
        for (int i = 0; i < messages.size(); i++) {
            var message = messages.get(i);
            if (message.role() == Message.Role.ASSISTANT) {
                assistant = i;
                position = 0;
                ids.clear();
                names.clear();
                continue;
            }
            for (var result : message.results()) {
                int sameId = count(ids, result.callId());
                int sameName = count(names, result.name());
                found.add(
                        new EchoedResult(
                                assistant,
                                position++,
                                sameId,
                                sameName,
                                result.callId(),
                                result.name(),
                                result.texts(),
                                result.error()));
            }
        }
        return found;
    }

    private static int count(Map<String, Integer> counts, @Nullable String key) {
        return key == null ? 0 : counts.merge(key, 1, Integer::sum) - 1;
    }

    int size() {
        return hashes.length;
    }

    List<Message> messages() {
        return messages;
    }

    /// In the order of the request.
    List<EchoedResult> results() {
        return results;
    }

    /// Index of the last assistant message, -1 if there is none.
    int lastAssistant() {
        return lastAssistant;
    }

    boolean answerAt(int index) {
        return messages.get(index).role() == Message.Role.ASSISTANT;
    }

    /// The chain's value after each number of messages, from `seed` on.
    long[] chain(long seed, boolean withSystem, Keyed keyed) {
        var chain = new long[hashes.length + 1];
        chain[0] = seed;
        for (int i = 0; i < hashes.length; i++) {
            boolean skipped =
                    hashes[i] == 0
                            || (!withSystem && messages.get(i).role() == Message.Role.SYSTEM);
            chain[i + 1] = skipped ? chain[i] : keyed.combine(chain[i], hashes[i]);
        }
        return chain;
    }

    /// Arguments of a call as the history tells them; null where it does not.
    @Nullable String arguments(Call call) {
        var id = call.id();
        for (int i = messages.size() - 1; i >= 0 && id != null; i--) {
            for (var told : messages.get(i).calls()) {
                if (id.equals(told.id())) {
                    return told.arguments();
                }
            }
        }
        return null;
    }

    /// What the user says after the last answer.
    List<String> tailTexts() {
        List<String> texts = new ArrayList<>();
        for (int i = lastAssistant + 1; i < messages.size(); i++) {
            if (messages.get(i).role() == Message.Role.USER) {
                texts.addAll(messages.get(i).texts());
            }
        }
        return texts;
    }

    /// The first user message's text; empty if there is none.
    String firstUserText() {
        for (var message : messages) {
            if (message.role() == Message.Role.USER && message.results().isEmpty()) {
                return message.text();
            }
        }
        return "";
    }
}
