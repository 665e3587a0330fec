package dev.spangate.mcp;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import com.github.benmanes.caffeine.cache.Scheduler;
import dev.spangate.linking.ToolRecording;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Keeps the recording of an execution whose stateless client was asked for input: its retry is the
/// same execution (linking.md T: exactly one span). What nobody takes up ends as cancelled.
final class OpenExecutions {
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final int MAX = 10_000;

    private final Cache<String, ToolRecording> open =
            Caffeine.newBuilder()
                    .maximumSize(MAX)
                    .expireAfterWrite(PATIENCE)
                    .scheduler(Scheduler.systemScheduler())
                    .<String, ToolRecording>removalListener((key, recording, cause) -> {
                        if (recording != null && cause != RemovalCause.EXPLICIT) {
                            recording.close();
                        }
                    })
                    .build();

    /// The recording that a retry goes on with, if this is one.
    Optional<ToolRecording> resume(Visit visit) {
        var params = visit.request().params();
        if (!params.has("requestState") && !params.has("inputResponses")) {
            return Optional.empty();
        }
        var state = Json.string(params, "requestState");
        return Optional.ofNullable(open.asMap().remove(key(visit, state)));
    }

    /// Keeps a recording until the retry of this answer.
    void keep(Visit visit, ObjectNode inputRequired, ToolRecording recording) {
        var state = Json.string(inputRequired, "requestState");
        var old = open.asMap().put(key(visit, state), recording);
        if (old != null) {
            old.close();
        }
    }

    void close() {
        open.asMap().values().forEach(ToolRecording::close);
        open.invalidateAll();
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
