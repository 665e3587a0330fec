package dev.spangate.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/// `spangate why` and `spangate chains` against a gateway with traffic on both legs.
class WhyCommandTest {
    private static final String CALL = "functions.search:9a8b7c6d";

    @TempDir Path folder;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private TwoLegs legs;

    @BeforeEach
    void start() {
        legs = new TwoLegs(folder);
    }

    @AfterEach
    void stop() {
        legs.close();
    }

    @Test
    void whyTellsOfALinkInSentences() throws Exception {
        legs.asks(TwoLegs.TEAM_A, "call " + CALL + " search {}");
        legs.executes(TwoLegs.TEAM_A, "search", "{}", "\"callId\": \"" + CALL + "\"");

        assertThat(run("why", CALL)).as(err()).isZero();

        assertThat(out())
                .contains("team-a executed search at ")
                .contains("certain, by call-id.")
                .contains("Why: the client named the call.")
                .contains("The client sent: callId " + CALL + ".")
                .contains("= " + CALL)
                .doesNotContain("\u001b");
    }

    @Test
    void whyAsJsonIsTheApisDocument() throws Exception {
        legs.asks(TwoLegs.TEAM_A, "call " + CALL + " search {}");

        assertThat(run("why", "--json", CALL)).as(err()).isZero();

        assertThat(JsonMapper.shared().readTree(out()))
                .isEqualTo(legs.adminJson("/api/links/functions.search%3A9a8b7c6d"));
    }

    @Test
    void anUnknownIdFailsAndSaysWhichIdsThereAre() {
        assertThat(run("why", "nobody")).isEqualTo(1);
        assertThat(err()).contains("nothing is known of 'nobody'", "./spangate chains");
        assertThat(out()).isEmpty();
    }

    @Test
    void anIdIsWanted() {
        assertThat(run("why")).isEqualTo(64);
        assertThat(err()).contains("ID");
    }

    @Test
    void chainsNameTheCommandForWhatIsNotLinked() throws Exception {
        legs.asks(TwoLegs.TEAM_A, "call " + CALL + " fetch {}");
        legs.executes(TwoLegs.TEAM_A, "search", "{}", "");
        var span = legs.execution("search").path("spanId").asString();

        assertThat(run("chains")).as(err()).isZero();

        assertThat(out())
                .contains("not linked: no call of this tool was open")
                .contains("looked at: " + CALL)
                .contains("why: ./spangate why " + span);
        assertThat(run("why", span)).isZero();
        assertThat(out()).contains("its name does not mean this tool");
    }

    @Test
    void followShowsRunsAsTheyEndAndWaitsForAGatewayThatIsGone() throws Exception {
        var following = Thread.ofVirtual().start(() -> run("chains", "--follow"));
        legs.asks(TwoLegs.TEAM_A, "hello");
        await("chat m");
        int shownOnce = out().split("chat m", -1).length;

        legs.close();
        await("(still looking)");

        assertThat(following.isAlive()).isTrue();
        assertThat(out().split("chat m", -1)).hasSize(shownOnce);
        following.interrupt();
        following.join();
    }

    private void await(String text) throws InterruptedException {
        long until = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!out().contains(text)) {
            assertThat(System.nanoTime()).as(out() + err()).isLessThan(until);
            Thread.sleep(20);
        }
    }

    private int run(String command, String... options) {
        var all = new ArrayList<String>();
        all.add(command);
        all.addAll(List.of("--admin", legs.adminUri(), "--token", "operator-token-1"));
        all.addAll(List.of(options));
        return Main.run(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                all.toArray(String[]::new));
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
