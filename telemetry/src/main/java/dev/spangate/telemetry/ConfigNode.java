package dev.spangate.telemetry;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A place in the YAML tree that knows its path, so that every message can name it.
record ConfigNode(String path, @Nullable JsonNode tree) {
    private static final Pattern DURATION = Pattern.compile("([0-9]+)\\s*(ms|s|m|h|d)");
    private static final Pattern BYTES = Pattern.compile("([0-9]+)\\s*(|[kKmMgG])(i?[bB])?");

    static ConfigNode of(String path, @Nullable JsonNode tree) {
        var node = new ConfigNode(path, tree == null || tree.isNull() ? null : tree);
        if (node.tree != null && !node.tree.isObject()) {
            throw new TelemetryException("%s must be a mapping of keys".formatted(path));
        }
        return node;
    }

    boolean absent() {
        return tree == null;
    }

    boolean absent(String key) {
        return get(key) == null;
    }

    String path(String key) {
        return path + "." + key;
    }

    ConfigNode child(String key) {
        return of(path(key), get(key));
    }

    /// Fails on any other key, with the nearest valid one.
    void allow(String... keys) {
        if (tree == null) {
            return;
        }
        for (String key : tree.propertyNames()) {
            if (!Arrays.asList(keys).contains(key)) {
                throw new TelemetryException(
                        "%s: unknown key; nearest valid key: %s"
                                .formatted(path(key), nearest(key, keys)));
            }
        }
    }

    List<ConfigNode> list(String key) {
        var result = new ArrayList<ConfigNode>();
        var value = get(key);
        if (value != null) {
            if (!value.isArray()) {
                throw new TelemetryException("%s must be a list".formatted(path(key)));
            }
            for (int i = 0; i < value.size(); i++) {
                result.add(of(path(key) + "[" + i + "]", value.get(i)));
            }
        }
        return result;
    }

    /// A list of texts, or one alone.
    List<String> texts(String key) {
        var value = get(key);
        if (value == null) {
            return List.of();
        }
        var result = new ArrayList<String>();
        for (var item : value.isArray() ? value : List.of(value)) {
            if (!item.isValueNode() || item.isNull()) {
                throw new TelemetryException("%s must be a list of texts".formatted(path(key)));
            }
            result.add(item.asString());
        }
        return result;
    }

    Map<String, String> strings() {
        var result = new LinkedHashMap<String, String>();
        if (tree != null) {
            for (var entry : tree.properties()) {
                if (!entry.getValue().isValueNode()) {
                    throw new TelemetryException("%s must be text".formatted(path(entry.getKey())));
                }
                result.put(entry.getKey(), entry.getValue().asString());
            }
        }
        return result;
    }

    @Nullable String optional(String key, @Nullable String otherwise) {
        var value = get(key);
        if (value == null) {
            return otherwise == null || otherwise.isBlank() ? null : otherwise;
        }
        if (!value.isValueNode()) {
            throw new TelemetryException("%s must be text".formatted(path(key)));
        }
        return value.asString().isBlank() ? null : value.asString();
    }

    String text(String key, String otherwise) {
        String value = optional(key, null);
        return value == null ? otherwise : value;
    }

    boolean flag(String key, boolean otherwise) {
        var value = get(key);
        if (value == null) {
            return otherwise;
        }
        return switch (value.asString()) {
            case "true" -> true;
            case "false" -> false;
            default ->
                    throw new TelemetryException("%s must be true or false".formatted(path(key)));
        };
    }

    double number(String key, double otherwise) {
        String value = optional(key, null);
        try {
            return value == null ? otherwise : Double.parseDouble(value);
        } catch (NumberFormatException e) {
            throw new TelemetryException("%s: '%s' is not a number".formatted(path(key), value), e);
        }
    }

    <E extends Enum<E>> E choice(String key, E otherwise) {
        String value = optional(key, null);
        if (value == null) {
            return otherwise;
        }
        var constants = otherwise.getDeclaringClass().getEnumConstants();
        for (E constant : constants) {
            if (constant.name().toLowerCase(Locale.ROOT).equals(value)) {
                return constant;
            }
        }
        throw new TelemetryException(
                "%s: '%s' is none of %s"
                        .formatted(
                                path(key),
                                value,
                                Arrays.toString(constants).toLowerCase(Locale.ROOT)));
    }

    Duration duration(String key, Duration otherwise) {
        String value = optional(key, null);
        if (value == null) {
            return otherwise;
        }
        var match = DURATION.matcher(value.strip());
        if (value.equals("0")) {
            return Duration.ZERO;
        }
        if (!match.matches()) {
            throw new TelemetryException(
                    "%s: '%s' is no duration such as 500ms, 30s, 10m, 2h or 7d"
                            .formatted(path(key), value));
        }
        long amount = Long.parseLong(match.group(1));
        return switch (match.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }

    long bytes(String key, long otherwise) {
        String value = optional(key, null);
        if (value == null) {
            return otherwise;
        }
        var match = BYTES.matcher(value.strip());
        if (!match.matches()) {
            throw new TelemetryException(
                    "%s: '%s' is no size such as 65536, 512KB, 64MB or 2GB"
                            .formatted(path(key), value));
        }
        int shift =
                switch (match.group(2).toLowerCase(Locale.ROOT)) {
                    case "k" -> 10;
                    case "m" -> 20;
                    case "g" -> 30;
                    default -> 0;
                };
        return Long.parseLong(match.group(1)) << shift;
    }

    URI url(String key, @Nullable String otherwise) {
        String value = optional(key, otherwise);
        if (value == null) {
            throw new TelemetryException("%s is missing".formatted(path(key)));
        }
        return parseUrl(path(key), value);
    }

    static URI parseUrl(String path, String value) {
        try {
            return URI.create(value.strip());
        } catch (IllegalArgumentException e) {
            throw new TelemetryException("%s: '%s' is not a URL".formatted(path, value), e);
        }
    }

    private @Nullable JsonNode get(String key) {
        var value = tree == null ? null : tree.get(key);
        return value == null || value.isNull() ? null : value;
    }

    private static String nearest(String key, String[] keys) {
        String best = keys[0];
        for (String candidate : keys) {
            if (distance(key, candidate) < distance(key, best)) {
                best = candidate;
            }
        }
        return best;
    }

    /// Levenshtein distance.
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int above = row[j];
                int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(change, Math.min(above, row[j - 1]) + 1);
                diagonal = above;
            }
        }
        return row[b.length()];
    }
}
