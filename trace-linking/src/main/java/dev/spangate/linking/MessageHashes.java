package dev.spangate.linking;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// One hash per message, as the chain of rule R2 sees it.
final class MessageHashes {
    private static final long ROLE = 0x726f6c65;
    private static final long CALL = 0x63616c6c;
    private static final long RESULT = 0x72657375;

    private MessageHashes() {}

    /// Hash of an answer as the next request would carry it, with or without its tool calls; 0 for
    /// an empty one.
    static long answer(Message answer, boolean calls, Keyed keyed, CanonicalJson json) {
        var told =
                calls
                        ? answer
                        : new Message(
                                Message.Role.ASSISTANT, answer.texts(), List.of(), List.of(), "");
        return of(told, new HashSet<>(), keyed, json);
    }

    /// Several assistant messages in a row are one answer told in parts.
    static List<Message> merged(List<Message> sent) {
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

    static long of(Message message, Set<String> seen, Keyed keyed, CanonicalJson json) {
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
}
