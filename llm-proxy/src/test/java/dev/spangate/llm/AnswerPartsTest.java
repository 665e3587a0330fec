package dev.spangate.llm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spangate.proxy.HttpField;
import dev.spangate.proxy.UpstreamResponse;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswerPartsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"a\":1} | 6",
                "{} | 1",
                "{\"a\":\"}\"} | 8",
                "{\"a\":\"\\\"}\"} | 10",
                "{\"a\":{\"b\":[{}]}} | 15"
            })
    void argumentsAreActionableWithTheirLastBraceAndNotBefore(String text, int last) {
        var call = new CallText(false);
        call.named("id", "f");
        String trimmed = text.stripTrailing();
        for (int i = 0; i < trimmed.length() - 1; i++) {
            call.append(trimmed.substring(i, i + 1));
            assertThat(call.actionable()).as(trimmed.substring(0, i + 1)).isFalse();
        }
        call.append(trimmed.substring(trimmed.length() - 1));
        assertThat(call.actionable()).isTrue();
        assertThat(call.rawArguments().strip()).hasSizeGreaterThan(0);
        assertThat(trimmed.length() - 1).isEqualTo(last);
    }

    @Test
    void aCallWithoutANameIsNeverReported() {
        var call = new CallText(false);
        call.append("{}");
        assertThat(call.actionable()).isFalse();
        assertThat(call.reportable()).isFalse();
    }

    @Test
    void compressedBodiesAreDecodedInWhateverPieces() throws Exception {
        byte[] plain = "data: {\"a\":1}\n\n".repeat(50).getBytes(UTF_8);
        for (String encoding : List.of("gzip", "deflate")) {
            byte[] packed = packed(encoding, plain);
            for (int piece : new int[] {1, 7, packed.length}) {
                try (var decoder = ContentDecoder.of(encoding, 1 << 20).orElseThrow()) {
                    var out = new ByteArrayOutputStream();
                    for (int at = 0; at < packed.length; at += piece) {
                        int length = Math.min(piece, packed.length - at);
                        byte[] part = java.util.Arrays.copyOfRange(packed, at, at + length);
                        out.writeBytes(decoder.decode(part, length));
                    }
                    assertThat(out.toByteArray()).isEqualTo(plain);
                }
            }
        }
        assertThat(ContentDecoder.of("br", 1)).isEmpty();
    }

    @Test
    void aBombIsNotDecodedToItsEnd() throws Exception {
        byte[] packed = packed("gzip", new byte[5_000_000]);
        try (var decoder = ContentDecoder.of("gzip", 100_000).orElseThrow()) {
            assertThatThrownBy(() -> decoder.decode(packed, packed.length))
                    .isInstanceOf(DataFormatException.class)
                    .hasMessageContaining("larger than");
        }
    }

    @Test
    void whatIsNotCompressedAsAnnouncedSaysSo() {
        try (var decoder = ContentDecoder.of("gzip", 100).orElseThrow()) {
            byte[] junk = "this is not gzip".getBytes(UTF_8);
            assertThatThrownBy(() -> decoder.decode(junk, junk.length))
                    .isInstanceOf(DataFormatException.class);
        }
    }

    private static byte[] packed(String encoding, byte[] plain) throws Exception {
        var out = new ByteArrayOutputStream();
        try (var packer =
                encoding.equals("gzip")
                        ? new GZIPOutputStream(out)
                        : new DeflaterOutputStream(out)) {
            packer.write(plain);
        }
        return out.toByteArray();
    }

    @Test
    void credentialsThatWentOutDoNotComeBack() {
        var redaction =
                Redaction.of(
                        List.of(
                                new HttpField("Authorization", "Bearer sk-very-secret"),
                                new HttpField("x-api-key", "short"),
                                new HttpField("X-Other", "not-a-credential")));
        assertThat(redaction.clean("key sk-very-secret is bad, short not-a-credential"))
                .isEqualTo("key *** is bad, short not-a-credential");
        byte[] binary = {(byte) 0xff, (byte) 0xfe, 0, 'x'};
        assertThat(redaction.clean(binary)).isSameAs(binary);
    }

    @ParameterizedTest
    @CsvSource({
        "retry-after, 3, 3000",
        "retry-after, 0.5, 500",
        "retry-after-ms, 250, 250",
        "retry-after, soon, 0",
        "retry-after, -5, 0",
        "retry-after, 999999999, 86400000",
        "x-other, 3, 0"
    })
    void patienceIsReadAsTheUpstreamAsksForIt(String header, String value, long millis) {
        assertThat(retryAfter(header, value)).isEqualTo(Duration.ofMillis(millis));
    }

    @Test
    void patienceMayBeADate() {
        var format = DateTimeFormatter.RFC_1123_DATE_TIME;
        var later = ZonedDateTime.now(ZoneOffset.UTC).plusMinutes(10);
        assertThat(retryAfter("retry-after", format.format(later)))
                .isBetween(Duration.ofMinutes(9), Duration.ofMinutes(10));
        assertThat(retryAfter("retry-after", format.format(later.minusDays(1)))).isZero();
    }

    private static Duration retryAfter(String header, String value) {
        return RetryAfter.of(
                new UpstreamResponse(
                        429,
                        List.of(new HttpField(header, value)),
                        InputStream.nullInputStream(),
                        () -> {}));
    }
}
