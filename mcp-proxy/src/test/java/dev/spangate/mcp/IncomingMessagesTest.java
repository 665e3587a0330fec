package dev.spangate.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/// Whom a message of a server is brought to: never to a client that it may not concern.
class IncomingMessagesTest {
    private final PendingCalls pending = new PendingCalls();
    private final LinkedBlockingQueue<JSONRPCResponse> responses = new LinkedBlockingQueue<>();
    private final List<String> changed = new CopyOnWriteArrayList<>();
    private final IncomingMessages incoming =
            new IncomingMessages(
                    pending,
                    new IncomingMessages.Scope("srv", changed::add, new ToolHeaders("srv")),
                    responses::add,
                    _ -> {});

    @Test
    void progressGoesToTheCallOfItsTokenAlone() {
        var alice = waiting(1, "alice", "'a-token'");
        var bob = waiting(2, "bob", "'b-token'");

        incoming.received(
                message(
                        "{'method':'notifications/progress','params':{'progressToken':2,'progress':1}}"),
                null);

        assertThat(alice.notifications).isEmpty();
        assertThat(bob.notifications)
                .singleElement()
                .extracting(each -> each.at("/params/progressToken").stringValue())
                .isEqualTo("b-token");
    }

    @Test
    void progressForNobodyOrUnaskedIsDropped() {
        var alice = waiting(1, "alice", null);

        for (var token : List.of("1", "99", "'x'", "null", "{}")) {
            incoming.received(
                    message(
                            "{'method':'notifications/progress','params':{'progressToken':"
                                    + token
                                    + "}}"),
                    null);
        }
        incoming.received(message("{'method':'notifications/progress'}"), null);

        assertThat(alice.notifications).isEmpty();
    }

    @Test
    void aLogLineWithoutARelationIsShownToNoneOfTwoClients() {
        var alice = waiting(1, "alice", null);
        var bob = waiting(2, "bob", null);

        incoming.received(
                message("{'method':'notifications/message','params':{'data':'secret of one'}}"),
                null);

        assertThat(alice.notifications).isEmpty();
        assertThat(bob.notifications).isEmpty();
    }

    @Test
    void aLogLineWithoutARelationBelongsToTheNewestCallOfTheOnlyClient() {
        var first = waiting(1, "alice", null);
        var second = waiting(2, "alice", null);
        waiting(3, "", null); // the gateway's own

        incoming.received(
                message("{'method':'notifications/message','params':{'data':'x'}}"), null);

        assertThat(first.notifications).isEmpty();
        assertThat(second.notifications).hasSize(1);
    }

    @Test
    void aQuestionWithoutARelationIsAskedOfNoneOfTwoClients() throws InterruptedException {
        var alice = waiting(1, "alice", null);
        var bob = waiting(2, "bob", null);

        incoming.received(
                message("{'id':'q','method':'sampling/createMessage','params':{}}"), null);

        var response = responses.poll(20, TimeUnit.SECONDS);
        assertThat(response.id()).isEqualTo("q");
        assertThat(response.error().code()).isEqualTo(JsonRpc.METHOD_NOT_FOUND);
        assertThat(alice.requests).isEmpty();
        assertThat(bob.requests).isEmpty();
    }

    @Test
    void aQuestionOnTheStreamOfACallIsItsOwnersWhoeverElseWaits() throws InterruptedException {
        var alice = waiting(1, "alice", null);
        var bob = waiting(2, "bob", null);

        incoming.received(message("{'id':5,'method':'roots/list','params':{}}"), 1L);

        assertThat(responses.poll(20, TimeUnit.SECONDS).id()).isEqualTo(5L);
        assertThat(alice.requests).containsExactly("roots/list {}");
        assertThat(bob.requests).isEmpty();
    }

    @Test
    void aPingIsAnsweredByUs() {
        incoming.received(message("{'id':3,'method':'ping'}"), null);

        assertThat(responses.poll().result()).hasToString("{}");
    }

    @Test
    void aListenerThatFailsOrIsAbsentStillAnswersTheServer() throws InterruptedException {
        pending.add(
                call(
                        1,
                        "alice",
                        new MessageListener() {
                            @Override
                            public void notification(ObjectNode message) {
                                throw new IllegalStateException("broken");
                            }

                            @Override
                            public UpstreamReply request(String method, ObjectNode params) {
                                throw new IllegalStateException("broken");
                            }
                        },
                        null));

        incoming.received(message("{'method':'notifications/message','params':{}}"), 1L);
        incoming.received(message("{'id':8,'method':'elicitation/create'}"), 1L);

        assertThat(responses.poll(20, TimeUnit.SECONDS).error().code())
                .isEqualTo(JsonRpc.INTERNAL_ERROR);
    }

    @Test
    void aQuestionThatTheServerTakesBackIsInterrupted() throws InterruptedException {
        var asked = new CountDownLatch(1);
        var interrupted = new CountDownLatch(1);
        pending.add(
                call(
                        1,
                        "alice",
                        new MessageListener() {
                            @Override
                            public void notification(ObjectNode message) {}

                            @Override
                            public UpstreamReply request(String method, ObjectNode params) {
                                asked.countDown();
                                try {
                                    new CountDownLatch(1).await();
                                } catch (InterruptedException expected) {
                                    interrupted.countDown();
                                }
                                return new UpstreamReply.Result(Json.object());
                            }
                        },
                        null));
        incoming.received(message("{'id':8,'method':'elicitation/create'}"), 1L);
        assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();

        incoming.received(
                message("{'method':'notifications/cancelled','params':{'requestId':8}}"), 1L);

        assertThat(interrupted.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void whatBelongsToNoCallGoesToTheListenersUntilTheyClose() {
        var listener = new Calls.Recorder("{}");
        var handle = incoming.subscribe(listener);

        incoming.received(
                message(
                        "{'method':'notifications/resources/updated','params':{'uri':'a:b','new':1}}"),
                null);
        incoming.received(message("{'method':'notifications/tools/list_changed'}"), null);
        handle.close();
        incoming.received(
                message("{'method':'notifications/resources/updated','params':{'uri':'c:d'}}"),
                null);

        assertThat(listener.notifications).hasSize(2);
        assertThat(listener.notifications.getFirst())
                .isEqualTo(
                        Calls.object(
                                "{'jsonrpc':'2.0','method':'notifications/resources/updated','params':{'uri':'a:b','new':1}}"));
        assertThat(changed).containsExactly("tools");
    }

    @Test
    void answersFindTheirCallByNumberOrItsDigits() {
        waiting(7, "alice", null);

        assertThat(pending.find(7L)).isNotNull();
        assertThat(pending.find("7")).isNotNull();
        for (var other :
                new Object[] {8L, "8", "7.0", "-7", "", "99999999999999999999", 7, 7.0, null}) {
            assertThat(pending.find(other)).as("%s", other).isNull();
        }
    }

    private Calls.Recorder waiting(long id, String caller, String token) {
        var recorder = new Calls.Recorder("{}");
        pending.add(call(id, caller, recorder, token));
        return recorder;
    }

    private static PendingCall call(
            long id, String caller, MessageListener listener, String token) {
        var call =
                new UpstreamCall(
                        "tools/call",
                        Json.object(),
                        Calls.client(caller),
                        Map.of(),
                        Calls.PATIENT,
                        listener);
        return new PendingCall(
                id,
                call,
                token == null ? null : Json.parse(token.replace('\'', '"')),
                Duration.ofMinutes(1),
                Duration.ofMinutes(1));
    }

    private static JSONRPCMessage message(String json) {
        return UpstreamJson.decode(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8), null)
                .getFirst();
    }
}
