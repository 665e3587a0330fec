package dev.spangate.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// The published schema, the published example and the reader say the same.
class ConfigSchemaTest {
    private static final Map<String, String> ENVIRONMENT =
            Map.ofEntries(
                    Map.entry("SPANGATE_ADMIN_TOKEN", "operator-token"),
                    Map.entry("OPENAI_API_KEY", "sk-0123456789"),
                    Map.entry("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
                    Map.entry("AWS_SECRET_ACCESS_KEY", "aws-0123456789"),
                    Map.entry("AWS_SESSION_TOKEN", "aws-token-0123456789"),
                    Map.entry("MCP_TOKEN", "mcp-0123456789"),
                    Map.entry("CRM_CLIENT_SECRET", "crm-0123456789"),
                    Map.entry("LANGFUSE_PUBLIC_KEY", "pk-lf-1"),
                    Map.entry("LANGFUSE_SECRET_KEY", "sk-lf-1"),
                    Map.entry("OTLP_KEY", "otlp-0123456789"),
                    Map.entry("REDIS_PASSWORD", "redis-0123456789"),
                    Map.entry("TEAM_A_KEY", "sgk_0123456789abcdef"));

    private static JsonNode schema;
    private static ObjectNode example;

    @BeforeAll
    static void readBoth() throws IOException {
        var docs = Path.of(System.getProperty("spangate.root", ".."), "docs");
        schema =
                JsonMapper.shared()
                        .readTree(Files.readString(docs.resolve("spangate.schema.json")));
        example =
                (ObjectNode)
                        YAMLMapper.shared()
                                .readTree(Files.readString(docs.resolve("spangate.example.yaml")));
    }

    @Test
    void theExampleIsAValidConfiguration() {
        var config = load(example);

        assertThat(config.name()).isEqualTo("my-gateway");
        assertThat(config.llm().models()).containsOnlyKeys("fast", "split");
        assertThat(config.mcp().servers())
                .containsOnlyKeys(
                        "files",
                        "remote",
                        "crm",
                        "pasted",
                        "spangate-verify"); // the last of `verify`
        assertThat(config.callers()).hasSize(1);
    }

    @Test
    void theExampleUsesOnlyKeysOfTheSchema() {
        assertThat(unknownKeys("", example, schema)).isEmpty();
    }

    /// Free-form prices are read from a table of their own, and never stand in the example.
    @Test
    void theExampleUsesEveryKeyOfTheSchema() {
        var missing = new TreeSet<String>();
        collectUnused("", schema, List.of(example), missing);
        missing.removeAll(Set.of("llm.prices", "llm.price-file"));

        assertThat(missing).isEmpty();
    }

    /// One test per mapping of the example: a key more is refused with its path.
    @TestFactory
    List<DynamicTest> aKeyThatTheSchemaDoesNotHaveIsRefusedEverywhere() {
        var tests = new ArrayList<DynamicTest>();
        for (var pointer : closedMappings("", example, schema)) {
            tests.add(
                    DynamicTest.dynamicTest(
                            pointer.isEmpty() ? "top" : pointer,
                            () -> {
                                var changed = example.deepCopy();
                                var mapping =
                                        pointer.isEmpty()
                                                ? changed
                                                : (ObjectNode) changed.at(pointer);
                                mapping.put("unheard-of", "x");
                                assertThatThrownBy(() -> load(changed))
                                        .isInstanceOf(ConfigException.class)
                                        .hasMessageContaining("unheard-of");
                            }));
        }
        assertThat(tests).hasSizeGreaterThan(20);
        return tests;
    }

    private static GatewayConfig load(JsonNode tree) {
        return GatewayConfig.parse(YAMLMapper.shared().writeValueAsString(tree), ENVIRONMENT);
    }

    private static List<String> unknownKeys(String path, JsonNode value, JsonNode rule) {
        var unknown = new ArrayList<String>();
        var items = rule.has("items") ? rule.get("items") : arrayRule(rule);
        if (value.isArray() && items != null) {
            value.forEach(element -> unknown.addAll(unknownKeys(path + "[]", element, items)));
        } else if (value.isObject()) {
            value.properties()
                    .forEach(entry -> {
                        var inner = path + "/" + entry.getKey();
                        var next = ruleOf(rule, entry.getKey());
                        if (next == null) {
                            unknown.add(inner);
                        } else {
                            unknown.addAll(unknownKeys(inner, entry.getValue(), next));
                        }
                    });
        }
        return unknown;
    }

    private static List<String> closedMappings(String pointer, JsonNode value, JsonNode rule) {
        var closed = new ArrayList<String>();
        var items = rule.has("items") ? rule.get("items") : arrayRule(rule);
        if (value.isArray() && items != null) {
            for (int i = 0; i < value.size(); i++) {
                closed.addAll(closedMappings(pointer + "/" + i, value.get(i), items));
            }
        } else if (value.isObject()) {
            var object = objectRule(rule);
            if (object.path("additionalProperties").isBoolean()) {
                closed.add(pointer);
            }
            value.properties()
                    .forEach(entry -> {
                        var next = ruleOf(object, entry.getKey());
                        if (next != null) {
                            closed.addAll(
                                    closedMappings(
                                            pointer + "/" + entry.getKey().replace("/", "~1"),
                                            entry.getValue(),
                                            next));
                        }
                    });
        }
        return closed;
    }

    /// Keys of the schema that none of the values at its place has.
    private static void collectUnused(
            String path, JsonNode rule, List<? extends JsonNode> values, Set<String> unused) {
        var object = objectRule(rule);
        object.path("properties")
                .properties()
                .forEach(entry -> {
                    var inner = path.isEmpty() ? entry.getKey() : path + "." + entry.getKey();
                    var present =
                            values.stream()
                                    .map(value -> value.path(entry.getKey()))
                                    .filter(value -> !value.isMissingNode())
                                    .toList();
                    if (present.isEmpty()) {
                        unused.add(inner);
                    } else {
                        collectUnused(inner, entry.getValue(), present, unused);
                    }
                });
        if (object.path("additionalProperties").isObject()) {
            var inner = values.stream().flatMap(value -> children(value).stream()).toList();
            collectUnused(path + ".*", object.get("additionalProperties"), inner, unused);
        }
        var items = rule.has("items") ? rule.get("items") : arrayRule(rule);
        if (items != null) {
            var inner =
                    values.stream()
                            .filter(JsonNode::isArray)
                            .flatMap(value -> children(value).stream())
                            .toList();
            collectUnused(path + "[]", items, inner, unused);
        }
    }

    private static List<JsonNode> children(JsonNode node) {
        var children = new ArrayList<JsonNode>();
        node.forEach(children::add);
        return children;
    }

    private static JsonNode ruleOf(JsonNode rule, String key) {
        var object = objectRule(rule);
        if (object.path("properties").has(key)) {
            return object.get("properties").get(key);
        }
        return object.path("additionalProperties").isObject()
                ? object.get("additionalProperties")
                : null;
    }

    private static JsonNode objectRule(JsonNode rule) {
        for (var choice : rule.path("anyOf")) {
            if (choice.path("type").asString("").equals("object")) {
                return choice;
            }
        }
        return rule;
    }

    private static JsonNode arrayRule(JsonNode rule) {
        for (var choice : rule.path("anyOf")) {
            if (choice.has("items")) {
                return choice.get("items");
            }
        }
        return null;
    }
}
