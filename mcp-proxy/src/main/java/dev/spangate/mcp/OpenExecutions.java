package dev.spangate.mcp;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import com.github.benmanes.caffeine.cache.Scheduler;
import dev.spangate.linking.OperationRecording;
import dev.spangate.linking.ToolRecording;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Keeps the recording of an execution whose stateless client was asked for input: its retry is the
/// same execution (linking.md T: exactly one span). What nobody takes up ends as cancelled. What a
/// stateless server asked is recorded from its answer to the retry.
final class OpenExecutions {
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final int MAX = 10_000;

    private final Cache<String, Open> open =
            Caffeine.newBuilder()
                    .maximumSize(MAX)
                    .expireAfterWrite(PATIENCE)
                    .scheduler(Scheduler.systemScheduler())
                    .<String, Open>removalListener((key, gone, cause) -> {
                        if (gone != null && cause != RemovalCause.EXPLICIT) {
                            gone.recording().close();
                        }
                    })
                    .build();

    private record Open(ToolRecording recording, Map<String, OperationRecording> asked) {
        /// The client has come back with these answers; what it left out it has refused.
        ToolRecording answered(@Nullable ObjectNode responses) {
            asked.forEach((key, question) -> {
                var answer = Json.child(responses, key);
                if (answer == null) {
                    question.close();
                } else {
                    Questions.end(question, new UpstreamReply.Result(answer));
                }
            });
            return recording;
        }
    }

    /// The recording that a retry goes on with, if this is one.
    Optional<ToolRecording> resume(Visit visit) {
        var params = visit.request().params();
        if (!params.has("requestState") && !params.has("inputResponses")) {
            return Optional.empty();
        }
        var state = Json.string(params, "requestState");
        return Optional.ofNullable(open.asMap().remove(key(visit, state)))
                .map(kept -> kept.answered(Json.child(params, "inputResponses")));
    }

    /// Keeps a recording until the retry of this answer.
    void keep(
            Visit visit, UpstreamServer server, ObjectNode inputRequired, ToolRecording recording) {
        var state = Json.string(inputRequired, "requestState");
        var asked = asked(visit, server, inputRequired, recording);
        var old = open.asMap().put(key(visit, state), new Open(recording, asked));
        if (old != null) {
            old.recording().close();
        }
    }

    /// The questions of a server with sessions are recorded where they arrive.
    private static Map<String, OperationRecording> asked(
            Visit visit, UpstreamServer server, ObjectNode inputRequired, ToolRecording recording) {
        if (server.status().era() != Era.MODERN) {
            return Map.of();
        }
        var questions = new Questions(visit.exchange(), visit.request(), server, recording::child);
        var asked = new HashMap<String, OperationRecording>();
        InputRequired.requests(inputRequired)
                .forEach((key, wanted) ->
                        asked.put(key, questions.begin(wanted.method(), wanted.params())));
        return asked;
    }

    private static String key(Visit visit, @Nullable String state) {
        var params = visit.request().params();
        var what = state == null ? params.path("arguments").toString() : "state " + state;
        return visit.exchange().caller().name()
                + " "
                + visit.exchange().endpoint().path()
                + " "
                + params.path("name")
                + " "
                + what;
    }
}
