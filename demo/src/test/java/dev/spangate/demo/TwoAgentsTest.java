package dev.spangate.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.testing.LangfuseObservation;
import dev.spangate.testing.LangfuseView;
import dev.spangate.testing.SinkSpan;
import dev.spangate.testing.SuiteNotes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Two agents at once under one key, the same tool, the same arguments: orders of their five events
/// (answer, execution begins, execution ends, next request, last answer), drawn by seed, over
/// sockets. A link may be missing; it is never wrong.
@Tag("e2e")
class TwoAgentsTest {
    private static final int SHORT = 40;
    private static final int FULL = 252;
    private static final int EVENTS = 5;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Map<String, Rendezvous> models = new ConcurrentHashMap<>();
    private final Rendezvous tool = new Rendezvous();
    private final SampleTool lookUp =
            new SampleTool(
                    "look_up",
                    "Looks something up.",
                    Map.of("what", "what to look up"),
                    arguments -> SampleTool.ToolOutcome.ok(tool.arrive()));

    @Test
    void noOrderOfEventsLinksAnExecutionToTheOtherAgentsAnswer() throws Exception {
        int rounds = SuiteNotes.full() ? FULL : SHORT;
        var agentOfSession = new HashMap<String, String>();
        try (var assembly = Assembly.of(this::script, List.of(lookUp))) {
            int port = assembly.set("1s", "linking", "hold").start().port();
            for (int seed = 0; seed < rounds; seed++) {
                round(port, seed, agentOfSession);
            }
            assembly.sink.awaitSpans(spans -> executions(spans) >= 2L * rounds, PATIENCE);

            var tally = new Tally(agentOfSession);
            assembly.sink.langfuse().traces().forEach(trace -> tally.count(trace));

            SuiteNotes.figures("e2e", "interleavings=" + rounds + " " + tally.figures());
            assertThat(tally.wrong).isEmpty();
            assertThat(tally.right + tally.unlinked).isEqualTo(2 * rounds);
            assertThat(tally.right).isGreaterThanOrEqualTo(rounds);
        }
    }

    /// Odd seeds give both executions the same result: then content cannot tell them apart.
    private void round(int port, int seed, Map<String, String> agentOfSession) throws Exception {
        var order = new ArrayList<>(Collections.nCopies(EVENTS, 0));
        order.addAll(Collections.nCopies(EVENTS, 1));
        Collections.shuffle(order, new Random(seed));
        var agents = List.of(agent(port, "left-" + seed), agent(port, "right-" + seed));
        for (int which : order) {
            var agent = agents.get(which);
            agent.step("found" + (seed % 2 == 1 ? " the same thing" : " by " + agent.name()));
        }
        agents.forEach(agent -> agentOfSession.put(agent.session(), agent.name()));
    }

    private SteppedAgent agent(int port, String name) throws Exception {
        models.put(name, new Rendezvous());
        return new SteppedAgent(port, name, models.get(name), tool, lookUp);
    }

    private Reply script(Conversation conversation) {
        models.get(conversation.lastUserText().substring("I am ".length())).arrive();
        return conversation.step() == 0
                ? Reply.calls(Reply.wish(lookUp.name(), Map.of("what", "the answer")))
                : Reply.text("found it");
    }

    private static long executions(List<SinkSpan> spans) {
        return spans.stream().filter(span -> span.name().startsWith("tools/call ")).count();
    }

    /// Links against the truth: the session that carried out an execution is its agent's.
    private static final class Tally {
        private final Map<String, String> agentOfSession;
        private final List<String> wrong = new ArrayList<>();
        private int right;
        private int certain;
        private int unlinked;

        Tally(Map<String, String> agentOfSession) {
            this.agentOfSession = agentOfSession;
        }

        void count(LangfuseView.Trace trace) {
            for (LangfuseObservation execution : trace.typed("TOOL")) {
                if (execution.span().name().startsWith("tools/call ")) {
                    count(trace, execution);
                } else {
                    wrong.add("a local tool nobody has: " + execution.name());
                }
            }
        }

        private void count(LangfuseView.Trace trace, LangfuseObservation execution) {
            var session = execution.span().text("mcp.session.id");
            var agent = agentOfSession.get(session);
            var askers =
                    execution.span().links().stream()
                            .filter(link -> link.attributes().containsKey("spangate.link.method"))
                            .toList();
            if (askers.isEmpty()) {
                unlinked++;
                boolean alone = trace.typed("GENERATION").isEmpty();
                if (!alone) {
                    wrong.add("unlinked, yet in the trace of a run: " + trace.chain());
                }
                return;
            }
            boolean own =
                    agent != null
                            && askers.size() == 1
                            && trace.observation(askers.getFirst().spanId())
                                    .filter(asker -> says(asker, agent))
                                    .isPresent();
            if (own) {
                right++;
                certain +=
                        execution.span().text("spangate.link.confidence").equals("certain") ? 1 : 0;
            } else {
                wrong.add("executed by " + agent + ":\n" + trace.chain());
            }
        }

        private static boolean says(LangfuseObservation asker, String agent) {
            return String.valueOf(asker.input()).contains("\"I am " + agent + "\"");
        }

        String figures() {
            return "executions=%d right=%d certain=%d unlinked=%d wrong=%d"
                    .formatted(
                            right + unlinked + wrong.size(),
                            right,
                            certain,
                            unlinked,
                            wrong.size());
        }
    }
}
