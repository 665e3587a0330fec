package dev.spangate.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigReloadTest {
    @TempDir Path folder;
    private Path file;
    private final List<GatewayConfig> taken = new ArrayList<>();

    @BeforeEach
    void write() throws IOException {
        file = folder.resolve("spangate.yaml");
        Files.writeString(file, "name: first\n");
    }

    @Test
    void aChangeIsTakenUpOnce() throws IOException {
        var watch = ConfigWatch.idle(file, GatewayConfig.load(file), taken::add);
        Files.writeString(file, "name: second\n");

        assertThat(watch.look()).isTrue();
        assertThat(watch.look()).isFalse();
        assertThat(taken).extracting(GatewayConfig::name).containsExactly("second");
    }

    @Test
    void theLastGoodConfigurationStaysThroughBrokenAndMissingFiles() throws IOException {
        var watch = ConfigWatch.idle(file, GatewayConfig.load(file), taken::add);

        Files.writeString(file, "name: [broken\n");
        assertThat(watch.look()).isFalse();
        Files.writeString(file, "nme: typo\n");
        assertThat(watch.look()).isFalse();
        Files.delete(file);
        assertThat(watch.look()).isFalse();
        Files.writeString(file, "name: repaired\n");
        assertThat(watch.look()).isTrue();

        assertThat(taken).extracting(GatewayConfig::name).containsExactly("repaired");
    }

    @Test
    void aFileRenamedOverItCountsAndAComplaintOfTheTakerKeepsTheOld() throws IOException {
        var watch =
                ConfigWatch.idle(
                        file,
                        GatewayConfig.load(file),
                        config -> {
                            if (config.name().equals("refused")) {
                                throw new IllegalStateException("no");
                            }
                            taken.add(config);
                        });
        var other = Files.writeString(folder.resolve("new.yaml"), "name: refused\n");
        Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
        assertThat(watch.look()).isFalse();

        Files.writeString(file, "name: third\n");
        assertThat(watch.look()).isTrue();
        assertThat(taken).extracting(GatewayConfig::name).containsExactly("third");
    }

    @Test
    void theThreadSeesAChangeByItself() throws Exception {
        var seen = new ArrayBlockingQueue<GatewayConfig>(1);
        try (var _ = ConfigWatch.start(file, GatewayConfig.load(file), seen::add)) {
            Files.writeString(file, "name: second\n");

            assertThat(seen.poll(30, TimeUnit.SECONDS)).isNotNull();
        }
    }

    @Test
    void changesNamePathsAndNeverValues() {
        var before = GatewayConfig.parse("name: a\nmcp: {servers: {x: {command: c}}}", Map.of());
        var after =
                GatewayConfig.parse(
                        """
                        name: b
                        listen: {port: 1}
                        mcp: {servers: {x: {command: c2}, y: {command: d, env: {T: canary-value}}}}
                        """,
                        Map.of());

        var changes = ConfigDiff.between(before.tree(), after.tree());

        assertThat(changes)
                .containsExactly(
                        "name changed",
                        "listen added",
                        "mcp.servers.x.command changed",
                        "mcp.servers.y added");
        assertThat(ConfigDiff.needingRestart(changes))
                .containsExactly("name changed", "listen added");
        assertThat(ConfigDiff.between(after.tree(), before.tree()))
                .contains("listen removed", "mcp.servers.y removed");
    }
}
