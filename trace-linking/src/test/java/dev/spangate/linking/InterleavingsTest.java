package dev.spangate.linking;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Two agents under one key, with the same tools, prompts and arguments, in every order of their
/// five events each: the matcher may stay silent but is never wrong.
final class InterleavingsTest {
    private static final int EVENTS = 5;

    /// How alike the two agents are.
    private enum Likeness {
        OWN_IDS_OWN_RESULTS,
        OWN_IDS_EQUAL_RESULTS,
        EQUAL_IDS_OWN_RESULTS,
        EQUAL_IDS_EQUAL_RESULTS
    }

    @Test
    void noneOfThe252OrdersLinksWrongly() {
        for (var likeness : Likeness.values()) {
            int links = 0;
            for (var order : orders()) {
                links += play(order, likeness);
            }
            if (likeness == Likeness.OWN_IDS_OWN_RESULTS) {
                assertThat(links).as("links of %s", likeness).isEqualTo(2 * 252);
            }
        }
    }

    private static List<List<Integer>> orders() {
        List<List<Integer>> found = new ArrayList<>();
        for (int bits = 0; bits < 1 << (2 * EVENTS); bits++) {
            if (Integer.bitCount(bits) == EVENTS) {
                List<Integer> order = new ArrayList<>();
                for (int i = 0; i < 2 * EVENTS; i++) {
                    order.add(bits >> i & 1);
                }
                found.add(order);
            }
        }
        assertThat(found).hasSize(252);
        return found;
    }

    private static int play(List<Integer> order, Likeness likeness) {
        var stage = new Stage().expose("/mcp", "search");
        var players = List.of(new Player(stage, 0, likeness), new Player(stage, 1, likeness));
        for (int who : order) {
            players.get(who).next();
        }
        stage.pass(11 * 60_000);
        int links = 0;
        for (var player : players) {
            var release = stage.recorded.released(player.execution.span());
            for (var link : release.links()) {
                if (link.attributes().containsKey("spangate.link.method")) {
                    links++;
                    assertThat(link.spanId())
                            .as("%s %s\n%s", likeness, order, stage.recorded)
                            .isEqualTo(player.first.span().spanId());
                }
            }
        }
        long withdrawn =
                stage.recorded.records.stream()
                        .filter(JournalRecord.Withdrawn.class::isInstance)
                        .count();
        assertThat(stage.recorded.drafts())
                .hasSize(stage.recorded.releases().size() + (int) withdrawn);
        assertThat(stage.linker.stats().faults()).isZero();
        return links;
    }

    private static final class Player {
        final Stage.Agent agent;
        final String id;
        final String result;
        InferenceRecording first;
        InferenceRecording second;
        ToolRecording execution;
        int event;

        Player(Stage stage, int number, Likeness likeness) {
            agent = stage.agent("shared").system("You search.").says("Find it.");
            boolean ownIds =
                    likeness == Likeness.OWN_IDS_OWN_RESULTS
                            || likeness == Likeness.OWN_IDS_EQUAL_RESULTS;
            boolean ownResults =
                    likeness == Likeness.OWN_IDS_OWN_RESULTS
                            || likeness == Likeness.EQUAL_IDS_OWN_RESULTS;
            id = ownIds ? "call_" + "x9k2m4p7q1" + number : "call_0";
            result = ownResults ? "a result of its own, number " + number : "ok";
        }

        void next() {
            switch (event++) {
                case 0 -> first = agent.ask();
                case 1 -> agent.calls(first, new ToolCall(id, "search", "{\"q\":1}"));
                case 2 -> execution = agent.execute("search", "{\"q\":1}");
                case 3 -> agent.done(execution, result);
                default -> {
                    agent.result(id, result);
                    second = agent.ask();
                    agent.text(second, "Done.");
                }
            }
        }
    }
}
