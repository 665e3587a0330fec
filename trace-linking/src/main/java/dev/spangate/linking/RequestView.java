package dev.spangate.linking;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A request as the rules R1 to R4 see it, computed before any lock is taken: one hash per message
/// and the results it echoes. Cost is linear in the body.
final class RequestView {
    private static final int SHORTEST_ID = 8;
    private static final int LONGEST_ID = 128;

    /// Messages and results that replicas are told of.
    private static final int SHARED = 64;

    private static final int MAX_RESULTS = 256;

    private final List<Message> messages;
    private final long[] hashes;
    private final List<EchoedResult> results;
    private final int lastAssistant;
    private final Keyed keyed;

    /// The chains of the messages that are left out at the beginning; null if none are.
    private final long @Nullable [] cut;

    /// What was found in the words, where another replica may have them.
    private final @Nullable Findings findings;

    /// The words are here.
    private final boolean read;

    /// A text after the last answer.
    ///
    /// @param text the text; empty where another replica has it
    /// @param words what may be ids in it
    record Tail(String text, List<String> words) {}

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
            boolean error) {
        /// The same where messages before are left out.
        EchoedResult behind(int from) {
            int at = Math.max(-1, assistant - from);
            return new EchoedResult(at, position, sameId, sameName, id, name, texts, error);
        }

        static EchoedResult of(JsonNode told) {
            return new EchoedResult(
                    told.path(0).asInt(),
                    told.path(1).asInt(),
                    told.path(2).asInt(),
                    told.path(3).asInt(),
                    told.path(4).isNull() ? null : told.path(4).asString(),
                    told.path(5).isNull() ? null : told.path(5).asString(),
                    List.of(),
                    told.path(6).asBoolean());
        }
    }

    private RequestView(
            List<Message> messages,
            long[] hashes,
            List<EchoedResult> results,
            int lastAssistant,
            Keyed keyed,
            long @Nullable [] cut,
            @Nullable Findings findings,
            boolean read) {
        this.messages = messages;
        this.hashes = hashes;
        this.results = results;
        this.lastAssistant = lastAssistant;
        this.keyed = keyed;
        this.cut = cut;
        this.findings = findings;
        this.read = read;
    }

    static RequestView of(List<Message> sent, Keyed keyed, CanonicalJson json) {
        var messages = MessageHashes.merged(sent);
        var hashes = new long[messages.size()];
        Set<String> seen = new HashSet<>();
        int last = -1;
        for (int i = 0; i < hashes.length; i++) {
            if (messages.get(i).role() == Message.Role.ASSISTANT) {
                seen.clear();
                last = i;
            }
            hashes[i] = MessageHashes.of(messages.get(i), seen, keyed, json);
        }
        return new RequestView(messages, hashes, results(messages), last, keyed, null, null, true);
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

    /// The same request, while it is asked for what only its words tell.
    RequestView asking(Findings into) {
        return new RequestView(messages, hashes, results, lastAssistant, keyed, cut, into, true);
    }

    /// The same request as every replica sees it: its newest messages and the results that may
    /// matter.
    RequestView shared(Predicate<EchoedResult> matters, Findings found) {
        int from = Math.max(0, Math.min(hashes.length - SHARED, lastAssistant - SHARED / 2));
        List<EchoedResult> told = new ArrayList<>();
        for (var result : results) {
            if (told.size() < MAX_RESULTS && matters.test(result)) {
                told.add(result.behind(from));
            }
        }
        long[] before =
                from == 0
                        ? null
                        : new long[] {
                            chain(Continuations.SEED, true, keyed)[from],
                            chain(Continuations.SEED, false, keyed)[from]
                        };
        return new RequestView(
                messages.subList(from, messages.size()),
                Arrays.copyOfRange(hashes, from, hashes.length),
                told,
                Math.max(-1, lastAssistant - from),
                keyed,
                before,
                found,
                false);
    }

    /// As JSON without a word of it.
    ObjectNode json() {
        var json = Snapshots.object().put("last", lastAssistant);
        var told = json.putArray("messages");
        for (int i = 0; i < hashes.length; i++) {
            told.add(messages.get(i).role().name()).add(hashes[i]);
        }
        var echoed = json.putArray("results");
        for (var result : results) {
            echoed.addArray()
                    .add(result.assistant())
                    .add(result.position())
                    .add(result.sameId())
                    .add(result.sameName())
                    .add(result.id())
                    .add(result.name())
                    .add(result.error());
        }
        if (cut != null) {
            json.putArray("cut").add(cut[0]).add(cut[1]);
        }
        return json;
    }

    /// A request that another replica has read.
    static RequestView told(JsonNode json, Keyed keyed, Findings found) {
        var told = json.path("messages");
        List<Message> messages = new ArrayList<>();
        var hashes = new long[told.size() / 2];
        for (int i = 0; i < hashes.length; i++) {
            var role = Message.Role.valueOf(told.path(2 * i).asString());
            messages.add(Message.text(role, ""));
            hashes[i] = told.path(2 * i + 1).asLong();
        }
        List<EchoedResult> results = new ArrayList<>();
        for (var result : json.path("results")) {
            results.add(EchoedResult.of(result));
        }
        var cut = json.path("cut");
        return new RequestView(
                messages,
                hashes,
                results,
                json.path("last").asInt(),
                keyed,
                cut.isEmpty() ? null : new long[] {cut.path(0).asLong(), cut.path(1).asLong()},
                found,
                false);
    }

    /// What it found, where it is shared.
    @Nullable Findings findings() {
        return read ? null : findings;
    }

    /// The echo of a call, null for plain text: compared here, or as the replica that has it found.
    Echo echo(@Nullable Call call, List<String> texts) {
        if (findings == null) {
            return new EchoText(keyed, texts);
        }
        String ref = call == null ? Findings.TAIL : Snapshots.ref(call);
        return read ? findings.asked(ref, new EchoText(keyed, texts)) : findings.echo(ref);
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
        boolean begun = cut != null && seed == Continuations.SEED;
        chain[0] = begun && cut != null ? cut[withSystem ? 0 : 1] : seed;
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

    /// The same with what may be ids in it.
    List<Tail> tails() {
        var texts = tailTexts();
        List<Tail> tails = new ArrayList<>(texts.size());
        var found = findings();
        if (found != null) {
            for (int i = 0; i < found.texts(); i++) {
                tails.add(new Tail(i < texts.size() ? texts.get(i) : "", found.named(i)));
            }
            return tails;
        }
        texts.forEach(text -> tails.add(new Tail(text, words(text))));
        return tails;
    }

    /// The user says something after the last answer.
    boolean hasTail() {
        var found = findings();
        return found != null ? found.texts() > 0 : !tailTexts().isEmpty();
    }

    private static List<String> words(String text) {
        List<String> found = new ArrayList<>();
        int from = 0;
        for (int i = 0; i <= text.length(); i++) {
            if (i < text.length() && idCharacter(text.charAt(i))) {
                continue;
            }
            if (i - from >= SHORTEST_ID && i - from <= LONGEST_ID) {
                found.add(text.substring(from, i));
            }
            from = i + 1;
        }
        return found;
    }

    private static boolean idCharacter(char c) {
        return c == '_' || c == '-' || (c < 128 && Character.isLetterOrDigit(c));
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
