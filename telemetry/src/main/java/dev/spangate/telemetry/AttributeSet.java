package dev.spangate.telemetry;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Attributes under construction; what is null is left out. Not thread-safe.
final class AttributeSet {
    /// Keys are few and the same again and again; a key that is kept keeps its UTF-8 bytes, too.
    private static final Keys<String> TEXTS = new Keys<>(AttributeKey::stringKey);

    private static final Keys<Long> LONGS = new Keys<>(AttributeKey::longKey);
    private static final Keys<Double> DOUBLES = new Keys<>(AttributeKey::doubleKey);
    private static final Keys<Boolean> FLAGS = new Keys<>(AttributeKey::booleanKey);
    private static final Keys<List<String>> LISTS = new Keys<>(AttributeKey::stringArrayKey);

    private final AttributesBuilder builder = Attributes.builder();
    private final Redaction redaction;

    AttributeSet() {
        this(Redaction.NONE);
    }

    /// @param redaction what every text goes through
    AttributeSet(Redaction redaction) {
        this.redaction = redaction;
    }

    /// Keys of one type by name, bounded.
    private record Keys<T>(
            Function<String, AttributeKey<T>> made, Map<String, AttributeKey<T>> known) {
        private static final int MOST = 1_000;

        Keys(Function<String, AttributeKey<T>> made) {
            this(made, new ConcurrentHashMap<>());
        }

        AttributeKey<T> of(String name) {
            var key = known.get(name);
            if (key == null) {
                key = made.apply(name);
                if (known.size() < MOST) {
                    known.put(name, key);
                }
            }
            return key;
        }
    }

    AttributeSet put(String key, @Nullable String value) {
        if (value != null) {
            builder.put(TEXTS.of(key), redaction.apply(key, value));
        }
        return this;
    }

    AttributeSet put(String key, long value) {
        builder.put(LONGS.of(key), value);
        return this;
    }

    AttributeSet put(String key, double value) {
        builder.put(DOUBLES.of(key), value);
        return this;
    }

    AttributeSet put(String key, boolean value) {
        builder.put(FLAGS.of(key), value);
        return this;
    }

    AttributeSet put(String key, List<String> values) {
        if (!values.isEmpty()) {
            builder.put(
                    LISTS.of(key),
                    redaction.isNone()
                            ? values
                            : values.stream().map(text -> redaction.apply(key, text)).toList());
        }
        return this;
    }

    AttributeSet putAll(@Nullable Map<String, Object> values) {
        if (values != null) {
            values.forEach(this::putAny);
        }
        return this;
    }

    void putAny(String key, @Nullable Object value) {
        switch (value) {
            case null -> {
                // Nothing to say.
            }
            case String text -> put(key, text);
            case Boolean flag -> put(key, (boolean) flag);
            case Double number -> put(key, (double) number);
            case Float number -> put(key, (double) number);
            case Number number -> put(key, number.longValue());
            case List<?> list -> put(key, texts(list));
            default -> put(key, value.toString());
        }
    }

    Attributes build() {
        return builder.build();
    }

    private static List<String> texts(List<?> list) {
        var texts = new ArrayList<String>(list.size());
        for (var item : list) {
            texts.add(String.valueOf(item));
        }
        return texts;
    }
}
