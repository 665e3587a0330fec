package dev.spangate.llm;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/// Reads and writes JSON of people we do not know: bounded, and numbers stay what they are.
final class Json {
    private static final JsonFactory FACTORY =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(300)
                                    .maxNumberLength(2000)
                                    .maxNameLength(10_000)
                                    .maxStringLength(64 << 20)
                                    .build())
                    .build();
    private static final JsonMapper LENIENT =
            JsonMapper.builder(FACTORY)
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                    .build();

    /// Two keys of one name mean one thing to us and perhaps another to the upstream.
    private static final JsonMapper STRICT =
            LENIENT.rebuild().enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY).build();

    private static final Pattern LOW_CARDINALITY = Pattern.compile("[A-Za-z][A-Za-z0-9_.-]{0,63}");

    private Json() {}

    /// A request's object, or empty: not JSON, not UTF-8, too deep, or with a key twice.
    static Optional<JsonNode> request(byte[] body) {
        boolean oneByteEach = body.length < 2 || (body[0] != 0 && body[1] != 0);
        return oneByteEach && isUtf8(body) ? read(STRICT, body) : Optional.empty();
    }

    /// Strictly: the parser takes a character in more bytes than it needs, others may read it as
    /// something else.
    private static boolean isUtf8(byte[] body) {
        int plain = 0;
        while (plain < body.length && body[plain] >= 0) {
            plain++;
        }
        var rest = ByteBuffer.wrap(body, plain, body.length - plain);
        var decoder = StandardCharsets.UTF_8.newDecoder();
        var chars = CharBuffer.allocate(Math.min(8192, rest.remaining() + 1));
        while (rest.hasRemaining()) {
            if (decoder.decode(rest, chars, true).isError()) {
                return false;
            }
            chars.clear();
        }
        return true;
    }

    /// An upstream's object, or empty.
    static Optional<JsonNode> answer(byte[] body) {
        return read(LENIENT, body);
    }

    /// An object in a text, or empty.
    static Optional<JsonNode> object(String text) {
        try {
            return Optional.of(LENIENT.readTree(text)).filter(JsonNode::isObject);
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    private static Optional<JsonNode> read(JsonMapper mapper, byte[] body) {
        try {
            return Optional.of(mapper.readTree(body)).filter(JsonNode::isObject);
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    static String write(JsonNode node) {
        return LENIENT.writeValueAsString(node);
    }

    static byte[] writeBytes(JsonNode node) {
        return LENIENT.writeValueAsBytes(node);
    }

    static JsonNodeFactory nodes() {
        return JsonNodeFactory.instance;
    }

    /// The text at a key, empty where there is none.
    static String text(JsonNode node, String key) {
        return node.path(key).asString("");
    }

    /// The text at a key, null where there is none or it is empty.
    static @Nullable String textOrNull(JsonNode node, String key) {
        String text = text(node, key);
        return text.isEmpty() ? null : text;
    }

    static long count(JsonNode node, String key) {
        return Math.max(0, node.path(key).asLong(0));
    }

    /// What the provider calls an error: a documented word, else any, else what is given.
    static String errorType(JsonNode error, String otherwise) {
        var words = Stream.of("code", "type", "status").map(key -> word(error.path(key))).toList();
        return words.stream()
                .filter(word -> ErrorTypes.known(word) != null)
                .findFirst()
                .or(() ->
                        words.stream()
                                .filter(word -> LOW_CARDINALITY.matcher(word).matches())
                                .findFirst())
                .orElse(otherwise);
    }

    private static String word(JsonNode code) {
        return code.isIntegralNumber()
                ? code.toString()
                : code.isString() ? code.stringValue() : "";
    }
}
