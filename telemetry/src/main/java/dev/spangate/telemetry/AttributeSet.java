package dev.spangate.telemetry;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Attributes under construction; what is null is left out. Not thread-safe.
final class AttributeSet {
    private final AttributesBuilder builder = Attributes.builder();

    AttributeSet put(String key, @Nullable String value) {
        if (value != null) {
            builder.put(AttributeKey.stringKey(key), value);
        }
        return this;
    }

    AttributeSet put(String key, long value) {
        builder.put(AttributeKey.longKey(key), value);
        return this;
    }

    AttributeSet put(String key, double value) {
        builder.put(AttributeKey.doubleKey(key), value);
        return this;
    }

    AttributeSet put(String key, boolean value) {
        builder.put(AttributeKey.booleanKey(key), value);
        return this;
    }

    AttributeSet put(String key, List<String> values) {
        if (!values.isEmpty()) {
            builder.put(AttributeKey.stringArrayKey(key), values);
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
