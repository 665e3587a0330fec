package dev.spangate.telemetry;

import dev.spangate.telemetry.ByteSink.Tag;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/// Reads what [ByteSink] put together. Whatever does not fit is an [IllegalStateException] or a
/// [java.nio.BufferUnderflowException], never an endless read.
record ByteSource(ByteBuffer bytes) {
    int number() {
        return bytes.getInt();
    }

    long longNumber() {
        return bytes.getLong();
    }

    boolean flag() {
        return bytes.get() != 0;
    }

    @Nullable String optionalText() {
        int length = bytes.getInt();
        if (length < 0) {
            return null;
        }
        if (length > bytes.remaining()) {
            throw new IllegalStateException("a text of %d bytes does not fit".formatted(length));
        }
        var text =
                new String(
                        bytes.array(),
                        bytes.arrayOffset() + bytes.position(),
                        length,
                        StandardCharsets.UTF_8);
        bytes.position(bytes.position() + length);
        return text;
    }

    /// The text of a checkpoint, behind the position that only the journal needs.
    String checkpoint() {
        longNumber();
        return compressed();
    }

    /// What [ByteSink#putCompressed] wrote.
    String compressed() {
        int length = bytes.getInt();
        if (length < 0 || length > bytes.remaining()) {
            throw new IllegalStateException("%d compressed bytes do not fit".formatted(length));
        }
        var in =
                new ByteArrayInputStream(
                        bytes.array(), bytes.arrayOffset() + bytes.position(), length);
        bytes.position(bytes.position() + length);
        try (var text = new InflaterInputStream(in)) {
            return new String(text.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("a text that cannot be decompressed", e);
        }
    }

    String text() {
        String text = optionalText();
        if (text == null) {
            throw new IllegalStateException("a text is missing");
        }
        return text;
    }

    List<String> texts() {
        int count = count();
        var texts = new ArrayList<String>(count);
        for (int i = 0; i < count; i++) {
            texts.add(text());
        }
        return texts;
    }

    Map<String, Object> map() {
        int count = count();
        var map = HashMap.<String, Object>newHashMap(count);
        for (int i = 0; i < count; i++) {
            map.put(text(), value());
        }
        return map;
    }

    /// Of numbers alone.
    <N extends Number> Map<String, N> numbers(Class<N> type) {
        var numbers = new HashMap<String, N>();
        map().forEach((key, value) -> numbers.put(key, type.cast(value)));
        return numbers;
    }

    private Object value() {
        int tag = bytes.get();
        return switch (tag) {
            case Tag.TEXT -> text();
            case Tag.LONG -> bytes.getLong();
            case Tag.DOUBLE -> bytes.getDouble();
            case Tag.TRUE -> true;
            case Tag.FALSE -> false;
            case Tag.TEXTS -> texts();
            default -> throw new IllegalStateException("unknown value of type " + tag);
        };
    }

    private int count() {
        int count = bytes.getInt();
        if (count < 0 || count > bytes.remaining()) {
            throw new IllegalStateException("%d entries do not fit".formatted(count));
        }
        return count;
    }
}
