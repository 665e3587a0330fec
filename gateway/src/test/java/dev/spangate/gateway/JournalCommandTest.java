package dev.spangate.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalCommandTest {
    private static final String YAML =
            """
            listen: {port: 0, access-log: false}
            admin: {port: %d, token: operator-token-1}
            telemetry:
              journal: {dir: "%s", drain: 0}
              otlp: [{name: away, endpoint: "http://127.0.0.1:9"}]
            """;

    @TempDir Path folder;
    private Gateway gateway;
    private Path file;

    @BeforeEach
    void start() throws Exception {
        var journal = folder.resolve("journal");
        gateway = Gateway.start(GatewayConfig.parse(YAML.formatted(0, journal), Map.of()));
        file = folder.resolve("spangate.yaml");
        Files.writeString(file, YAML.formatted(gateway.adminPort(), journal));
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void journalShowsFolderAndDestinations() {
        var said = run(0, "journal", "--config", file.toString());
        assertThat(said)
                .contains(folder.resolve("journal").toString())
                .contains("away (http://127.0.0.1:9)")
                .contains("nothing waits, 0 sent");
        assertThat(run(0, "journal", "--json", "--config", file.toString()))
                .contains("\"destinations\"");
    }

    @Test
    void replaySendsAgainOrSaysWhichDestinationsThereAre() {
        String config = file.toString();
        assertThat(run(0, "journal", "replay", "--to", "away", "--since", "1h", "-c", config))
                .contains("away: 0 spans sent again");
        assertThat(run(1, "journal", "replay", "--to", "mars", "--since", "1h", "-c", config))
                .contains("no destination 'mars'; there are: away");
        assertThat(run(64, "journal", "replay", "--to", "away", "--since", "soon", "-c", config))
                .contains("--since: 'soon'");
    }

    @Test
    void withoutAGatewayItSaysHowToStartOne() {
        assertThat(run(1, "journal", "--admin", "http://127.0.0.1:9"))
                .contains("no gateway answers at http://127.0.0.1:9")
                .contains("./spangate run");
    }

    @Test
    void aWrongTokenIsNamed() {
        assertThat(run(1, "journal", "--admin", "http://127.0.0.1:" + gateway.adminPort()))
                .contains("401")
                .contains("admin.token");
    }

    @Test
    void timesAreAgoOrAbsolute() {
        assertThat(JournalCommand.instant("2026-11-24T18:00:00Z"))
                .isEqualTo(Instant.parse("2026-11-24T18:00:00Z"));
        assertThat(Duration.between(JournalCommand.instant("2h"), Instant.now()))
                .isBetween(Duration.ofMinutes(119), Duration.ofMinutes(121));
        assertThatThrownBy(() -> JournalCommand.instant("yesterday"))
                .isInstanceOf(ConfigException.class);
    }

    private static String run(int code, String... arguments) {
        var bytes = new ByteArrayOutputStream();
        var out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        assertThat(Main.run(out, out, arguments)).isEqualTo(code);
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
