package dev.spangate.demo;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What a model is asked, whatever the dialect: the ground on which a [ModelScript] decides.
///
/// @param model the requested model
/// @param turns the messages in order, system text first
/// @param offers the tools it may call
public record Conversation(String model, List<Turn> turns, List<Offer> offers) {
    public Conversation {
        turns = List.copyOf(turns);
        offers = List.copyOf(offers);
    }

    /// One message.
    ///
    /// @param role system, user, assistant or tool
    /// @param text its text parts, joined by line breaks
    /// @param calls tool calls of an assistant's message
    /// @param results tool results that it echoes
    public record Turn(String role, String text, List<Call> calls, List<Result> results) {
        public Turn {
            calls = List.copyOf(calls);
            results = List.copyOf(results);
        }

        static Turn of(String role, String text) {
            return new Turn(role, text, List.of(), List.of());
        }
    }

    /// A tool call as the history holds it.
    public record Call(String id, String name, JsonNode arguments) {}

    /// An echoed result.
    public record Result(String callId, String text) {}

    /// A tool on offer; `namespace` only where the dialect groups tools (Responses).
    public record Offer(String name, @Nullable String namespace) {
        /// True when this is the tool, bare or behind a prefix of any usual form.
        boolean is(String tool) {
            String plain = plain(name);
            String wanted = plain(tool);
            return plain.equals(wanted) || plain.endsWith("_" + wanted);
        }

        private static String plain(String name) {
            return name.replaceAll("[^A-Za-z0-9]", "_").toLowerCase(Locale.ROOT);
        }
    }

    /// The last message of the user that is more than echoed results; empty without one.
    public String lastUserText() {
        int last = lastUserTurn();
        return last < 0 ? "" : turns.get(last).text();
    }

    /// The results echoed since the user's last message, in order.
    public List<Result> resultsSinceUser() {
        return sinceUser().stream().flatMap(turn -> turn.results().stream()).toList();
    }

    /// How many answers with tool calls stand after the user's last message.
    public int step() {
        return (int) sinceUser().stream().filter(turn -> !turn.calls().isEmpty()).count();
    }

    /// The name and the result of every tool call since the user's last message, in call order.
    public List<String> answersOf(String tool) {
        return sinceUser().stream()
                .flatMap(turn -> turn.calls().stream())
                .filter(call -> new Offer(call.name(), null).is(tool))
                .flatMap(call -> resultOf(call.id()).stream())
                .toList();
    }

    /// The tool on offer with that name, bare or prefixed.
    public Optional<Offer> offer(String tool) {
        return offers.stream().filter(offer -> offer.is(tool)).findFirst();
    }

    private Optional<String> resultOf(String callId) {
        return resultsSinceUser().stream()
                .filter(result -> result.callId().equals(callId))
                .map(Result::text)
                .findFirst();
    }

    private List<Turn> sinceUser() {
        return turns.subList(lastUserTurn() + 1, turns.size());
    }

    private int lastUserTurn() {
        for (int i = turns.size() - 1; i >= 0; i--) {
            if (turns.get(i).role().equals("user") && turns.get(i).results().isEmpty()) {
                return i;
            }
        }
        return -1;
    }
}
