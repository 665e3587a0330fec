package dev.spangate.demo;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.function.Consumer;

/// The fields of one protobuf message, in order (protobuf wire format, version 3).
///
/// The demo reads five messages of OTLP; the whole runtime library would be a sixth of what is
/// shipped, and warns on every start with Java 25.
final class WireFormat {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int LENGTH = 2;
    private static final int FIXED32 = 5;

    private final ByteBuffer in;
    private int field;
    private long number;
    private ByteBuffer bytes = ByteBuffer.allocate(0);

    private WireFormat(ByteBuffer in) {
        this.in = in.order(ByteOrder.LITTLE_ENDIAN);
    }

    /// Hands every field of a message to `reader`, which asks [#field] and its value.
    ///
    /// @throws IllegalArgumentException where the bytes are no message
    static void read(ByteBuffer message, Consumer<WireFormat> reader) {
        var wire = new WireFormat(message.slice());
        try {
            while (wire.in.hasRemaining()) {
                wire.next();
                reader.accept(wire);
            }
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("the message breaks off", e);
        }
    }

    /// The number of the current field.
    int field() {
        return field;
    }

    /// Its value as an integer, whatever its size.
    long number() {
        return number;
    }

    /// Its value as a message of its own.
    ByteBuffer message() {
        return bytes.slice();
    }

    String text() {
        return StandardCharsets.UTF_8.decode(bytes.slice()).toString();
    }

    String hex() {
        byte[] copy = new byte[bytes.remaining()];
        bytes.slice().get(copy);
        return HexFormat.of().formatHex(copy);
    }

    private void next() {
        long tag = varint();
        field = Math.toIntExact(tag >>> 3);
        switch ((int) tag & 7) {
            case VARINT -> number = varint();
            case FIXED64 -> number = in.getLong();
            case FIXED32 -> number = in.getInt();
            case LENGTH -> {
                long length = varint();
                if (length < 0 || length > in.remaining()) {
                    throw new IllegalArgumentException("a field is longer than the message");
                }
                bytes = in.slice(in.position(), (int) length);
                in.position(in.position() + (int) length);
            }
            default -> throw new IllegalArgumentException("no such wire type: " + (tag & 7));
        }
    }

    private long varint() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            byte part = in.get();
            value |= (long) (part & 0x7f) << shift;
            if (part >= 0) {
                return value;
            }
        }
        throw new IllegalArgumentException("an integer is longer than 64 bits");
    }
}
