package dev.spangate.gateway;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// The YAML file as a tree, with `${NAME}` and `${NAME:-default}` replaced in values.
///
/// Replacement happens in the parsed tree, so a variable's value is never read as YAML. `$${`
/// stands for a literal `${`; names with a dot (`${header.x-team}`) belong to other features and
/// stay.
///
/// @param tree the configuration, an empty mapping for an empty file
/// @param secrets values that must be shown nowhere
record ConfigFile(JsonNode tree, Set<String> secrets) {
    private static final ObjectMapper YAML =
            YAMLMapper.builder(
                            YAMLFactory.builder()
                                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                    .build())
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();
    private static final Pattern VARIABLE =
            Pattern.compile("\\$(\\$?)\\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?}");

    /// Our own keys that hold credentials; Langfuse's public key is none.
    private static final Pattern SECRET_KEY =
            Pattern.compile(
                    "(?i)(api-?|secret-?|secret-access-)?key|(.*-)?(token|secret|password)");

    /// Names that others gave: headers, variables of a child, variables of our own environment.
    private static final Pattern SECRET_NAME =
            Pattern.compile(
                    "(?i)(?!.*public[-_]?key$).*(key|token|secret|passw|auth|cookie|credential).*");

    private static final Set<String> FOREIGN_NAMES = Set.of("headers", "env");
    private static final int SHORTEST_SECRET = 8;

    ConfigFile {
        secrets = Set.copyOf(secrets);
    }

    static ConfigFile read(Path file, Map<String, String> environment) {
        try {
            return parse(file.toString(), Files.readString(file), environment);
        } catch (NoSuchFileException _) {
            throw new ConfigException(file + ": there is no such file");
        } catch (MalformedInputException _) {
            throw new ConfigException(file + ": is not UTF-8 text");
        } catch (IOException e) {
            throw new ConfigException(file + ": cannot be read: " + e.getMessage());
        }
    }

    static ConfigFile parse(String name, String yaml, Map<String, String> environment) {
        JsonNode tree;
        try {
            tree = YAML.readTree(yaml);
        } catch (JacksonException e) {
            var at = e.getLocation();
            throw new ConfigException(
                    "%s: line %d, column %d: %s"
                            .formatted(
                                    name,
                                    at.getLineNr(),
                                    at.getColumnNr(),
                                    firstLine(e.getOriginalMessage())));
        }
        if (tree == null || tree.isNull() || tree.isMissingNode()) {
            tree = JsonNodeFactory.instance.objectNode();
        }
        if (!tree.isObject()) {
            throw new ConfigException(name + ": must be a mapping of keys, such as `llm:`");
        }
        var substitution = new Substitution(environment);
        var resolved = substitution.resolve("", PastedServers.merged(tree));
        if (!substitution.missing.isEmpty()) {
            throw new ConfigException(String.join("\n", substitution.missing));
        }
        var secrets = new TreeSet<>(substitution.secrets);
        collectSecrets(resolved, SECRET_KEY, secrets);
        return new ConfigFile(resolved, secrets);
    }

    /// The credentials of a part of a configuration.
    static Set<String> secretsIn(JsonNode node) {
        var found = new TreeSet<String>();
        collectSecrets(node, SECRET_KEY, found);
        return found;
    }

    /// Both, without values too short to be replaced anywhere.
    static Set<String> together(Set<String> some, Set<String> others) {
        var all = new TreeSet<>(some);
        others.forEach(value -> addSecret(value, all));
        return all;
    }

    /// What stands at a key that looks like a credential's.
    private static void collectSecrets(JsonNode node, Pattern names, Set<String> found) {
        node.properties()
                .forEach(entry -> {
                    var value = entry.getValue();
                    if (value.isString() && names.matcher(entry.getKey()).matches()) {
                        addSecret(value.asString(), found);
                    }
                    boolean foreign = FOREIGN_NAMES.contains(entry.getKey());
                    collectSecrets(value, foreign ? SECRET_NAME : SECRET_KEY, found);
                });
        if (node.isArray()) {
            node.forEach(element -> collectSecrets(element, names, found));
        }
    }

    private static void addSecret(String value, Set<String> found) {
        var bare = value.replaceFirst("^(?i:bearer|basic) +", "");
        if (bare.length() >= SHORTEST_SECRET) {
            found.add(bare);
        }
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("not YAML").strip();
    }

    /// Replaces variables below a node; remembers every one that is not set.
    private static final class Substitution {
        private final Map<String, String> environment;
        private final List<String> missing = new ArrayList<>();
        private final Set<String> secrets = new TreeSet<>();

        Substitution(Map<String, String> environment) {
            this.environment = environment;
        }

        JsonNode resolve(String path, JsonNode node) {
            if (node.isObject()) {
                ObjectNode copy = JsonNodeFactory.instance.objectNode();
                node.properties()
                        .forEach(entry ->
                                copy.set(
                                        entry.getKey(),
                                        resolve(
                                                path.isEmpty()
                                                        ? entry.getKey()
                                                        : path + "." + entry.getKey(),
                                                entry.getValue())));
                return copy;
            }
            if (node.isArray()) {
                ArrayNode copy = JsonNodeFactory.instance.arrayNode();
                for (int i = 0; i < node.size(); i++) {
                    copy.add(resolve(path + "[" + i + "]", node.get(i)));
                }
                return copy;
            }
            return node.isString()
                    ? JsonNodeFactory.instance.stringNode(replace(path, node.asString()))
                    : node;
        }

        private String replace(String path, String text) {
            return VARIABLE.matcher(text)
                    .replaceAll(found -> Matcher.quoteReplacement(value(path, found)));
        }

        private String value(String path, java.util.regex.MatchResult found) {
            if (!found.group(1).isEmpty()) {
                return found.group().substring(1);
            }
            if (path.startsWith("telemetry.attributes.") && found.group(2).equals("caller")) {
                return found.group(); // each request's own
            }
            var value = environment.get(found.group(2));
            if (value != null && !value.isEmpty()) {
                if (SECRET_NAME.matcher(found.group(2)).matches()) {
                    addSecret(value, secrets);
                }
                return value;
            }
            if (found.group(3) != null) {
                return found.group(3);
            }
            missing.add(
                    "%s: the environment variable %s is not set; set it, or give a default: ${%s:-…}"
                            .formatted(path, found.group(2), found.group(2)));
            return "";
        }
    }
}
