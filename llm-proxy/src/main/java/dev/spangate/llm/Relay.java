package dev.spangate.llm;

import dev.spangate.llm.FrameReader.Framing;
import dev.spangate.proxy.UpstreamException;
import dev.spangate.proxy.UpstreamException.Kind;
import dev.spangate.proxy.UpstreamRequest;
import dev.spangate.proxy.UpstreamResponse;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Copies an answer to the client byte by byte while it is read.
///
/// Order (L6): a frame that may complete a tool call or the answer, and the last piece of an
/// unstreamed body, are read before they are written; everything else is written first. What a
/// reader does wrong changes no byte. For one answer, on one thread.
final class Relay {
    /// Bytes of one event, or of an unstreamed body, that are held for reading.
    private static final int MOST_READ = 32 << 20;

    private static final int MOST_ERROR = 4 << 20;
    private static final String EVENTS = "text/event-stream";
    private static final Pattern LENGTH = Pattern.compile("[0-9]{1,18}");

    private static final System.Logger LOG = System.getLogger(Relay.class.getName());

    private final Exchange exchange;
    private final TracedInference inference;
    private final Dialect dialect;
    private final AnswerReader reader;
    private final FrameFilter filter;
    private final Redaction redaction;
    private final byte[] buffer = new byte[16 * 1024];
    private @Nullable OutputStream out;
    private boolean started;

    /// @param sent the request that is answered: its credentials must not come back
    Relay(
            InferenceRequest request,
            TracedInference inference,
            FrameFilter filter,
            UpstreamRequest sent) {
        this.exchange = request.exchange();
        this.inference = inference;
        this.dialect = request.dialect();
        this.reader = request.dialect().reader(inference.answer());
        this.filter = filter;
        this.redaction = Redaction.of(sent.fields());
        inference.cleanedBy(redaction::clean);
    }

    /// Frames that are ours and that the client did not ask for.
    interface FrameFilter {
        /// Everything is the client's.
        FrameFilter NONE = _ -> false;

        /// Keep it from the client; called only with frames that are critical.
        boolean hides(Frame frame);
    }

    /// Something has reached the client: no other answer is possible.
    boolean started() {
        return started;
    }

    /// Relays the whole answer and ends the inference.
    ///
    /// @throws UpstreamException the answer broke off, or the client left (`CLIENT_GONE`)
    void relay(UpstreamResponse upstream) throws UpstreamException {
        exchange.head(upstream);
        var piece = next(upstream);
        byte[] first = piece == null ? new byte[0] : piece;
        String encoding = upstream.first("content-encoding").orElse("identity");
        if (upstream.status() >= 400) {
            String status = String.valueOf(upstream.status());
            inference.answer().failed(status, "the upstream answered with status " + status);
        }
        var framing = framing(upstream, first);
        if (!encoding.equalsIgnoreCase("identity")) {
            encoded(upstream, encoding, first);
        } else if (framing != Framing.WHOLE) {
            var all = new SequenceInputStream(new ByteArrayInputStream(first), upstream.body());
            frames(framing.reader(all, MOST_READ));
        } else if (upstream.status() >= 400) {
            failure(upstream, first);
        } else {
            whole(upstream, first);
        }
        close();
    }

    private Framing framing(UpstreamResponse upstream, byte[] first) {
        int at = 0;
        while (at < first.length && first[at] >= 0 && first[at] <= ' ') {
            at++;
        }
        char begin = at < first.length ? (char) (first[at] & 0xff) : 0;
        return dialect.framing(upstream.first("content-type").orElse(""), begin);
    }

    private void frames(FrameReader frames) throws UpstreamException {
        try {
            for (var frame = frames.next(); frame != null; frame = frames.next()) {
                frame(frame);
            }
        } catch (UpstreamException e) {
            if (e.kind() != Kind.CLIENT_GONE) {
                write(frames.rest());
            }
            throw e;
        } catch (IOException e) {
            throw new UpstreamException(Kind.RESET, "reading the answer failed", e);
        }
        inference.end();
    }

    private void frame(Frame frame) throws UpstreamException {
        if (!frame.whole()) {
            inference.answer().unread("an event too large to read");
            write(frame.raw());
        } else if (critical(frame)) {
            observe(frame);
            if (!filter.hides(frame)) {
                write(frame.raw());
            }
        } else {
            write(frame.raw());
            observe(frame);
        }
        inference.written();
    }

    private boolean critical(Frame frame) {
        try {
            return reader.critical(frame);
        } catch (RuntimeException e) {
            return true;
        }
    }

