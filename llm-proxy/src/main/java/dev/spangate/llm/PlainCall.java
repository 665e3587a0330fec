package dev.spangate.llm;

import dev.spangate.linking.OperationRecording;
import dev.spangate.linking.OperationStart;
import dev.spangate.linking.Outcome;
import dev.spangate.linking.TraceLinker;
import dev.spangate.proxy.UpstreamException;
import dev.spangate.proxy.UpstreamException.Kind;
import dev.spangate.proxy.UpstreamResponse;
import io.helidon.webserver.CloseConnectionException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A call that is none of the inferences: its bytes pass, its span says how it went.
final class PlainCall {
    private final @Nullable OperationRecording recording;
    private boolean started;

    PlainCall(TraceLinker linker, OperationStart start) {
        this.recording = started(linker, start);
    }

    private static @Nullable OperationRecording started(TraceLinker linker, OperationStart start) {
        try {
            return linker.start(start);
        } catch (RuntimeException e) {
            return null;
        }
    }

    /// Relays the whole answer, each piece as it comes.
    void relay(Exchange exchange, UpstreamResponse upstream) throws UpstreamException {
        exchange.head(upstream);
        byte[] buffer = new byte[16 * 1024];
        int count = read(upstream, buffer);
        try {
            if (count < 0) {
                exchange.response().send();
            } else {
                copy(exchange.response().outputStream(), upstream, buffer, count);
            }
        } catch (UpstreamException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw new UpstreamException(Kind.CLIENT_GONE, "the client left", e);
        }
        relayed(upstream);
    }

    /// The answer has reached the client.
    void relayed(UpstreamResponse upstream) {
        boolean failed = upstream.status() >= 400;
        end(
                failed
                        ? new Outcome.Failed(String.valueOf(upstream.status()), "")
                        : new Outcome.Completed(),
                Map.of("http.response.status_code", (long) upstream.status()));
    }

    private void copy(OutputStream out, UpstreamResponse upstream, byte[] buffer, int first)
            throws IOException {
        started = true;
        for (int n = first; n >= 0; n = read(upstream, buffer)) {
            out.write(buffer, 0, n);
            out.flush();
        }
        out.close();
    }

    private static int read(UpstreamResponse upstream, byte[] buffer) throws UpstreamException {
        try {
            return upstream.body().read(buffer);
        } catch (UpstreamException e) {
            throw e;
        } catch (IOException e) {
            throw new UpstreamException(Kind.RESET, "reading the answer failed", e);
        }
    }

    /// The upstream failed or the client left.
    void broken(UpstreamException e) {
        if (e.kind() == Kind.CLIENT_GONE) {
            end(new Outcome.Cancelled(), Map.of());
            throw new CloseConnectionException("the client left", e);
        }
        String message = String.valueOf(e.getMessage());
        end(new Outcome.Failed(e.kind().errorType(), message), Map.of());
        if (started) {
            throw new CloseConnectionException("the upstream broke off", e);
        }
        throw new Refusal(e.kind().status(), e.kind().errorType(), message);
    }

    private void end(Outcome outcome, Map<String, Object> attributes) {
        try {
            if (recording != null) {
                recording.end(outcome, null, attributes);
            }
        } catch (RuntimeException e) {
            // Tracing never breaks a relay; the linker counts its own faults.
        }
    }
}
