package dev.spangate.linking;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Decides which run a request continues, or that it opens one (rules R1 to R3): look-ups alone.
final class Continuations {
    static final long SEED = 0x5370616e67617465L;

    private final Scope scope;

    Continuations(Scope scope) {
        this.scope = scope;
    }

    /// What a request is to the runs known so far.
    ///
    /// @param after the inference whose answer it goes on from; null for the first of a
    ///   conversation
    /// @param run the run that it continues; null if it opens one
    /// @param retry it repeats an inference of that run (rule R3)
    /// @param conversation the conversation of a run that it opens; null for a new one
    /// @param ambiguous a result of it fits several answers: it closes and supersedes nothing
    /// @param brought results by the call they answer
    /// @param inputWith hash of the request, system text included
    /// @param inputWithout the same without system text
    record Decision(
            @Nullable Inference after,
            @Nullable Run run,
            boolean retry,
            @Nullable Conversation conversation,
            boolean ambiguous,
            Map<Call, Brought> brought,
            long inputWith,
            long inputWithout) {}

    /// A result that a request brings.
    ///
    /// @param texts what it says
    /// @param error the client marked it as an error
    /// @param several one text tells the results of several calls: it closes each and proves none
    record Brought(List<String> texts, boolean error, boolean several) {}

    Decision decide(InferenceStart start, RequestView view) {
        var base =
                start.previousResponseId() == null
                        ? null
                        : scope.nodes.byResponse(start.previousResponseId());
        var keyed = scope.engine.keyed();
        long[] with = view.chain(base == null ? SEED : base.afterWith, true, keyed);
        long[] without = view.chain(base == null ? SEED : base.afterWithout, false, keyed);
        return new Deciding(start, view, base, with, without).decide();
    }

    /// One decision on its way.
    private final class Deciding {
        private final InferenceStart start;
        private final RequestView view;
        private final @Nullable Inference base;

        /// The chain of the request's messages, system text included and left out.
        private final long[] with;

        private final long[] without;
        private final Map<Call, Brought> brought = new LinkedHashMap<>();
        private boolean ambiguous;
        private @Nullable Call last;

        Deciding(
                InferenceStart start,
                RequestView view,
                @Nullable Inference base,
                long[] with,
                long[] without) {
            this.start = start;
            this.view = view;
            this.base = base;
            this.with = with;
            this.without = without;
        }

        Decision decide() {
            for (var result : view.results()) {
                take(result);
            }
            if (last == null) {
                takePlainText();
            }
            if (last != null) {
                return decision(last.by, last.run(), false, null);
            }
            var paused = paused();
            if (paused != null) {
                return decision(paused, paused.run, false, null);
            }
            var repeated = ambiguous ? null : repeated();
            if (repeated != null) {
                return decision(repeated.before, repeated.run, true, null);
            }
            return opens();
        }

        private Decision decision(
                @Nullable Inference after,
                @Nullable Run run,
                boolean retry,
                @Nullable Conversation conversation) {
            return new Decision(
                    after,
                    run,
                    retry,
                    conversation,
                    ambiguous && last == null,
                    brought,
                    with[with.length - 1],
                    without[without.length - 1]);
        }

        // R1: results by id, else by the messages before them and their position.

        private void take(RequestView.EchoedResult result) {
            var call = byRandomId(result.id());
            if (call == null) {
                call = byMessagesBefore(result);
            }
            if (call != null && !call.carried && !carriedUnheard(call, result)) {
                brought.putIfAbsent(call, new Brought(result.texts(), result.error(), false));
                last = call;
            }
        }

        /// A result further back, which an inference may have carried of which we did not hear.
        private boolean carriedUnheard(Call call, RequestView.EchoedResult result) {
            return result.assistant() != view.lastAssistant()
                    && scope.missing.executionsWithin(call.issuedNanos, scope.now());
        }

        private @Nullable Call byRandomId(@Nullable String id) {
            var call = id == null ? null : scope.calls.byId(id);
            return call != null && call.random && call.sameId == null ? call : null;
        }

        private @Nullable Call byMessagesBefore(RequestView.EchoedResult result) {
            if (result.assistant() != view.lastAssistant()) {
                return null; // further back: another conversation may have the same words there
            }
            Set<Inference> issuers = new HashSet<>();
            for (var node : issuers(result.assistant())) {
                if (call(node, result, Call::awaited) != null) {
                    issuers.add(node);
                }
            }
            if (issuers.size() > 1 && result.assistant() >= 0) {
                issuers.retainAll(scope.nodes.after(with[result.assistant() + 1]));
                ambiguous |= issuers.isEmpty();
            }
            if (issuers.size() == 1 && !repeatsOther(issuers.iterator().next())) {
                return call(issuers.iterator().next(), result, Call::awaited);
            }
            ambiguous |= !issuers.isEmpty() || awaitedSomewhere(result.id());
            return null;
        }

        /// The same request was made before, after another answer: it may be that one made anew.
        private boolean repeatsOther(Inference issuer) {
            var same = scope.nodes.withInput(with[with.length - 1]);
            return !same.isEmpty() && same.stream().noneMatch(node -> node.before == issuer);
        }

