package dev.spangate.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A decided answer, ready for a dialect to write down.
///
/// @param model the model that answers
/// @param text what it says, may be empty
/// @param calls tool calls with the names under which the tools were offered
/// @param tokens what it costs
record Completion(String model, String text, List<IssuedCall> calls, Tokens tokens) {
    private static final int CHARS_PER_TOKEN = 4;
    private static final int CACHE_BLOCK = 64;

    Completion {
        calls = List.copyOf(calls);
    }

    /// A tool call with its id.
    record IssuedCall(String id, String name, @Nullable String namespace, String arguments) {}

    /// Token counts; `input` includes `cached`.
    record Tokens(int input, int cached, int output) {}

    static Completion of(Conversation conversation, Reply.Answer answer, String callIdPrefix) {
        var calls = new ArrayList<IssuedCall>();
        for (Reply.ToolWish wish : answer.calls()) {
            var offer = conversation.offer(wish.tool());
            calls.add(
                    new IssuedCall(
                            Ids.letters(callIdPrefix, 24),
                            offer.map(Conversation.Offer::name).orElse(wish.tool()),
                            offer.map(Conversation.Offer::namespace).orElse(null),
                            Json.write(wish.arguments())));
        }
        return new Completion(
                conversation.model(), answer.text(), calls, tokens(conversation, answer));
    }

    /// Counts by length; what an earlier answer of the conversation had read counts as cached.
    private static Tokens tokens(Conversation conversation, Reply.Answer answer) {
        var turns = conversation.turns();
        int lastAnswer = turns.size() - 1;
        while (lastAnswer >= 0 && !turns.get(lastAnswer).role().equals("assistant")) {
            lastAnswer--;
        }
        int offered = conversation.offers().size() * 40;
        int input = offered + count(turns.stream());
        int seen = lastAnswer < 0 ? 0 : offered + count(turns.subList(0, lastAnswer).stream());
        int output =
                answer.text().length()
                        + answer.calls().stream()
                                .mapToInt(wish -> 40 + Json.write(wish.arguments()).length())
                                .sum();
        return new Tokens(
                input, seen / CACHE_BLOCK * CACHE_BLOCK, Math.max(1, output / CHARS_PER_TOKEN));
    }

    private static int count(Stream<Conversation.Turn> turns) {
        return turns.mapToInt(turn ->
                        4
                                + (turn.text().length()
                                                + turn.calls().toString().length()
                                                + turn.results().toString().length())
                                        / CHARS_PER_TOKEN)
                .sum();
    }
}
