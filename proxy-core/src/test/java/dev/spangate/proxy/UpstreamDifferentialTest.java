package dev.spangate.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Our own client against `java.net.http`, on the same bytes: it is the oracle of what is HTTP.
class UpstreamDifferentialTest {
    private static final Timeouts LIMITS =
            new Timeouts(
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(20));

    private final Upstream ours = new PlainUpstream();
    private final Upstream oracle = new JavaHttpUpstream();

    @AfterEach
    void close() {
        ours.close();
        oracle.close();
    }

    /// What came of an exchange; the body as far as it came.
    private record Seen(int status, String body, boolean whole, List<String> fields) {
        Seen with(String text) {
            return new Seen(status, text, whole, fields);
        }
    }

    @Test
    void validAnswersAreReadAlikeHoweverTheirBytesArrive() throws Exception {
        var random = new Random(1);
        for (int i = 0; i < 150; i++) {
            var answer = validAnswer(random);
            var pieces = cut(answer, random);
            var expected = seen(oracle, pieces);

            assertThat(seen(ours, pieces)).as(answer).isEqualTo(expected);
            assertThat(expected.whole()).as(answer).isTrue();
        }
    }

    @Test
    void anAnswerThatIsCutAnywhereGivesItsBeginningBeforeItFails() throws Exception {
        var random = new Random(2);
        for (int i = 0; i < 150; i++) {
            var answer = validAnswer(random);
            var cut = answer.substring(0, random.nextInt(answer.length()));
            var expected = seen(oracle, List.of(cut));

            var got = seen(ours, List.of(cut));

            assertThat(got.whole()).as(cut).isEqualTo(expected.whole());
            assertThat(got.body()).as(cut).startsWith(expected.body()); // it may forget the last
            assertThat(seen(oracle, List.of(answer)).body()).startsWith(got.body());
        }
    }

    /// One byte changed: where the oracle refuses, we may be stricter or as lenient, but where both
    /// take it for whole, they have read the same.
    @Test
    void anAnswerWithAWrongByteIsNeverReadAsAnother() throws Exception {
        var random = new Random(3);
        for (int i = 0; i < 200; i++) {
            var answer = new StringBuilder(validAnswer(random));
            answer.setCharAt(random.nextInt(answer.length()), (char) (1 + random.nextInt(126)));
            var expected = seen(oracle, List.of(answer.toString()));

            var got = seen(ours, List.of(answer.toString()));

            if (got.whole() && expected.whole()) {
                assertThat(got.body()).as(answer.toString()).isEqualTo(expected.body());
                assertThat(got.status()).isEqualTo(expected.status());
            }
        }
    }

    private static String validAnswer(Random random) {
        var head = new StringBuilder("HTTP/1.1 ");
        head.append(200 + random.nextInt(400)).append(random.nextBoolean() ? " Fine\r\n" : " \r\n");
        for (int i = random.nextInt(4); i > 0; i--) {
            head.append("X-Some-").append(i).append(":").repeat(" ", random.nextInt(3));
            head.append("v").append(random.nextInt(1000)).append("\r\n");
        }
        var body = new StringBuilder();
        for (int i = random.nextInt(3000); i > 0; i--) {
            body.append((char) (' ' + random.nextInt(90)));
        }
        String status = head.substring(9, 12);
        if (status.equals("204") || status.equals("304") || status.equals("205")) {
            return head.append("\r\n").toString();
        }
        return switch (random.nextInt(3)) {
            case 0 -> head.append("Content-Length: ").append(body.length()) + "\r\n\r\n" + body;
            case 1 -> head.append("Transfer-Encoding: chunked\r\n\r\n") + chunks(body, random);
            default -> head.append("\r\n").append(body).toString();
        };
    }

    private static String chunks(CharSequence body, Random random) {
        var chunks = new StringBuilder();
        for (int at = 0; at < body.length(); ) {
            int size = Math.min(body.length() - at, 1 + random.nextInt(500));
            chunks.append(Integer.toHexString(size)).append("\r\n");
            chunks.append(body, at, at + size).append("\r\n");
            at += size;
        }
        return chunks.append("0\r\n\r\n").toString();
    }

    private static List<String> cut(String answer, Random random) {
        var pieces = new ArrayList<String>();
        for (int at = 0; at < answer.length(); ) {
            int size = Math.min(answer.length() - at, 1 + random.nextInt(700));
            pieces.add(answer.substring(at, at + size));
            at += size;
        }
        return pieces;
    }

    /// Each on a connection of its own, closed behind the last byte.
    private static Seen seen(Upstream upstream, List<String> pieces) throws IOException {
        try (var server =
                new RawServer(client -> {
                    client.getInputStream().readNBytes(2);
                    for (var piece : pieces) {
                        RawServer.send(client, piece);
                    }
                })) {
            var request =
                    new UpstreamRequest(
                            "POST",
                            server.uri("/"),
                            List.of(),
                            "{}".getBytes(StandardCharsets.UTF_8),
                            LIMITS,
                            new Abort());
            return seen(upstream, request);
        }
    }

    private static Seen seen(Upstream upstream, UpstreamRequest request) {
        var body = new ByteArrayOutputStream();
        try (var response = upstream.send(request)) {
            var fields =
                    response.fields().stream()
                            .map(field -> field.name() + "=" + field.value())
                            .sorted()
                            .toList();
            return new Seen(response.status(), "", copied(response, body), fields)
                    .with(body.toString(StandardCharsets.ISO_8859_1));
        } catch (UpstreamException e) {
            return new Seen(0, "", false, List.of());
        }
    }

    private static boolean copied(UpstreamResponse response, ByteArrayOutputStream body) {
        try {
            response.body().transferTo(body);
            return true;
        } catch (IOException broken) {
            return false;
        }
    }
}
