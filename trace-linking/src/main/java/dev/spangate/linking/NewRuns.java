package dev.spangate.linking;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Makes runs: of a conversation or of a sub-agent (rules R2, R4, T3). Guarded by the scope's lock.
final class NewRuns {
    private final Scope scope;

    NewRuns(Scope scope) {
        this.scope = scope;
    }

    /// A run of a conversation, or of a new one.
    Run fresh(InferenceStart start, Continuations.Decision decision) {
        var origin = start.origin();
        var conversation = conversation(origin, decision.conversation());
        var place = scope.engine.joined().place(origin, true, scope.now());
        String top = JoinedTraces.spanId();
        String id =
                place.traceId() + "-" + top; // a joined trace may hold runs of several processes
        return new Run(
                id,
                conversation,
                place,
                top,
                origin.agentName(),
                Spans.attributes(id, origin, place, conversation));
    }

    private Conversation conversation(Origin origin, @Nullable Conversation known) {
        var conversation =
                known != null
                        ? known
                        : new Conversation(
                                "conv-" + JoinedTraces.spanId(), origin.session(), origin.user());
        if (conversation.session == null && origin.session() != null) {
            conversation.session = origin.session();
        }
        if (conversation.user == null) {
            conversation.user = origin.user();
        }
        if (conversation.session != null && scope.nodes.bySession(conversation.session) == null) {
            scope.nodes.name(conversation.session, conversation);
        }
        return conversation;
    }

    /// Rule R4: the same trace and conversation, a run of its own.
    Run subAgent(InferenceStart start, Call parent) {
        var origin = start.origin();
        var above = parent.run();
        var place =
                new Place(
                        above.traceId(),
                        null,
                        false,
                        above.place.traceLevel(),
                        above.place.name(),
                        JoinedTraces.linkTo(origin));
        var run =
                new Run(
                        above.id,
                        above.conversation,
                        place,
                        JoinedTraces.spanId(),
                        origin.agentName(),
                        above.attributes);
        run.topped = true;
        adopt(parent, run);
        return run;
    }

    static void adopt(Call parent, Run run) {
        run.parentCall = parent;
        parent.subAgents = added(parent.subAgents, run);
        parent.run().subAgents = added(parent.run().subAgents, run);
    }

    private static List<Run> added(List<Run> runs, Run run) {
        List<Run> more = new ArrayList<>(runs);
        more.add(run);
        return more;
    }
}
