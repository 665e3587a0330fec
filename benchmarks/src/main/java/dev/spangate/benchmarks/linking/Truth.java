package dev.spangate.benchmarks.linking;

import dev.spangate.linking.ToolCall;
import dev.spangate.linking.TraceMode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What really happened in a simulated world; nothing here comes from the linker but span ids.
///
/// Times are nanoseconds of true time since the world began, [#NEVER] where it did not happen.
final class Truth {
    static final long NEVER = Long.MAX_VALUE;

    final List<Run> runs = new ArrayList<>();
    final List<Inference> inferences = new ArrayList<>();
    final List<Call> calls = new ArrayList<>();
    final List<Execution> executions = new ArrayList<>();

    /// Spans of a stranger who replays what others send: they belong to nobody here.
    final Set<String> strangers = new HashSet<>();

    /// When the process was killed.
    final List<Long> kills = new ArrayList<>();

    /// When the store of replicas did not work, second by second.
    final List<Long> troubles = new ArrayList<>();

    /// The store of replicas did not work for something that took this time.
    boolean troubled(long from, long until) {
        long near = 20 * SimClock.SECOND;
        return troubles.stream().anyMatch(at -> at > from - near && at - near < until);
    }

    /// A process was killed within the moment that a record may take to the journal.
    boolean killedAt(long end) {
        long moment = 50 * SimClock.MILLI;
        return kills.stream().anyMatch(at -> at >= end && at - end <= moment);
    }

    /// When something of a caller could not be read, by scope.
    final Map<String, List<Long>> unread = new HashMap<>();

    /// Calls may be evicted: nothing but what was linked at once is certain to be linked.
    boolean evictions;

    /// One agent turn.
    static final class Run {
        final int agent;
        final String scope;
        final Habits habits;

        /// No other run of its scope begins with these messages.
        final boolean distinctPrompt;

        /// The call of which this run is the sub-agent's.
        final @Nullable Call subAgentOf;

        final List<Inference> inferences = new ArrayList<>();

        /// What its context does.
        TraceMode mode = TraceMode.JOIN;

        /// The trace id that each of its requests carries; null for none.
        @Nullable String traceId;

        Run(
                int agent,
                String scope,
                Habits habits,
                boolean distinctPrompt,
                @Nullable Call subAgentOf) {
            this.agent = agent;
            this.scope = scope;
            this.habits = habits;
            this.distinctPrompt = distinctPrompt;
            this.subAgentOf = subAgentOf;
        }

        void placedBy(TraceMode context, @Nullable String trace) {
            mode = context;
            traceId = trace;
        }
    }

    /// One inference.
    static final class Inference {
        final Run run;

        /// It goes to the provider directly; the gateway never sees it.
        final boolean bypass;

        final List<Call> calls = new ArrayList<>();

        /// Calls whose results its request carries for the first time.
        final List<Call> echoed = new ArrayList<>();

        String spanId = "";
        long start;
        long end = NEVER;
        boolean complete;
        boolean paused;

        Inference(Run run, boolean bypass) {
            this.run = run;
            this.bypass = bypass;
        }

        /// Calls that the client must answer.
        List<Call> clientCalls() {
            return calls.stream().filter(call -> !call.byProvider).toList();
        }

        /// Its end was recorded, so a span of it must exist.
        boolean recorded() {
            return end != NEVER && !bypass;
        }
    }

    /// One tool call of an answer.
    static final class Call {
        final Inference inference;
        final int position;
        final ToolCall told;
        final Tool tool;
        final int set;

        /// The agent answers it by itself.
        final boolean local;

        long issued = NEVER;

        /// When a request first carried its result, or its run ended.
        long closed = NEVER;

        /// How its result was echoed; null when never.
        @Nullable EchoStyle echo;

        /// Executed by the provider, inside the answer.
        final boolean byProvider;

        /// The gateway could not read it.
        boolean unread;

        /// The client echoed words of its own.
        boolean echoedOtherwise;

        final List<Execution> executions = new ArrayList<>();

        Call(Inference inference, ToolCall told, Tool tool, int set, boolean local) {
            this.inference = inference;
            this.position = inference.calls.size();
            this.told = told;
            this.tool = tool;
            this.set = set;
            this.local = local;
            this.byProvider = told.byProvider();
        }
    }

    /// One tool execution through the gateway.
    static final class Execution {
        final String scope;
        final Tool tool;

        /// Its set of arguments; -1 when the client changed them.
        final int set;

        /// The call that asked for it; null when no call that the gateway saw did.
        final @Nullable Call call;

        final Habits habits;
        final String session;
        final String spanId;
        final long start;

        /// A call id went with it that one answer alone issued.
        final boolean callIdSent;

        long end = NEVER;
        boolean failed;
        boolean delivered;
        ResultKind kind = ResultKind.OK;

        /// The process was killed while it ran: no span of it can exist.
        boolean lost;

        Execution(
                String scope,
                Tool tool,
                int set,
                @Nullable Call call,
                Habits habits,
                String session,
                String spanId,
                long start,
                boolean callIdSent) {
            this.scope = scope;
            this.tool = tool;
            this.set = set;
            this.call = call;
            this.habits = habits;
            this.session = session;
            this.spanId = spanId;
            this.start = start;
            this.callIdSent = callIdSent;
        }

        boolean recorded() {
            return end != NEVER && !lost;
        }

        /// Another execution of the same call began before this one.
        boolean earlierAttempt() {
            return call != null && call.executions.getLast() != this;
        }
    }
}
