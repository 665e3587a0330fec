package dev.spangate.linking;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One tool execution while its link is open, without its content. State of one link scope, guarded
/// by its lock.
final class Execution {
    /// Calls or executions remembered per node of the graph; more are ambiguous anyway.
    static final int MAX_EDGES = 32;

    final long seq;
    final SpanRef span;
    final ToolState tool;
    final ExecutionFacts facts;
    final Origin origin;
    final @Nullable String mcpSession;

    /// Where it goes without a link; computed when needed.
    @Nullable Place place;

    /// Fixed at the start (rule L1).
    Matcher.Narrowed narrowed = Matcher.Narrowed.NOTHING;

    /// Some calls at its start that do not fit, for explanations.
    List<Call> others = List.of();

    /// Those of them that were closed then.
    List<Call> closedBefore = List.of();

    /// A key of `params._meta` that is not configured and holds the id of a call.
    @Nullable String unknownKey;

    /// Number of open calls that were candidates.
    long candidates;

    /// Names whose open calls at its start are its candidates.
    final List<CallGroup> groups = new ArrayList<>(1);

    /// The run that all fitting calls belong to.
    @Nullable Run only;

    long sentNanos;
    long endNanos;
    long endSeq = Long.MAX_VALUE;
    boolean failed;
    boolean delivered = true;
    boolean ended;

    /// Its draft, until it is written or released.
    JournalRecord.@Nullable Draft draft;

    boolean settled;
    @Nullable ResultTexts result;

    /// The link, once decided; final together with [#settled].
    @Nullable Call call;

    boolean certain;
    boolean byOrder;

    /// An earlier attempt at the call (rule L8).
    boolean retried;

    @Nullable Method method;

    /// Why no link is certain or probable, for people.
    String reason = "";

    /// Where it waits for candidates to close.
    @Nullable CallGroup parked;

    boolean holding;

    /// Echoed calls with other arguments whose text is this result (rule L4).
    List<Call> alike = List.of();

    /// Executions that wait for this one's candidates to close.
    final List<Execution> watchers = new ArrayList<>(0);

    /// Echoed calls that wait to know whether they were executed elsewhere.
    final List<Call> inferring = new ArrayList<>(0);

    /// Drafts of guardrails and of what it caused, that go where this goes.
    List<HeldSpan> beside = List.of();

    Execution(
            long seq,
            SpanRef span,
            ToolState tool,
            ExecutionFacts facts,
            Origin origin,
            @Nullable String mcpSession) {
        this.seq = seq;
        this.span = span;
        this.tool = tool;
        this.facts = facts;
        this.origin = origin;
        this.mcpSession = mcpSession;
    }

    Map<String, String> ids() {
        return facts.ids();
    }

    boolean fits(Call candidate) {
        return narrowed.fitting().contains(candidate);
    }
}
