package dev.spangate.mcp;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import com.github.benmanes.caffeine.cache.Scheduler;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Lets a legacy server ask a stateless client: the call is parked, the client gets
/// `input_required` with a signed `requestState` that names it, and the retry takes it up again.
///
/// Bounded: what nobody takes up in time is cancelled.
final class ParkedCalls {
    private static final List<String> ASKABLE = List.of("elicitation", "sampling", "roots");
    private static final int MAX_PARKED = 10_000;

    private final RequestStates states = new RequestStates();
    private final Duration patience;
    private final Cache<String, Parked> parked;

    /// @param patience how long a call waits for the client's retry
    ParkedCalls(Duration patience) {
        this.patience = patience;
        this.parked =
                Caffeine.newBuilder()
                        .maximumSize(MAX_PARKED)
                        .expireAfterWrite(patience)
                        .scheduler(Scheduler.systemScheduler())
                        .<String, Parked>removalListener((id, gone, cause) -> {
                            if (gone != null && cause != RemovalCause.EXPLICIT) {
                                gone.call().cancel("the client did not come back");
                            }
                        })
                        .build();
    }

    private record Parked(ParkedCall steps, UpstreamCall call, String name) {}

    /// Whether a request may need parking or takes up what is parked.
    boolean concerns(Visit visit, Outgoing outgoing) {
        if (ourState(visit.request()) != null) {
            return true;
        }
        var capabilities = visit.exchange().client().capabilities();
        return outgoing.server().status().era() != Era.MODERN
                && ASKABLE.stream().anyMatch(capabilities::has);
    }

    /// Starts a call or takes it up; blocks until the client must be answered.
    ///
    /// @throws RpcFault the state is none of ours, or what it names is over
    UpstreamReply request(Visit visit, Outgoing outgoing) {
        var state = ourState(visit.request());
        if (state == null) {
            return begin(visit, outgoing);
        }
        var id =
                states.verify(state, caller(visit), System.currentTimeMillis())
                        .orElseThrow(() -> over("`requestState` is not valid"));
        if (id.startsWith("again-")) {
            return begin(visit, withoutAnswers(outgoing));
        }
        var found = parked.asMap().remove(id);
        if (found == null || !found.name().equals(name(visit))) {
            throw over("The call that `requestState` names is over: call again");
        }
        var responses = Json.child(visit.request().params(), "inputResponses");
        if (responses != null) {
            found.steps().answer(responses);
        }
        return proceed(visit, outgoing.server(), found);
    }

    private UpstreamReply begin(Visit visit, Outgoing outgoing) {
        var steps = new ParkedCall(visit.request().method());
        var call = visit.call(outgoing, outgoing.questions(visit).over(steps));
        var fresh = new Parked(steps, call, name(visit));
        steps.follow(visit.listener(outgoing.server()));
        steps.start(outgoing.server(), call);
        return proceed(visit, outgoing.server(), fresh);
    }

    private UpstreamReply proceed(Visit visit, UpstreamServer server, Parked current) {
        var steps = current.steps();
        steps.follow(visit.listener(server));
        try (var _ = Running.of(visit, current.call())) {
            return switch (steps.next()) {
                case ParkedCall.Step.Answered(var reply) -> urlsFirst(visit, reply);
                case ParkedCall.Step.Asks(var wanted) -> {
                    var id = states.newId();
                    parked.put(id, current);
                    yield new UpstreamReply.Result(InputRequired.of(wanted, state(visit, id)));
                }
            };
        } finally {
            steps.follow(null);
        }
    }

    /// A legacy server that wants URLs visited first (-32042) makes a call over: the retry is a new
    /// one.
    private UpstreamReply urlsFirst(Visit visit, UpstreamReply reply) {
        if (!(reply instanceof UpstreamReply.RpcError error)
                || error.code() != JsonRpc.URL_ELICITATION_REQUIRED) {
            return reply;
        }
        var wanted = urls(error.data());
        return wanted.isEmpty()
                ? reply
                : new UpstreamReply.Result(
                        InputRequired.of(wanted, state(visit, "again-" + states.newId())));
    }

    private static Map<String, InputRequired.Wanted> urls(@Nullable JsonNode data) {
        var wanted = new LinkedHashMap<String, InputRequired.Wanted>();
        var elicitations = data == null ? null : data.get("elicitations");
        if (elicitations != null && elicitations.isArray()) {
            for (var each : elicitations) {
                if (each instanceof ObjectNode params) {
                    var copy = params.deepCopy();
                    copy.remove("elicitationId");
                    wanted.put(
                            "url-" + (wanted.size() + 1),
                            new InputRequired.Wanted("elicitation/create", copy));
                }
            }
        }
        return wanted;
    }

    private static Outgoing withoutAnswers(Outgoing outgoing) {
        var params = outgoing.params().deepCopy();
        params.remove("requestState");
        params.remove("inputResponses");
        return outgoing.with(params);
    }

    private String state(Visit visit, String id) {
        return states.sign(id, caller(visit), System.currentTimeMillis() + patience.toMillis());
    }

    private static String caller(Visit visit) {
        return visit.exchange().caller().name();
    }

    private static String name(Visit visit) {
        var params = visit.request().params();
        var name = params.has("name") ? params.get("name") : params.path("uri");
        return visit.request().method() + " " + name;
    }

    private static @Nullable String ourState(ClientMessage.Request request) {
        var state = Json.string(request.params(), "requestState");
        return state != null && RequestStates.isOurs(state) ? state : null;
    }

    private static RpcFault over(String message) {
        return RpcFault.invalidParams(message);
    }
}
