package dev.spangate.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Against what protobuf's own library writes.
class WireFormatTest {
    @ParameterizedTest
    @ValueSource(
            longs = {0, 1, 127, 128, 300, 1L << 31, 1L << 56, Long.MAX_VALUE, -1, Long.MIN_VALUE})
    void integersOfEverySizeAreReadAsWritten(long value) {
        byte[] message =
                UnknownFieldSet.newBuilder()
                        .addField(
                                3,
                                UnknownFieldSet.Field.newBuilder()
                                        .addVarint(value)
                                        .addFixed64(value)
                                        .build())
                        .build()
                        .toByteArray();

        assertThat(numbers(message)).containsExactly(value, value);
    }

    @Test
    void textBytesAndMessagesAreReadAsWritten() {
        var inner =
                UnknownFieldSet.Field.newBuilder()
                        .addLengthDelimited(ByteString.copyFromUtf8("grüße"))
                        .build();
        byte[] nested = UnknownFieldSet.newBuilder().addField(2, inner).build().toByteArray();
        byte[] message =
                UnknownFieldSet.newBuilder()
                        .addField(
                                200,
                                UnknownFieldSet.Field.newBuilder()
                                        .addLengthDelimited(ByteString.copyFrom(nested))
                                        .addFixed32(7)
                                        .build())
                        .build()
                        .toByteArray();
        var seen = new ArrayList<String>();
        WireFormat.read(
                ByteBuffer.wrap(message),
                field -> {
                    seen.add(field.field() + "/" + field.number());
                    WireFormat.read(
                            field.message(),
                            inside -> seen.add(inside.text() + " " + inside.hex()));
                });

        assertThat(seen).contains("200/7", "grüße 6772c3bcc39f65");
    }

    @Test
    void anEmptyMessageHasNoFields() {
        assertThat(numbers(new byte[0])).isEmpty();
    }

    @Test
    void aRequestThatBreaksOffAnywhereIsRefusedOrShorterAndNeverWorse() {
        byte[] whole = OtlpFixture.run();
        assertThat(OtlpReader.read(whole)).hasSize(5);
        for (int length = 1; length < whole.length; length++) {
            byte[] part = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> OtlpReader.read(part))
                    .as("cut after %d bytes", length)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0b", "0c", "0f", "0affffffffff01", "08ffffffffffffffffffff01"})
    void whatIsNoFieldIsRefused(String hex) {
        byte[] message = HexFormat.of().parseHex(hex);

        assertThatThrownBy(() -> numbers(message)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void everyKindOfAttributeValueIsRead() {
        var span = OtlpReader.read(OtlpFixture.run()).getLast();

        assertThat(span.attributes()).containsEntry("list", List.of("a", "b"));
        assertThat(span.type()).isEqualTo("generation");
        assertThat(span.endNanos() - span.startNanos()).isEqualTo(39_000_000);
    }

    private static List<Long> numbers(byte[] message) {
        var numbers = new ArrayList<Long>();
        WireFormat.read(ByteBuffer.wrap(message), field -> numbers.add(field.number()));
        return numbers;
    }
}
