package dev.spangate.linking;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Which open tool call a sub-agent's first inference works for (rule R4). Guarded by the scope's
/// lock.
final class SubAgents {
    /// Shorter arguments prove nothing.
    private static final int WHOLE = 20;

    /// A part of the message counts from here on.
    private static final int PART = 40;

    private static final int MAX_TEXTS = 64;
    private static final int MAX_TAGS = 64;

    private final Scope scope;
    private final LongIndex<Chained<CallText>> byWhole = new LongIndex<>();
    private final LongIndex<Chained<CallText>> byHead = new LongIndex<>();

    /// Open calls with more string arguments than are remembered: nothing is a sub-agent's then.
    private int overflowing;

    SubAgents(Scope scope) {
        this.scope = scope;
    }

    /// The call's string arguments, and whether each occurs in the messages it answered.
    record Texts(List<Fingerprint> prints, List<Boolean> known, boolean overflow) {
        static final Texts NONE = new Texts(List.of(), List.of(), false);

        /// As [#onto] wrote them, or a snapshot did.
        static Texts of(JsonNode stored) {
            List<Fingerprint> prints = new ArrayList<>();
            List<Boolean> known = new ArrayList<>();
            for (var text : stored.path("texts")) {
                prints.add(Stored.print(text));
                known.add(text.path(3).asBoolean());
            }
            return new Texts(prints, known, Stored.flag(stored, "overflow"));
        }

        void onto(ObjectNode json) {
            var texts = json.putArray("texts");
            for (int i = 0; i < prints.size(); i++) {
                texts.add(Snapshots.print(prints.get(i)).add(known.get(i)));
            }
            json.put("overflow", overflow);
        }
    }

    /// Computed outside the lock, while the messages are in memory.
    static Texts texts(@Nullable JsonNode json, List<Message> answered, Keyed keyed, boolean ours) {
        List<String> found = new ArrayList<>(1);

        if (json == null || !json.isObject()) {
            return Texts.NONE;
        }
        for (var member : json.properties()) {
            if (member.getValue().isString() && member.getValue().stringValue().length() >= WHOLE) {
                found.add(member.getValue().stringValue());
            }
        }
        boolean overflow = found.size() > MAX_TEXTS;
        List<Fingerprint> prints = new ArrayList<>(found.size());
        List<Boolean> known = new ArrayList<>(found.size());
        for (var text : overflow ? found.subList(0, MAX_TEXTS) : found) {
            String plain = PlainText.of(text);
            if (plain.length() >= WHOLE) {
                prints.add(Fingerprint.of(keyed, plain, PART));
                known.add(ours || occurs(text, answered));
            }
        }
        return new Texts(prints, known, overflow);
    }

