package dev.spangate.linking;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Puts one scope together again from what was stored: upserts in the order of the journal, then
/// one look at everything that was left open. Nothing is emitted before [#finish].
final class Resume {
    private final Scope scope;
    private final Map<String, Run> runs = new LinkedHashMap<>();
    private final Map<String, Inference> nodes = new LinkedHashMap<>();
    private final Map<String, Conversation> conversations = new HashMap<>();
    private final Map<String, RunThread> threads = new HashMap<>();
    private final Map<String, Execution> pending = new LinkedHashMap<>();
    private final Map<String, HeldSpan> orphans = new LinkedHashMap<>();
    private final Map<String, String> orphanTraces = new HashMap<>();
    private final Map<String, JsonNode> locals = new LinkedHashMap<>();
    private final Map<String, Run> holders = new HashMap<>();
    private final Map<String, Execution> companions = new HashMap<>();
    private final LateCalls late = new LateCalls();
    private long last;
    private long seq;

    Resume(Scope scope) {
        this.scope = scope;
    }

    /// What a checkpoint says of this scope.
    void checkpoint(JsonNode json, long at) {
        last = Math.max(last, at);
        json.path("runs").forEach(run -> run(run, false));
        json.path("nodes").forEach(this::node);
        for (var run : json.path("runs")) {
            linkParent(run);
        }
        json.path("executions").forEach(this::execution);
        json.path("locals")
                .forEach(local -> locals.put(Stored.need(local.path("held"), "span"), local));
        for (var gap : json.path("missing")) {
            scope.missing.add(gap.path(0).asLong(), gap.path(1).asLong());
        }
    }

    /// Evidence of a draft or the JSON of a state record.
    void apply(JsonNode json) {
        last = Math.max(last, Stored.number(json, "at"));
        switch (Stored.need(json, "kind")) {
            case "run" -> {
                run(json.path("run"), true);
                node(json.path("node"));
                linkParent(json.path("run"));
            }
            case "inference" -> node(json.path("node"));
            case "span" -> span(json);
            case "ended" -> ended(json, false);
            case "top" -> ended(json, true);
            case "local" -> locals.put(Stored.need(json.path("held"), "span"), json);
            case "execution" -> execution(json.path("execution"));
            case "beside" -> beside(json);
            case "link" -> link(json);
            default -> throw new IllegalArgumentException("unknown kind of record");
        }
    }

    /// A span has its place: a run that it lies in has a top span, and took that time.
    void released(JournalRecord.Release release) {
        var run = release.parentSpanId() == null ? null : runs.get(release.parentSpanId());
        if (run != null) {
            var draft = release.draft();
            var execution = pending.get(release.spanId());
            run.topped = true;
            if (draft != null) {
                run.covers(draft.startNanos(), draft.endNanos());
            } else if (execution != null) {
                run.covers(execution.sentNanos, execution.endNanos);
            }
        }
        var topOf = runs.get(release.spanId());
        if (topOf != null) {
            end(topOf);
        }
        gone(release.spanId());
    }

    /// Nothing of a span is held any more.
    void gone(String spanId) {
        pending.remove(spanId);
        orphans.remove(spanId);
        var beside = companions.remove(spanId);
        if (beside != null) {
            beside.beside =
                    beside.beside.stream().filter(held -> !held.spanId().equals(spanId)).toList();
        }
        locals.remove(spanId);
        var topped = runs.get(spanId);
        if (topped != null) {
            topped.topWaits = false;
        }
        var holder = holders.remove(spanId);
        if (holder != null) {
            holder.held.removeIf(held -> held.spanId().equals(spanId));
        }
    }

    /// @param counted it has joined a trace since the checkpoint
    private void run(JsonNode json, boolean counted) {
        String key = Stored.need(json, "key");
        if (runs.containsKey(key)) {
            return;
        }
        var told = json.path("conversation");
        var conversation =
                conversations.computeIfAbsent(
                        Stored.need(told, "id"),
                        id ->
                                new Conversation(
                                        id,
                                        Stored.text(told, "session"),
                                        Stored.text(told, "user")));
        if (conversation.session != null && scope.nodes.bySession(conversation.session) == null) {
            scope.nodes.name(conversation.session, conversation);
        }
        var run = Restored.run(json, key, conversation);
        json.path("held").forEach(held -> hold(run, held));
        runs.put(key, run);
        if (counted && !run.takesUp) {
            scope.engine.joined().restore(scope.name, run.place, run.lastActivity);
        }
    }