    private void observe(Frame frame) {
        guard(() -> reader.frame(frame));
        if (inference.answer().isOver()) {
            inference.end();
        }
    }

    /// An unstreamed body: each piece is written when the next has come, the last when the whole
    /// has been read.
    private void whole(UpstreamResponse upstream, byte[] first) throws UpstreamException {
        announce(upstream, first);
        var copy = new ByteArrayOutputStream();
        byte[] held = {};
        for (byte[] piece = first; piece != null; piece = next(upstream)) {
            write(held);
            held = piece;
            keep(copy, piece);
        }
        body(copy.toByteArray());
        write(held);
        inference.written();
    }

    /// An error, kept free of the key that we sent; an upstream that echoes it is not our client's.
    private void failure(UpstreamResponse upstream, byte[] first) throws UpstreamException {
        var copy = new ByteArrayOutputStream();
        for (byte[] piece = first; piece != null; piece = next(upstream)) {
            copy.writeBytes(piece);
            if (copy.size() > MOST_ERROR) {
                throw new UpstreamException(
                        Kind.TOO_LARGE, "the upstream's error is too large", null);
            }
        }
        byte[] clean = redaction.clean(copy.toByteArray());
        exchange.response().contentLength(clean.length);
        body(clean);
        write(clean);
    }

    private void keep(ByteArrayOutputStream copy, byte[] piece) {
        if (copy.size() + piece.length > MOST_READ) {
            inference.answer().unread("a body too large to read");
        } else {
            copy.writeBytes(piece);
        }
    }

    private void announce(UpstreamResponse upstream, byte[] first) {
        var length = upstream.first("content-length").orElse("");
        if (first.length > 0 && LENGTH.matcher(length).matches()) {
            exchange.response().contentLength(Long.parseLong(length));
        }
    }

    private void body(byte[] bytes) {
        var json = Json.answer(bytes);
        if (json.isPresent()) {
            guard(() -> reader.body(json.get()));
        } else {
            inference.answer().unread("a body that is not a JSON object");
        }
        inference.end();
    }

    /// A body compressed against our wish: relayed as it is, and read through a decoder before it
    /// is written. Frames cannot be hidden in it.
    private void encoded(UpstreamResponse upstream, String encoding, byte[] first)
            throws UpstreamException {
        announce(upstream, first);
        boolean events = upstream.first("content-type").orElse("").startsWith(EVENTS);
        try (var sink = new EncodedAnswer(encoding, this::observe, this::body, MOST_READ)) {
            byte[] held = {};
            for (byte[] piece = first; piece != null; piece = next(upstream)) {
                write(held);
                held = piece;
                if (!sink.offer(piece, events)) {
                    inference.answer().unread("content encoding " + encoding);
                }
                if (events) {
                    write(held);
                    held = new byte[0];
                }
                inference.written();
            }
            sink.finish(events);
            inference.end();
            write(held);
            inference.written();
        }
    }

    private byte @Nullable [] next(UpstreamResponse upstream) throws UpstreamException {
        int count = read(upstream.body(), buffer);
        return count < 0 ? null : Arrays.copyOf(buffer, count);
    }

    private int read(InputStream in, byte[] target) throws UpstreamException {
        try {
            return in.read(target);
        } catch (UpstreamException e) {
            throw e;
        } catch (IOException e) {
            throw new UpstreamException(Kind.RESET, "reading the answer failed", e);
        }
    }

    private void write(byte[] bytes) throws UpstreamException {
        if (bytes.length == 0) {
            return;
        }
        try {
            if (out == null) {
                out = exchange.response().outputStream();
            }
            started = true;
            out.write(bytes);
            out.flush();
        } catch (IOException | RuntimeException e) {
            // The server reports a closed connection by exceptions of several kinds.
            throw new UpstreamException(Kind.CLIENT_GONE, "the client left", e);
        }
    }

    private void close() throws UpstreamException {
        try {
            if (out == null) {
                exchange.response().send();
            } else {
                out.close();
            }
        } catch (IOException | RuntimeException e) {
            // The server reports a closed connection by exceptions of several kinds.
            throw new UpstreamException(Kind.CLIENT_GONE, "the client left", e);
        }
    }

    private void guard(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | StackOverflowError e) {
            inference.answer().unread("a fault of the reader");
            LOG.log(System.Logger.Level.WARNING, "reading an answer failed; the relay goes on", e);
        }
    }
}
