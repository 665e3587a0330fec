package dev.spangate.proxy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// One mapping of the configuration, read key by key: a key that nobody read is unknown.
///
/// Every error is a [SettingsException] that names the path. Not thread-safe: read once, at start
/// or on reload, into records.
public final class Settings {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})\\s*(ms|s|m|h|d)");
    private static final Pattern SIZE =
            Pattern.compile("(?i)(\\d{1,12})\\s*(b|kb|kib|mb|mib|gb|gib)?");

    private final String path;
    private final JsonNode node;
    private final Set<String> read = new LinkedHashSet<>();

    private Settings(String path, JsonNode node) {
        this.path = path;
        this.node = node;
    }

    /// Reads `node`, which stands at `path`; absent or null is an empty mapping.
    public static Settings of(String path, @Nullable JsonNode node) {
        if (node == null || node.isNull() || node.isMissingNode()) {
            return new Settings(path, JsonNodeFactory.instance.objectNode());
        }
        if (!node.isObject()) {
            throw new SettingsException(path, "must be a mapping of keys to values");
        }
        return new Settings(path, node);
    }

    /// Where this mapping stands.
    public String path() {
        return path;
    }

    /// Whether the key is there and not null.
    public boolean has(String key) {
        return value(key) != null;
    }

    /// The mapping under a key, empty where the key is absent.
    public Settings child(String key) {
        return of(path(key), value(key));
    }

    /// The keys of this mapping, in order; for mappings whose keys are names.
    public List<String> keys() {
        return List.copyOf(node.propertyNames());
    }

    /// The mapping under every key of this one, in order; for mappings whose keys are names.
    public Map<String, Settings> children() {
        var children = new LinkedHashMap<String, Settings>();
        for (var key : node.propertyNames()) {
            children.put(key, child(key));
        }
        return children;
    }

    /// The mappings of a list.
    public List<Settings> list(String key) {
        var children = new ArrayList<Settings>();
        var values = array(key);
        for (int i = 0; i < values.size(); i++) {
            children.add(of(path(key) + "[" + i + "]", values.get(i)));
        }
        return children;
    }

    /// The raw value, for content whose shape is not ours.
    public Optional<JsonNode> raw(String key) {
        return Optional.ofNullable(value(key));
    }

    /// A text; numbers and booleans count as their text.
    public Optional<String> text(String key) {
        return Optional.ofNullable(value(key)).map(found -> scalar(path(key), found));
    }

    /// A text that must be there and not blank.
    public String require(String key) {
        return text(key)
                .filter(found -> !found.isBlank())
                .orElseThrow(() -> problem(key, "is required"));
    }

    /// A list of texts; one text counts as a list of one.
    public List<String> texts(String key) {
        var found = value(key);
        if (found != null && !found.isContainer()) {
            return List.of(scalar(path(key), found));
        }
        var texts = new ArrayList<String>();
        var values = array(key);
        for (int i = 0; i < values.size(); i++) {
            texts.add(scalar(path(key) + "[" + i + "]", values.get(i)));
        }
        return texts;
    }

    /// A mapping of names to texts, in order.
    public Map<String, String> textMap(String key) {
        var child = child(key);
        var texts = new LinkedHashMap<String, String>();
        for (var name : child.node.propertyNames()) {
            texts.put(name, child.text(name).orElse(""));
        }
        return texts;
    }

    /// `true` or `false`.
    public boolean flag(String key, boolean fallback) {
        return text(key)
                .map(text ->
                        switch (text) {
                            case "true" -> true;
                            case "false" -> false;
                            default -> throw problem(key, "must be true or false");
                        })
                .orElse(fallback);
    }

    /// A whole number within bounds, both included.
    public int integer(String key, int fallback, int least, int most) {
        return text(key)
                .map(
                        parsed(
                                key,
                                "must be a whole number from " + least + " to " + most,
                                text -> {
                                    int number = Integer.parseInt(text);
                                    return number < least || number > most ? null : number;
                                }))
                .orElse(fallback);
    }

    /// A number.
    public double number(String key, double fallback) {
        return text(key).map(parsed(key, "must be a number", Double::parseDouble)).orElse(fallback);
    }

    /// A duration like `250ms`, `5s`, `2m`, `1h`, `1d`.
    public Duration duration(String key, Duration fallback) {
        return text(key)
                .map(
                        parsed(
                                key,
                                "must be a duration such as 250ms, 5s, 2m, 1h",
                                Settings::duration))
                .orElse(fallback);
    }

    /// A size in bytes like `1048576`, `512KB`, `16MB`; units are powers of 1024.
    public long bytes(String key, long fallback) {
        return text(key)
                .map(parsed(key, "must be a size such as 65536, 512KB, 16MB", Settings::size))
                .orElse(fallback);
    }

    /// One of an enum's constants, written in lower case with dashes (`on-collision`).
    public <E extends Enum<E>> E oneOf(String key, Class<E> type, E fallback) {
        var words = new LinkedHashMap<String, E>();
        for (var constant : type.getEnumConstants()) {
            words.put(constant.name().toLowerCase(Locale.ROOT).replace('_', '-'), constant);
        }
        return text(key)
                .map(text -> {
                    var constant = words.get(text);
                    if (constant == null) {
                        throw problem(key, "must be one of " + String.join(", ", words.keySet()));
                    }
                    return constant;
                })
                .orElse(fallback);
    }

    /// Fails on a key that nobody read and names the nearest that somebody did.
    public void end() {
        for (var key : node.propertyNames()) {
            if (!read.contains(key)) {
                var near = nearest(key);
                throw problem(
                        key,
                        "unknown key"
                                + (near == null
                                        ? "; known: " + String.join(", ", read)
                                        : "; did you mean `" + near + "`?"));
            }
        }
    }

    /// An error at a key of this mapping.
    public SettingsException problem(String key, String problem) {
        return new SettingsException(path(key), problem);
    }

    private <T> Function<String, T> parsed(
            String key, String rule, Function<String, @Nullable T> parser) {
        return text -> {
            T result = null;
            try {
                result = parser.apply(text.strip());
            } catch (NumberFormatException _) {
                throw problem(key, rule);
            }
            if (result == null) {
                throw problem(key, rule);
            }
            return result;
        };
    }

    private static @Nullable Duration duration(String text) {
        var match = DURATION.matcher(text);
        if (!match.matches()) {
            return null;
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

    private static @Nullable Long size(String text) {
        var match = SIZE.matcher(text);
        if (!match.matches()) {
            return null;
        }
        var unit = match.group(2) == null ? "b" : match.group(2).toLowerCase(Locale.ROOT);
        int shift =
                switch (unit.charAt(0)) {
                    case 'k' -> 10;
                    case 'm' -> 20;
                    case 'g' -> 30;
                    default -> 0;
                };
        return Long.parseLong(match.group(1)) << shift;
    }

    private @Nullable JsonNode value(String key) {
        read.add(key);
        var found = node.get(key);
        return found == null || found.isNull() ? null : found;
    }

    private JsonNode array(String key) {
        var found = value(key);
        if (found == null) {
            return JsonNodeFactory.instance.arrayNode();
        }
        if (!found.isArray()) {
            throw problem(key, "must be a list");
        }
        return found;
    }

    private static String scalar(String path, JsonNode value) {
        if (value.isContainer() || value.isNull()) {
            throw new SettingsException(path, "must be a single value");
        }
        return value.asString();
    }

    private String path(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private @Nullable String nearest(String key) {
        String best = null;
        int least = Math.max(2, key.length() / 3) + 1;
        for (var known : read) {
            int distance = EditDistance.between(key, known);
            if (distance < least) {
                least = distance;
                best = known;
            }
        }
        return best;
    }
}