    private void hold(Run run, JsonNode json) {
        var held = Stored.held(json);
        if (holders.put(held.spanId(), run) == null) {
            run.held.add(held);
        }
    }

    /// Rule R4: the call may be known only after the run.
    private void linkParent(JsonNode json) {
        var ref = Stored.text(json, "parent");
        var run = runs.get(Stored.need(json, "key"));
        if (run != null && ref != null && run.parentCall == null) {
            late.parent(run, ref, call(ref));
        }
    }

    private @Nullable Call call(String ref) {
        int colon = ref.lastIndexOf(':');
        var node = nodes.get(ref.substring(0, colon));
        int index = Integer.parseInt(ref, colon + 1, ref.length(), 10);
        return node == null || index >= node.calls.size() ? null : node.calls.get(index);
    }

    /// A new inference, or the end of one that is known.
    private void node(JsonNode json) {
        String spanId = Stored.need(json, "span");
        var run = runs.get(Stored.need(json, "run"));
        if (run == null) {
            return;
        }
        var node = nodes.get(spanId);
        boolean ended = !Stored.flag(json, "flight");
        if (node == null) {
            node = newNode(json, spanId, run);
            nodes.put(spanId, node);
            Restored.hashes(node, json);
            scope.nodes.add(node);
            bring(node, json);
        } else if (!node.inFlight || !ended) {
            return;
        } else {
            Restored.hashes(node, json);
        }
        if (Stored.flag(json, "answered")) {
            scope.inferences.answered(node);
        }
        for (int i = node.calls.size(); i < json.path("calls").size(); i++) {
            issue(node, json.path("calls").path(i));
        }
        if (ended) {
            node.inFlight = false;
            node.endNanos = Stored.number(json, "end");
            node.complete = Stored.flag(json, "complete");
            node.paused = Stored.flag(json, "paused");
            scope.nodes.landed(node);
            scope.nodes.answered(node);
        }
    }

    private Inference newNode(JsonNode json, String spanId, Run run) {
        var thread =
                threads.computeIfAbsent(
                        Stored.need(json, "thread"),
                        key -> {
                            var fresh = new RunThread(run, key);
                            run.threads.add(fresh);
                            return fresh;
                        });
        var node =
                new Inference(
                        Stored.number(json, "seq"),
                        spanId,
                        thread,
                        Stored.number(json, "read"),
                        Map.copyOf(Stored.ids(json)),
                        Stored.text(json, "trace"));
        seq = Math.max(seq, node.seq);
        node.first = Stored.flag(json, "first");
        node.capture = Capture.stored(Stored.text(json, "capture"));
        var before = Stored.text(json, "before");
        node.before = before == null ? null : nodes.get(before);
        if (node.before != null && node.before.thread == thread) {
            node.before.next = node;
        }
        thread.tail = node;
        run.inferences++;
        run.topped |= run.inferences > 1;
        if (run.main == null) {
            run.main = thread;
            run.firstSpanId = spanId;
        }
        return node;
    }

    private void bring(Inference node, JsonNode json) {
        List<Call> brought = new ArrayList<>();
        for (var ref : Stored.texts(json, "brought")) {
            var call = call(ref);
            if (call == null) {
                late.brought(ref, node);
                continue;
            }
            brought.add(call);
            call.echoed = true;
            call.echoedBy = call.echoedBy == null ? node : call.echoedBy;
            close(call);
        }
        node.brought = brought;
        List.copyOf(node.thread.waiting).forEach(this::close);
        node.thread.waiting.clear();
    }

    private void close(Call call) {
        if (call.open) {
            call.open = false;
            call.run().openCalls--;
            scope.engine.counters().openCalls(-1);
            scope.calls.close(call);
            scope.subAgents.closed(call);
        }
    }

