package dev.spangate.linking;

import dev.spangate.linking.JournalRecord.Draft;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/// An inference that all replicas place together. It is forwarded at once; its place is looked up
/// beside it (rule S2).
final class SharedInference extends SharedRecording {
    private final InferenceStart start;
    private final @Nullable RequestView view;
    private volatile @Nullable RequestView asked;

    SharedInference(Replica replica, InferenceStart start) {
        super(replica, start.origin());
        this.start = start;
        this.view =
                machine == null
                        ? null
                        : RequestView.of(
                                start.messages(), machine.engine.keyed(), machine.engine.json());
    }

    /// The request as every replica sees it, with the words that only we have.
    @Nullable RequestView view() {
        return asked;
    }

    @Override
    void place(boolean incomplete) {
        if (machine == null || view == null || !commit()) {
            return;
        }
        var scope = machine.scope(origin.scope());
        scope.guarded(() -> {
            var found = new Findings();
            scope.locked(() -> asked = ask(scope, view, found));
            var shared = asked;
            var event = event("infer").put("c", origin.scope());
            if (incomplete || late()) {
                event.put("incomplete", true);
            }
            event.put("retry", start.retry());
            event.put("body", Long.toHexString(machine.engine.keyed().id(start.body())));
            Snapshots.put(event, "previous", start.previousResponseId());
            event.set("origin", Snapshots.origin(origin));
            event.set("view", shared == null ? Snapshots.object() : shared.json());
            event.set("found", found.json());
            tell(event);
        });
    }

    /// What only its words tell, asked of the state as it is now (rule S3).
    private RequestView ask(Scope scope, RequestView read, Findings found) {
        var asking = read.asking(found);
        var decision = scope.continuations.decide(start, asking);
        boolean byId = false;
        for (var brought : decision.brought().entrySet()) {
            var call = brought.getKey();
            byId |= read.results().stream().anyMatch(result -> means(result.id(), call));
            if (!brought.getValue().several()) {
                scope.evidence.ask(call, asking.echo(call, brought.getValue().texts()));
            }
        }
        if (!byId) {
            for (var tail : read.tails()) {
                found.named(
                        tail.words().stream()
                                .filter(word -> scope.calls.byId(word) != null)
                                .toList());
            }
        }
        if (decision.after() == null && read.lastAssistant() < 0) {
            scope.subAgents.find(start, read, found);
        }
        return read.shared(result -> matters(scope, read, result), found);
    }

    private static boolean means(@Nullable String id, Call call) {
        return id == null ? call.id() == null : id.equals(call.id());
    }

    /// Of results further back only those count whose call nobody has carried yet (rule R1).
    private static boolean matters(Scope scope, RequestView read, RequestView.EchoedResult result) {
        if (result.assistant() == read.lastAssistant()) {
            return true;
        }
        var call = result.id() == null ? null : scope.calls.byId(result.id());
        return call != null && !call.carried;
    }

    void toolCall(ToolCall call) {
        if (machine == null || isDetached()) {
            return;
        }
        var scope = machine.scope(origin.scope());
        scope.guarded(() -> {
            var json = CanonicalJson.parse(call.arguments());
            boolean ours = scope.isOurs(call.name());
            var event = event("call").put("name", call.name());
            Snapshots.put(event, "id", call.id());
            event.set("entries", entries(machine.engine.json(), call, json));
            SubAgents.texts(json, start.messages(), machine.engine.keyed(), ours).onto(event);
            tell(event);
        });
    }

    /// Under its own name and under what a wrapper's arguments name (rule L2): name, schema, hash.
    private ArrayNode entries(CanonicalJson hashes, ToolCall call, @Nullable JsonNode json) {
        var out = Snapshots.array();
        var names = replica.names();
        for (var defaults : names.defaults(call.name())) {
            long hash = json == null ? hashes.raw(call.arguments()) : hashes.hash(json, defaults);
            out.addArray().add(call.name()).add(defaults.key()).add(hash);
        }
        if (json != null && !names.means(call.name())) {
            for (var inner : WrappedCall.in(json, names::means)) {
                for (var defaults : names.defaults(inner.name())) {
                    out.addArray()
                            .add(inner.name())
                            .add(defaults.key())
                            .add(hashes.hash(inner.arguments(), defaults));
                }
            }
        }
        return out;
    }

    void answered() {
        tell(event("said"));
    }

    void unread() {
        tell(event("unread"));
    }

    void guardrail(Draft draft) {
        keep(draft);
        tell(event("guard").set("span", times(draft)));
    }

    /// @param provided drafts of tools that the provider executed
    /// @param attempts drafts of upstream tries
    void end(InferenceEnd end, Draft draft, List<Draft> provided, List<Draft> attempts) {
        keep(draft);
        provided.forEach(this::keep);
        attempts.forEach(this::keep);
        if (machine != null) {
            var keyed = machine.engine.keyed();
            var json = machine.engine.json();
            var told = end.answer();
            var event =
                    event("end")
                            .put("completed", end.outcome() instanceof Outcome.Completed)
                            .put("complete", end.complete())
                            .put("paused", end.paused());
            if (told != null) {
                event.put("whole", MessageHashes.answer(told, true, keyed, json));
                event.put(
                        "text",
                        told.calls().isEmpty()
                                ? 0
                                : MessageHashes.answer(told, false, keyed, json));
            }
            if (end.responseId() != null) {
                event.put("response", keyed.id(end.responseId()));
            }
            event.set("span", times(draft));
            var tools = event.putArray("provided");
            provided.forEach(tool -> tools.add(times(tool)));
            var tries = event.putArray("attempts");
            attempts.forEach(attempt -> tries.add(times(attempt)));
            tell(event);
        }
        ended();
    }

    static ArrayNode times(Draft draft) {
        return Snapshots.array().add(draft.spanId()).add(draft.startNanos()).add(draft.endNanos());
    }
}