        /// Inferences whose answer stands at that place, or whose input stands before it.
        private List<Inference> issuers(int assistant) {
            if (assistant < 0) {
                return base == null ? List.of() : List.of(base);
            }
            var told = scope.nodes.after(with[assistant + 1]);
            if (told.isEmpty()) {
                told = scope.nodes.after(without[assistant + 1]);
            }
            if (told.size() == 1) {
                return told;
            }
            var found = scope.nodes.withInput(with[assistant]);
            return found.isEmpty() && base != null && assistant == 0 ? List.of(base) : found;
        }

        private boolean awaitedSomewhere(@Nullable String id) {
            var call = id == null ? null : scope.calls.byId(id);
            for (int n = 0; call != null && n < Execution.MAX_EDGES; n++) {
                if (call.awaited()) {
                    return true;
                }
                call = call.sameId;
            }
            return false;
        }

        /// The call of an answer that a result answers: by id, name, position.
        private @Nullable Call call(
                Inference node, RequestView.EchoedResult result, Predicate<Call> wanted) {
            var id = result.id();
            var sameId =
                    id == null
                            ? List.<Call>of()
                            : node.calls.stream().filter(c -> id.equals(c.id())).toList();
            if (!sameId.isEmpty()) {
                return at(sameId, sameId.size() == 1 ? 0 : result.sameId(), wanted);
            }
            if (result.name() != null) {
                var sameName = node.calls.stream().filter(c -> c.name().equals(result.name()));
                return at(sameName.toList(), result.sameName(), wanted);
            }
            return at(node.calls, result.position(), wanted);
        }

        private static @Nullable Call at(List<Call> calls, int index, Predicate<Call> wanted) {
            return index < calls.size() && wanted.test(calls.get(index)) ? calls.get(index) : null;
        }

        // R1: results told as plain text in a user message.

        private void takePlainText() {
            for (var tail : view.tails()) {
                var named = named(tail.words());
                for (var call : named) {
                    var told = List.of(tail.text());
                    brought.putIfAbsent(call, new Brought(told, false, named.size() > 1));
                    last = call;
                }
            }
            var texts = view.tailTexts();
            if (last == null && view.lastAssistant() >= 0 && view.hasTail()) {
                takeContent(texts);
            }
        }

        private List<Call> named(List<String> words) {
            List<Call> found = new ArrayList<>(0);
            for (var word : words) {
                var call = byRandomId(word);
                if (call != null && call.awaited()) {
                    found.add(call);
                }
            }
            return found;
        }

        /// The same messages before it and the result's text in it.
        private void takeContent(List<String> texts) {
            List<Inference> issuers = new ArrayList<>();
            for (var node : issuers(view.lastAssistant())) {
                if (node.calls.stream().anyMatch(Call::awaited)) {
                    issuers.add(node);
                }
            }
            if (issuers.size() != 1) {
                return;
            }
            var echo = view.echo(null, texts);
            var calls = issuers.getFirst().calls;
            boolean several = calls.stream().filter(Call::awaited).count() > 1;
            for (var call : calls) {
                if (call.awaited() && scope.evidence.known(call, echo)) {
                    brought.put(call, new Brought(texts, false, several));
                    last = call;
                }
            }
        }

        // R1: an answer that paused.

        private @Nullable Inference paused() {
            var found =
                    scope.nodes.after(with[with.length - 1]).stream()
                            .filter(n -> n.paused && n.next == null && !n.run.ended)
                            .toList();
            return found.size() == 1 ? found.getFirst() : null;
        }

        // R3: a retry.

        private @Nullable Inference repeated() {
            var same = scope.nodes.withInput(with[with.length - 1]);
            var found = same.stream().filter(n -> !n.answered && !n.run.ended).toList();
            if (found.isEmpty() || found.stream().map(node -> node.run).distinct().count() > 1) {
                return null;
            }
            var newest = found.getFirst();
            if (same.stream().anyMatch(node -> node.answered && node.run == newest.run)) {
                return null; // beside an answered one: a branch
            }
            boolean repeats =
                    !newest.first
                            || (start.retry()
                                    && newest.body == scope.engine.keyed().id(start.body()));
            return repeats ? newest : null;
        }

        // R2: it opens a run.

        private Decision opens() {
            var origin = start.origin();
            var prefix = base != null ? List.of(base) : prefix();
            var homes = prefix.stream().map(n -> n.run.conversation).distinct().toList();
            var home =
                    homes.size() == 1 && homes.getFirst().accepts(origin) ? homes.getFirst() : null;
            var after = home != null && prefix.size() == 1 ? prefix.getFirst() : null;
            var named = origin.session() == null ? null : scope.nodes.bySession(origin.session());
            if (named != null && named.accepts(origin)) {
                return decision(named == home ? after : null, null, false, named);
            }
            return decision(after, null, false, home);
        }

        /// The inferences with the longest beginning, system text first with, then without.
        private List<Inference> prefix() {
            var found = longest(with);
            return found.isEmpty() ? longest(without) : found;
        }

        private List<Inference> longest(long[] chain) {
            for (int i = view.size(); i > 0; i--) {
                if (view.answerAt(i - 1)) {
                    var found = scope.nodes.after(chain[i]);
                    if (!found.isEmpty()) {
                        return found;
                    }
                }
            }
            return List.of();
        }
    }
}