    private static boolean occurs(String text, List<Message> messages) {
        String wanted = text.strip();
        for (var message : messages) {
            if (message.texts().stream().anyMatch(told -> told.contains(wanted))
                    || message.calls().stream().anyMatch(call -> holds(call.arguments(), wanted))) {
                return true;
            }
            for (var result : message.results()) {
                if (result.texts().stream().anyMatch(told -> told.contains(wanted))) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean holds(String arguments, String wanted) {
        return arguments.length() >= wanted.length()
                && (arguments.contains(wanted)
                        || (wanted.chars().anyMatch(c -> c < ' ' || c == '"' || c == '\\')
                                && PlainText.of(arguments).contains(PlainText.of(wanted))));
    }

    void issued(Call call, Texts texts) {
        if (texts.overflow()) {
            overflowing++;
            call.overflow = true;
        }
        if (texts.prints().isEmpty()) {
            return;
        }
        call.texts = new ArrayList<>(texts.prints().size());
        for (int i = 0; i < texts.prints().size(); i++) {
            var text = new CallText(call, texts.prints().get(i), texts.known().get(i));
            call.texts.add(text);
            text.whole.push(byWhole, whole(text.print));
            text.head.push(byHead, text.print.head());
        }
    }

    /// A call that an earlier process issued.
    void restore(Call call, JsonNode stored) {
        issued(call, Texts.of(stored));
    }

    /// A sub-agent's top span that an earlier process left waiting.
    void restored(Run run, Call parent) {
        if (run.topWaits && parent.toolSpanId != null) {
            shown(parent);
        } else if (parent.run().ended) {
            ended(parent.run());
        }
    }

    private static long whole(Fingerprint print) {
        return Keyed.mix(print.hash() + print.length());
    }

    void closed(Call call) {
        overflowing -= call.overflow ? 1 : 0;
        call.overflow = false;
        for (var text : call.texts) {
            text.whole.unlink(byWhole, whole(text.print));
            text.head.unlink(byHead, text.print.head());
        }
        call.texts = List.of();
    }

    /// The open call that this first inference belongs to, if exactly one can be it.
    @Nullable Call parentOf(InferenceStart start, RequestView view) {
        if (byWhole.size() == 0 || overflowing > 0) {
            return null;
        }
        if (view.findings() != null) {
            return told(start, view.findings());
        }
        var candidates = candidates(view);
        return fitting(start, candidates);
    }

    /// Tells what [#parentOf] finds in the words, for replicas that do not have them.
    void find(InferenceStart start, RequestView view, Findings into) {
        var candidates = candidates(view);
        var call = overflowing > 0 ? null : fitting(start, candidates);
        if (call != null) {
            into.worksFor(call, candidates.stream().map(text -> text.print).toList());
        }
    }

    /// The call that another replica found, if it is still the only one with that task.
    private @Nullable Call told(InferenceStart start, Findings found) {
        if (found.parent() == null) {
            return null;
        }
        List<CallText> candidates = new ArrayList<>(1);
        for (var print : found.task()) {
            for (var one = byWhole.get(whole(print)); one != null; one = one.older()) {
                if (one.value().print.equals(print) && !addOne(one.value(), candidates)) {
                    return null;
                }
            }
        }
        var call = fitting(start, candidates);
        return call != null && Snapshots.ref(call).equals(found.parent()) ? call : null;
    }

    private List<CallText> candidates(RequestView view) {
        var candidates = new ArrayList<CallText>(1);
        for (var told : List.of(view.firstUserText(), withoutTags(view.firstUserText()))) {
            collect(PlainText.of(told), candidates);
        }
        return candidates;
    }

    private @Nullable Call fitting(InferenceStart start, List<CallText> candidates) {
        var calls = candidates.stream().map(text -> text.call).distinct().toList();
        if (calls.size() != 1) {
            return null;
        }
        var call = calls.getFirst();
        boolean fits =
                candidates.stream().noneMatch(text -> text.known)
                        && !scope.calls.names().ours(call.name())
                        && sameSession(call, start.origin());
        return fits ? call : null;
    }

    private static boolean sameSession(Call call, Origin origin) {
        var theirs = call.run().conversation.session;
        return theirs == null ? origin.session() == null : theirs.equals(origin.session());
    }

    private void collect(String message, List<CallText> found) {
        var keyed = scope.engine.keyed();
        if (message.length() >= WHOLE) {
            var print = Fingerprint.of(keyed, message, PART);
            for (var one = byWhole.get(whole(print)); one != null; one = one.older()) {
                if (!addOne(one.value(), found)) {
                    return;
                }
            }
        }
        var window = Fingerprint.Window.over(keyed, message, PART);
        while (window != null && window.start() <= message.length() / 2) {
            for (var one = byHead.get(window.hash()); one != null; one = one.older()) {
                if (isHalfOf(one.value().print, message, window.start())
                        && !addOne(one.value(), found)) {
                    return;
                }
            }
            if (!window.advance()) {
                return;
            }
        }
    }

    private boolean isHalfOf(Fingerprint text, String message, int start) {
        return text.length() >= PART
                && text.length() * 2 >= message.length()
                && start + text.length() <= message.length()
                && text.isAt(scope.engine.keyed(), message, start);
    }

    /// False once there are more than anybody can tell apart.
    private static boolean addOne(CallText text, List<CallText> found) {
        if (!found.contains(text)) {
            found.add(text);
        }
        return found.size() <= Execution.MAX_EDGES;
    }

    /// Client tags aside: `<system-reminder>..</system-reminder>` blocks around the task.
    private static String withoutTags(String text) {
        var out = new StringBuilder();
        int from = 0;
        for (int n = 0; n < MAX_TAGS && from < text.length(); n++) {
            int open = text.indexOf('<', from);
            int name = open < 0 ? -1 : text.indexOf('>', open);
            int close =
                    name < 0 ? -1 : text.indexOf("</" + text.substring(open + 1, name) + ">", name);
            if (close < 0 || name - open > 64) {
                int next = open < 0 ? text.length() : open + 1;
                out.append(text, from, next);
                from = next;
                continue;
            }
            out.append(text, from, open);
            from = close + (name - open) + 2;
        }
        return out.append(text, from, text.length()).toString();
    }

    /// The call is shown by this span: top spans that waited for it go below it.
    void shown(Call call) {
        for (var run : List.copyOf(call.subAgents)) {
            place(run, call.toolSpanId);
        }
    }

    /// The call has no span after all.
    void notShown(Call call) {
        if (call.run().ended) {
            ended(call.run());
        }
    }

    /// A run has ended: sub-agents whose call was never shown go below its top span.
    void ended(Run run) {
        for (var child : List.copyOf(run.subAgents)) {
            var call = child.parentCall;
            if (call != null && call.toolSpanId == null && !scope.localTools.undecided(call)) {
                place(child, run.topSpanId);
            }
        }
    }

    private void place(Run run, @Nullable String parent) {
        if (run.topWaits) {
            run.topWaits = false;
            scope.emit(Spans.topRelease(run, null, parent));
        }
    }
}