    private void issue(Inference node, JsonNode json) {
        var call =
                new Call(
                        node,
                        Stored.text(json, "id"),
                        Stored.flag(json, "random"),
                        Stored.number(json, "seq"),
                        Stored.number(json, "at"));
        seq = Math.max(seq, call.seq);
        node.issue(call);
        node.run.topped = true;
        node.run.openCalls++;
        scope.engine.counters().openCalls(1);
        scope.calls.restore(call, Stored.need(json, "name"), json.path("entries"));
        scope.subAgents.restore(call, json);
        scope.nodes.countCall();
        node.thread.waiting.add(call);
        call.carried = Stored.flag(json, "carried");
        call.echoed = Stored.flag(json, "echoed");
        var by = Stored.text(json, "by");
        call.echoedBy = by == null ? null : nodes.get(by);
        call.toolSpanId = Stored.text(json, "tool");
        call.linkMethod = Stored.text(json, "method");
        call.linkConfidence = Stored.text(json, "confidence");
        if (!Stored.flag(json, "open")) {
            close(call);
        }
        late.known(call);
    }

    private void span(JsonNode json) {
        var run = runs.get(Stored.need(json, "run"));
        if (run == null) {
            return;
        }
        if (json.has("held")) {
            hold(run, json.path("held"));
        }
        run.topped |= Stored.flag(json, "topped");
        if (json.has("node")) {
            node(json.path("node"));
            run.lastAnswerSpanId = Stored.text(json, "answer");
            run.lastFailed = Stored.flag(json, "failed");
            run.covers(Stored.number(json, "from"), Stored.number(json, "to"));
            run.lastActivity = Stored.number(json, "at");
        }
    }

    private void ended(JsonNode json, boolean topWaits) {
        var run = runs.get(Stored.need(json, "run"));
        if (run != null) {
            run.topWaits |= topWaits;
            end(run);
        }
    }

    private void end(Run run) {
        run.ended = true;
        for (var thread : run.threads) {
            List.copyOf(thread.waiting).forEach(this::close);
            thread.waiting.clear();
        }
    }

    private void link(JsonNode json) {
        var call = call(Stored.need(json, "call"));
        if (call != null) {
            call.linkMethod = Stored.need(json, "method");
            call.linkConfidence = Stored.need(json, "confidence");
            call.toolSpanId = Stored.text(json, "span");
        }
    }

    private void beside(JsonNode json) {
        var held = Stored.held(json.path("held"));
        var execution = pending.get(Stored.need(json, "execution"));
        if (execution == null) {
            orphans.put(held.spanId(), held);
            orphanTraces.put(held.spanId(), Stored.need(json, "trace"));
        }
    }

    private void execution(JsonNode json) {
        String spanId = Stored.need(json, "span");
        if (pending.containsKey(spanId)) {
            return;
        }
        var execution = Restored.restored(scope, json, spanId, this::call);
        seq = Math.max(seq, execution.seq);
        for (var name : Stored.texts(json, "names")) {
            execution.groups.add(scope.calls.names().group(name));
        }
        for (var held : json.path("beside")) {
            var span = Stored.held(held);
            orphans.remove(span.spanId());
            companions.put(span.spanId(), execution);
            List<HeldSpan> more = new ArrayList<>(execution.beside);
            more.add(span);
            execution.beside = more;
        }
        pending.put(spanId, execution);
    }

    /// Everything has been read: what was in flight is gone, what is held is looked at again.
    void finish() {
        scope.resumeAt(seq);
        scope.missing.add(last, scope.now());
        late.adopt(this::call, nodes::get);
        nodes.values().stream()
                .filter(node -> node.inFlight)
                .forEach(node -> {
                    node.inFlight = false;
                    scope.nodes.landed(node);
                });
        pending.values().forEach(scope.executions::restored);
        locals.values().forEach(this::local);
        runs.values().stream()
                .sorted(Comparator.comparingLong((Run run) -> run.lastActivity))
                .forEach(scope.runs::restored);
        orphans.values().forEach(this::release);
    }

    private void local(JsonNode json) {
        var call = call(Stored.need(json, "call"));
        var held = Stored.held(json.path("held"));
        if (call == null || call.toolSpanId != null) {
            scope.emit(new JournalRecord.Withdrawn(held.spanId()));
        } else {
            call.inferred = held;
            scope.localTools.restored(call);
        }
    }

    /// A guardrail whose execution was in flight when the process died.
    private void release(HeldSpan span) {
        String trace = orphanTraces.getOrDefault(span.spanId(), JoinedTraces.traceId());
        scope.emit(Spans.orphan(span, trace, scope.name));
    }
}
