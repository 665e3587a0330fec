package dev.spangate.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigFileTest {
    @Test
    void variablesAreReplacedInValuesAlone() {
        var file = parse("a: {b: ['x-${NAME}-y']}\n'${NAME}': 1\n", Map.of("NAME", "v"));

        assertThat(file.tree().at("/a/b/0").asString()).isEqualTo("x-v-y");
        assertThat(file.tree().has("${NAME}")).isTrue();
    }

    @Test
    void aVariablesValueIsNeverReadAsYaml() {
        var file = parse("a: ${NAME}", Map.of("NAME", "1\nb: {c: $1 \\ ${OTHER}}"));

        assertThat(file.tree().get("a").asString()).isEqualTo("1\nb: {c: $1 \\ ${OTHER}}");
        assertThat(file.tree().has("b")).isFalse();
    }

    @Test
    void aDefaultStandsInForAVariableThatIsNotSetOrEmpty() {
        var file =
                parse("a: '${NAME:-x y}'\nb: '${EMPTY:-z}'\nc: '${NAME:-}'", Map.of("EMPTY", ""));

        assertThat(file.tree().get("a").asString()).isEqualTo("x y");
        assertThat(file.tree().get("b").asString()).isEqualTo("z");
        assertThat(file.tree().get("c").asString()).isEmpty();
    }

    @Test
    void everyMissingVariableIsNamedWithItsPath() {
        assertThatThrownBy(() -> parse("a: {b: ['', '${ONE}']}\nc: '${TWO}'", Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("a.b[1]: the environment variable ONE is not set")
                .hasMessageContaining("c: the environment variable TWO is not set");
    }

    @Test
    void escapedAndDottedNamesStay() {
        var file = parse("a: '$${NAME}'\nb: '${header.x-team}'\nc: '$NAME {x}'", Map.of());

        assertThat(file.tree().get("a").asString()).isEqualTo("${NAME}");
        assertThat(file.tree().get("b").asString()).isEqualTo("${header.x-team}");
        assertThat(file.tree().get("c").asString()).isEqualTo("$NAME {x}");
    }

    @Test
    void brokenYamlNamesFileLineAndColumnButShowsNoContent() {
        assertThatThrownBy(() -> parse("a: 1\nb: [secret-value", Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("test.yaml: line ")
                .hasMessageNotContaining("secret-value");
    }

    @Test
    void aKeyThatStandsTwiceIsAnError() {
        assertThatThrownBy(() -> parse("a: 1\nb: 2\na: 3\n", Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("line 3");
    }

    @Test
    void anEmptyFileIsAnEmptyConfiguration() {
        assertThat(parse("", Map.of()).tree().isEmpty()).isTrue();
        assertThat(parse("# nothing\n", Map.of()).tree().isEmpty()).isTrue();
        assertThat(parse("---\n", Map.of()).tree().isEmpty()).isTrue();
    }

    @Test
    void aListIsNoConfiguration() {
        assertThatThrownBy(() -> parse("- a\n", Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("must be a mapping");
    }

    @Test
    void credentialsAreFoundByTheKeysTheyStandAt() {
        var file =
                parse(
                        """
                        llm: {providers: {p: {api-key: "${K}", base-url: http://not-a-secret}}}
                        mcp: {servers: {s: {headers: {Authorization: "Bearer tok-12345678",
                                                      X-Team: not-a-secret},
                                            args: ["--dsn=${DB_PASSWORD}", "${HOME_DIR}"],
                                            env: {MY_API_KEY: env-12345678, MODE: production}}}}
                        linking: {call-id-keys: [not-a-secret-either]}
                        telemetry: {langfuse: {secret-key: sec-12345678, public-key: pub-12345678}}
                        admin: {token: adm-12345678}
                        callers: [{name: team-name-long, key: cal-12345678}, {key: short}]
                        """,
                        Map.of(
                                "K", "key-12345678",
                                "DB_PASSWORD", "dbp-12345678",
                                "HOME_DIR", "/home-dir"));

        assertThat(file.secrets())
                .containsExactlyInAnyOrder(
                        "key-12345678",
                        "tok-12345678",
                        "dbp-12345678",
                        "env-12345678",
                        "sec-12345678",
                        "adm-12345678",
                        "cal-12345678");
    }

    @Test
    void filesThatCannotBeReadSaySo(@TempDir Path folder) throws IOException {
        var binary = folder.resolve("binary.yaml");
        Files.write(binary, new byte[] {(byte) 0xff, (byte) 0xfe, (byte) 0xc0});

        assertThatThrownBy(() -> ConfigFile.read(folder.resolve("none.yaml"), Map.of()))
                .hasMessageContaining("none.yaml: there is no such file");
        assertThatThrownBy(() -> ConfigFile.read(binary, Map.of()))
                .hasMessageContaining("is not UTF-8");
        assertThatThrownBy(() -> ConfigFile.read(folder, Map.of()))
                .hasMessageContaining("cannot be read");
    }

    private static ConfigFile parse(String yaml, Map<String, String> environment) {
        return ConfigFile.parse("test.yaml", yaml, environment);
    }
}
